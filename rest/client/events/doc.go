// Package events is the gateway's HTTP API of webhooks as Go calls, generated from
// rest/api/events/openapi.yaml as package client is from the API of instances.
// The server that [NewClient] is given is the gateway's address.
package events
