// Package cases is the HTTP API of cases: everything below /case/api/v1. It owns
// the words of that API. What it shares with the API of instances (tokens,
// guards, problems) is package rest/api's.
package cases
