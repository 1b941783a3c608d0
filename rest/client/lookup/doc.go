// Package lookup is the gateway's HTTP API of lookups as Go calls, generated from
// rest/api/lookup/openapi.yaml as package client is from the API of instances.
// The server that [NewClient] is given is the gateway's address with /lookup/api/v1.
package lookup
