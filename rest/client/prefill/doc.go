// Package prefill is the gateway's HTTP API of prefill as Go calls, generated from
// rest/api/prefill/openapi.yaml as package client is from the API of instances.
// The server that [NewClient] is given is the gateway's address with /prefill/api/v1.
package prefill
