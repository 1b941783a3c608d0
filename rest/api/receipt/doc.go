// Package receipt is the HTTP API of receipts: everything below /receipt/api/v1. It
// owns the words of that API. What it shares with the API of instances (tokens,
// guards, problems) is package rest/api's.
package receipt
