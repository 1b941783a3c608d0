// Package api is the HTTP API over [rest.Core]: the Application API below
// /{org}/{app}/ and the Platform Storage API below /storage/, as openapi.yaml
// describes them. That document is the source: oapi-codegen makes the request
// and response types and the routes from it (openapi.gen.go), and the tests
// hold every exchange against it.
//
// The package owns what HTTP is about: tokens to callers, scopes, limits,
// conditional requests, ranges, digests, cursors, error kinds to problem+json,
// and the two vocabularies, the 2019 draft's (draft.go) and the later
// platform's (later.go), which are rendered from one model. It holds no rules
// of its own, and knows nothing of SOAP or SQL.
//
// To add an endpoint: describe it in openapi.yaml, go generate, write the
// method that the compiler then asks for, and give [reply] the Visit method.
package api
