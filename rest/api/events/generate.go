package events

import _ "embed"

//go:generate go tool oapi-codegen -config oapi-codegen.yaml openapi.yaml
//go:generate go tool oapi-codegen -config ../../client/events/oapi-codegen.yaml openapi.yaml

// document is the OpenAPI document that the types are generated from and that
// is served at /events/openapi.yaml.
//
//go:embed openapi.yaml
var document []byte
