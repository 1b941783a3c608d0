package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/labstack/echo/v4"
)

// serveDocument serves the OpenAPI document to anybody.
func (s *server) serveDocument(e *echo.Echo) {
	sum := sha256.Sum256(document)
	s.document = `"` + hex.EncodeToString(sum[:8]) + `"`
	e.GET("/openapi.yaml", func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("ETag", s.document)
		h.Set("Cache-Control", "public, max-age=300")
		if noneMatch(c.Request().Header, s.document) {
			return c.NoContent(http.StatusNotModified)
		}
		return c.Blob(http.StatusOK, "application/yaml", document)
	})
}
