package events

import _ "embed"

//go:generate go tool oapi-codegen -config oapi-codegen.yaml openapi.yaml

// document is the OpenAPI document that the types are generated from and that
// is served at /events/openapi.yaml.
//
//go:embed openapi.yaml
var document []byte
