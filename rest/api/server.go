package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// server implements the generated [StrictServerInterface].
type server struct {
	core    Core
	tokens  Tokens
	config  Config
	limits  Limits
	links   links
	cursors *cursors
	streams streams
	// parts are the operations that take multipart bodies.
	parts map[string]bool
}

var _ StrictServerInterface = (*server)(nil)

// New returns the handler of both faces: everything below /storage/ and
// /{org}/{app}/instances, and /openapi.yaml.
func New(c Config) (http.Handler, error) {
	s, err := newServer(c)
	if err != nil {
		return nil, err
	}
	s.parts = map[string]bool{"createInstance": true}
	e := s.echo()
	s.serve(e, document, "/openapi.yaml")
	handler, guards := NewStrictHandler(s, []StrictMiddlewareFunc{guarded}), s.guards()
	RegisterHandlersWithOptions(e, handler, RegisterHandlersOptions{OperationMiddlewares: guards})
	registerLater(e, ServerInterfaceWrapper{Handler: handler}, guards)
	return headAsGet(e), nil
}

// newServer makes what does not depend on the operations.
func newServer(c Config) (*server, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	cursors, err := newCursors(c.Secret, c.Rand)
	if err != nil {
		return nil, err
	}
	s := &server{
		core: c.Core, tokens: c.Tokens, config: c, limits: c.Limits.withDefaults(),
		links:   links{apps: trimSlash(c.AppsURL), platform: trimSlash(c.PlatformURL)},
		cursors: cursors,
	}
	s.streams.most, s.streams.each = s.limits.Streams, s.limits.CallerStreams
	return s, nil
}

// echo makes a router whose requests are observed and whose errors are problems.
func (s *server) echo() *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = s.refuse
	e.Binder = binder{s}
	e.Use(s.observe)
	return e
}
