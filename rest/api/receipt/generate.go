package receipt

import _ "embed"

//go:generate go tool oapi-codegen -config oapi-codegen.yaml openapi.yaml
//go:generate go tool oapi-codegen -config ../../client/receipt/oapi-codegen.yaml openapi.yaml

// document is the OpenAPI document that the server's types are generated from.
//
//go:embed openapi.yaml
var document []byte
