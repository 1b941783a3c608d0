package oauth

import (
	"bytes"
	_ "embed"
)

//go:embed openapi.yaml
var document []byte

// Document is the OpenAPI document.
func Document() []byte { return bytes.Clone(document) }
