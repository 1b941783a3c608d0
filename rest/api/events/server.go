package events

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Core is what the API needs of [rest.Core].
type Core interface{ rest.Subscriptions }

// server implements the generated [StrictServerInterface].
type server struct {
	core Core
	urls URLs
}

var _ StrictServerInterface = (*server)(nil)

// URLs are the public base addresses that links are made from: see api.Config.
type URLs struct{ Apps, Platform string }

// New returns the handler of everything below /events/.
func New(c api.Config, core Core) (http.Handler, error) {
	face, err := api.NewFace(c)
	if err != nil {
		return nil, err
	}
	s := &server{core: core, urls: URLs{Apps: strings.TrimRight(c.AppsURL, "/"), Platform: strings.TrimRight(c.PlatformURL, "/")}}
	handler := NewStrictHandler(s, []StrictMiddlewareFunc{guarded})
	return face.Handler(api.Routes{
		Operations: reflect.TypeFor[StrictServerInterface](),
		Document:   document, DocumentPath: "/events/openapi.yaml",
		Register: func(e *echo.Echo, guards map[string][]echo.MiddlewareFunc) {
			RegisterHandlersWithOptions(e, handler, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}), nil
}

func guarded(next StrictHandlerFunc, operation string) StrictHandlerFunc {
	return StrictHandlerFunc(api.Guarded(api.StrictHandlerFunc(next), operation))
}

// address is a subscription's public address.
func (u URLs) address(id int64) string {
	return u.Platform + "/events/api/v1/subscriptions/" + strconv.FormatInt(id, 10)
}

// reply is an answer in JSON.
type reply struct {
	api.Answer
	// secret answers are kept nowhere on their way, and not for repetitions.
	secret bool
}

func (r reply) write(w http.ResponseWriter) error {
	if !r.secret {
		return r.Write(w)
	}
	body, err := json.Marshal(r.Body)
	if err != nil {
		return err
	}
	h := w.Header()
	if r.Location != "" {
		h.Set("Location", r.Location)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(r.Status)
	_, err = w.Write(body)
	return err
}

func answer(status int, body any) reply { return reply{Answer: api.Answer{Status: status, Body: body}} }

// The operations that reply answers.

func (r reply) VisitSubscribeResponse(w http.ResponseWriter) error            { return r.write(w) }
func (r reply) VisitListSubscriptionsResponse(w http.ResponseWriter) error    { return r.write(w) }
func (r reply) VisitGetSubscriptionResponse(w http.ResponseWriter) error      { return r.write(w) }
func (r reply) VisitUnsubscribeResponse(w http.ResponseWriter) error          { return r.write(w) }
func (r reply) VisitValidateSubscriptionResponse(w http.ResponseWriter) error { return r.write(w) }
func (r reply) VisitTestSubscriptionResponse(w http.ResponseWriter) error     { return r.write(w) }
func (r reply) VisitRotateSecretResponse(w http.ResponseWriter) error         { return r.write(w) }
func (r reply) VisitListDeadLettersResponse(w http.ResponseWriter) error      { return r.write(w) }
func (r reply) VisitDropDeadLettersResponse(w http.ResponseWriter) error      { return r.write(w) }
func (r reply) VisitDropDeadLetterResponse(w http.ResponseWriter) error       { return r.write(w) }
func (r reply) VisitRedeliverAllResponse(w http.ResponseWriter) error         { return r.write(w) }
func (r reply) VisitRedeliverOneResponse(w http.ResponseWriter) error         { return r.write(w) }
