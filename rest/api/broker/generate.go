package broker

import _ "embed"

//go:generate go tool oapi-codegen -config oapi-codegen.yaml openapi.yaml
//go:generate go tool oapi-codegen -config ../../client/broker/oapi-codegen.yaml openapi.yaml

// document is the OpenAPI document that the server's types are generated from
// and that is served at /broker/api/v1/openapi.yaml.
//
//go:embed openapi.yaml
var document []byte
