// Package cases is the gateway's HTTP API of cases as Go calls, generated from
// rest/api/cases/openapi.yaml as package client is from the API of instances.
// The server that [NewClient] is given is the gateway's address with /case/api/v1.
package cases
