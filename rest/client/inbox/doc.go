// Package inbox is the gateway's HTTP API of inboxes as Go calls, generated from
// rest/api/inbox/openapi.yaml as package client is from the API of instances.
// The server that [NewClient] is given is the gateway's address with /inbox/api/v1.
package inbox
