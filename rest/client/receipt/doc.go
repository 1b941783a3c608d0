// Package receipt is the gateway's HTTP API of receipts as Go calls, generated from
// rest/api/receipt/openapi.yaml as package client is from the API of instances.
// The server that [NewClient] is given is the gateway's address with /receipt/api/v1.
package receipt
