// Package client is the gateway's HTTP API as Go calls, generated from the
// OpenAPI document rest/api/openapi.yaml by `go generate ./rest/api`: one
// method an operation, and its answers by status. The other APIs have clients of
// their own in the folders below.
//
// It knows nothing of tokens: hand one to every request by [WithRequestEditorFn].
// Answers are read into memory whole; to stream a download, use [Client] and
// read the [net/http.Response] yourself.
package client
