package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Document is the OpenAPI document, in YAML, as it is served at /openapi.yaml.
func Document() []byte { return bytes.Clone(document) }

// serve serves an OpenAPI document to anybody.
func (s *server) serve(e *echo.Echo, document []byte, path string) {
	sum := sha256.Sum256(document)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	e.GET(path, func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("ETag", tag)
		h.Set("Cache-Control", "public, max-age=300")
		if noneMatch(c.Request().Header, tag) {
			return c.NoContent(http.StatusNotModified)
		}
		return c.Blob(http.StatusOK, "application/yaml", document)
	})
}
