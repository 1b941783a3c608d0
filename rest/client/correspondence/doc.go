// Package correspondence is the gateway's HTTP API of messages as Go calls, generated from
// rest/api/correspondence/openapi.yaml as package client is from the API of instances.
// The server that [NewClient] is given is the gateway's address with /correspondence/api/v1.
package correspondence
