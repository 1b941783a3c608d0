// Package broker is the gateway's HTTP API of file transfers as Go calls, generated from
// rest/api/broker/openapi.yaml as package client is from the API of instances.
// The server that [NewClient] is given is the gateway's address.
package broker
