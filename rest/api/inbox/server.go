package inbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Base is where the API has its place.
const Base = "/inbox/api/v1"

// Core is what the API needs of [rest.Core].
type Core interface {
	rest.Registry
	rest.Inbox
}

// Config of the API.
type Config struct {
	API  api.Config // what all faces share; Core is its own
	Core Core
}

// server implements the generated [StrictServerInterface].
type server struct {
	core Core
	face *api.Face
	base string // of addresses, without a slash at the end
}

var _ StrictServerInterface = (*server)(nil)

// New returns the handler of everything below [Base].
func New(c Config) (http.Handler, error) {
	if c.Core == nil {
		return nil, errors.New("inbox: Core is required")
	}
	face, err := api.NewFace(c.API)
	if err != nil {
		return nil, err
	}
	s := &server{core: c.Core, face: face, base: strings.TrimRight(c.API.PlatformURL, "/")}
	return face.Handler(api.Routes{
		Operations: reflect.TypeFor[StrictServerInterface](),
		Document:   document, DocumentPath: Base + "/openapi.yaml",
		Register: func(e *echo.Echo, guards map[string][]echo.MiddlewareFunc) {
			handler := NewStrictHandler(s, []StrictMiddlewareFunc{api.Guarded[StrictHandlerFunc]})
			RegisterHandlersWithOptions(e, handler, RegisterHandlersOptions{BaseURL: Base, OperationMiddlewares: guards})
		},
	}), nil
}

// answer is an answer in JSON.
type answer struct{ api.Answer }

func (a answer) VisitListInboxResponse(w http.ResponseWriter) error { return a.Write(w) }

// ListInbox implements [StrictServerInterface].
func (s *server) ListInbox(ctx context.Context, r ListInboxRequestObject) (ListInboxResponseObject, error) {
	q, err := query(r.Params)
	if err != nil {
		return nil, err
	}
	tongue, err := language(r.Params.Language)
	if err != nil {
		return nil, err
	}
	caller := api.CallerOf(ctx)
	bound := bounds(r.Params, caller)
	if r.Params.Cursor != "" {
		if q.After, err = s.face.OpenCursor(r.Params.Cursor, bound); err != nil {
			return nil, err
		}
	}
	page, err := s.core.Inbox(ctx, caller, q)
	if err != nil {
		return nil, err
	}
	l := lister{server: s, language: tongue, apps: map[rest.AppID]*rest.Application{}}
	out := Inbox{Entries: []Entry{}}
	for _, e := range page.Entries {
		shown, err := l.entry(ctx, e)
		if err != nil {
			return nil, err
		}
		out.Entries = append(out.Entries, shown)
	}
	var link string
	if out.Next, link, err = s.face.Next(ctx, s.base+Base+"/inbox", page.Next, bound); err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: out, Link: link}}, nil
}

// bounds is what a cursor is bound to: the query that it goes on with, and the caller.
func bounds(p ListInboxParams, c rest.Caller) string {
	p.Cursor, p.Size, p.Language = "", "", ""
	for _, list := range []*[]string{&p.Kind, &p.State, &p.ServiceCode, &p.LastChangedDateTime} {
		*list = slices.Sorted(slices.Values(*list))
	}
	return fmt.Sprintf("inbox %q %q %+q", c.Name(), c.Issuer, []any{
		p.Party, p.XInstanceOwner, p.Kind, p.State, p.Org, p.ServiceCode, p.LastChangedDateTime, p.ArchiveReference, p.CaseNumber, p.Search, p.Sort,
	})
}
