package broker

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Prefix is where the face's paths begin.
const Prefix = "/broker/"

// Core is what the face needs of [rest.Core].
type Core interface {
	rest.Registry
	rest.Transfers
}

// Config of the face.
type Config struct {
	// Base is what all faces share: tokens, limits, addresses, logs. Links are
	// made from its PlatformURL.
	Base api.Config
	Core Core
}

// face implements the generated [StrictServerInterface].
type face struct {
	core Core
	base *api.Face
	url  string // of this gateway, without a slash at its end
}

var _ StrictServerInterface = (*face)(nil)

// New returns the handler of everything below [Prefix].
func New(c Config) (http.Handler, error) {
	if c.Core == nil {
		return nil, errors.New("broker: Core is required")
	}
	base, err := api.NewFace(c.Base)
	if err != nil {
		return nil, err
	}
	f := &face{core: c.Core, base: base, url: strings.TrimRight(c.Base.PlatformURL, "/")}
	return base.Handler(api.Routes{
		Operations:   reflect.TypeFor[StrictServerInterface](),
		Document:     document,
		DocumentPath: "/broker/api/v1/openapi.yaml",
		Multipart:    []string{"initializeAndUpload"},
		Register: func(e *echo.Echo, guards map[string][]echo.MiddlewareFunc) {
			handler := NewStrictHandler(f, []StrictMiddlewareFunc{guarded})
			for name, list := range guards {
				if strings.HasPrefix(name, "tus") {
					guards[name] = slices.Insert(list, 0, speakTus(name))
				}
			}
			RegisterHandlersWithOptions(e, handler, RegisterHandlersOptions{OperationMiddlewares: guards})
			// HEAD requests come to GET's routes.
			wrapper := ServerInterfaceWrapper{Handler: handler}
			e.GET(tusPath+":fileTransferId", wrapper.TusUploadHead, guards["tusUploadHead"]...)
		},
	}), nil
}

// guarded is [api.Guarded] in the types that are generated here.
func guarded(next StrictHandlerFunc, operationID string) StrictHandlerFunc {
	return StrictHandlerFunc(api.Guarded(api.StrictHandlerFunc(next), operationID))
}
