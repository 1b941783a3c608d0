package correspondence

import (
	"errors"
	"net/http"
	"reflect"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Base is where the API has its place.
const Base = "/correspondence/api/v1"

// Core is what the API needs of [rest.Core].
type Core interface {
	rest.Registry
	rest.Uploads
	rest.Instances
	rest.Correspondences
}

// Config of the API.
type Config struct {
	API  api.Config // what all faces share; Core is its own
	Core Core
	// URL is the public address that links are made from, without Base:
	// "https://platform.example.org".
	URL string
}

// server implements the generated [StrictServerInterface].
type server struct {
	core Core
	face *api.Face
	base string // of links
}

var _ StrictServerInterface = (*server)(nil)

// New returns the handler of everything below [Base].
func New(c Config) (http.Handler, error) {
	if c.Core == nil {
		return nil, errors.New("correspondence: Core is required")
	}
	face, err := api.NewFace(c.API)
	if err != nil {
		return nil, err
	}
	s := &server{core: c.Core, face: face, base: c.URL + Base}
	return face.Handler(api.Routes{
		Operations: reflect.TypeFor[StrictServerInterface](),
		Document:   document, DocumentPath: Base + "/openapi.yaml",
		Multipart: []string{"uploadCorrespondences"},
		Register: func(e *echo.Echo, guards map[string][]echo.MiddlewareFunc) {
			handler := NewStrictHandler(s, []StrictMiddlewareFunc{api.Guarded[StrictHandlerFunc]})
			RegisterHandlersWithOptions(e, handler, RegisterHandlersOptions{BaseURL: Base, OperationMiddlewares: guards})
		},
	}), nil
}
