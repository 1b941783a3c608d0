package prefill

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Base is where the API has its place.
const Base = "/prefill/api/v1"

// Config of the API.
type Config struct {
	API  api.Config // what all faces share; Core is its own
	Core rest.Prefills
}

// server implements the generated [StrictServerInterface].
type server struct {
	core rest.Prefills
	face *api.Face
	base string // of addresses, without a slash at the end
}

var _ StrictServerInterface = (*server)(nil)

// New returns the handler of everything below [Base].
func New(c Config) (http.Handler, error) {
	if c.Core == nil {
		return nil, errors.New("prefill: Core is required")
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

// answer is an answer in JSON, or an empty one.
type answer struct{ api.Answer }

func (a answer) VisitPutPrefillResponse(w http.ResponseWriter) error    { return a.Write(w) }
func (a answer) VisitListPrefillResponse(w http.ResponseWriter) error   { return a.Write(w) }
func (a answer) VisitDeletePrefillResponse(w http.ResponseWriter) error { return a.Write(w) }

// PutPrefill implements [StrictServerInterface].
func (s *server) PutPrefill(ctx context.Context, r PutPrefillRequestObject) (PutPrefillResponseObject, error) {
	app, err := api.Resource(r.Body.ResourceId)
	if err != nil {
		return nil, err
	}
	party, err := api.PartyNamed(r.Body.Party)
	if err != nil {
		return nil, err
	}
	n := rest.NewPrefill{App: app, Party: party, Prefill: rest.Prefill{
		Reference: r.Body.Reference, Shipment: r.Body.Shipment, Identity: r.Body.Identity,
		ValidFrom: r.Body.ValidFrom, ValidTo: r.Body.ValidTo,
	}}
	for _, f := range r.Body.Forms {
		n.Forms = append(n.Forms, rest.PrefillForm{
			DataFormatID: f.DataFormatId, DataFormatVersion: f.DataFormatVersion, Reference: f.Reference, Data: f.Data,
		})
	}
	p, err := s.core.PutPrefill(ctx, api.CallerOf(ctx), n)
	if err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: shown(p)}}, nil
}

// ListPrefill implements [StrictServerInterface].
func (s *server) ListPrefill(ctx context.Context, r ListPrefillRequestObject) (ListPrefillResponseObject, error) {
	app, err := api.Resource(r.Params.ResourceId)
	if err != nil {
		return nil, err
	}
	party, err := api.PartyInAddress(r.Params.Party)
	if err != nil {
		return nil, err
	}
	q := rest.PrefillQuery{App: app, Party: party}
	if q.Limit, err = api.PageSize(r.Params.Size); err != nil {
		return nil, err
	}
	caller := api.CallerOf(ctx)
	bound := fmt.Sprintf("prefill %q %q %q %q", caller.Name(), caller.Issuer, r.Params.ResourceId, r.Params.Party)
	if r.Params.Cursor != "" {
		if q.After, err = s.face.OpenCursor(r.Params.Cursor, bound); err != nil {
			return nil, err
		}
	}
	page, err := s.core.PrefillPage(ctx, caller, q)
	if err != nil {
		return nil, err
	}
	out := Prefills{Prefill: []Prefill{}}
	for i := range page.Prefills {
		out.Prefill = append(out.Prefill, shown(&page.Prefills[i]))
	}
	var link string
	if out.Next, link, err = s.face.Next(ctx, s.base+Base+"/prefill", page.Next, bound); err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: out, Link: link}}, nil
}

// DeletePrefill implements [StrictServerInterface].
func (s *server) DeletePrefill(ctx context.Context, r DeletePrefillRequestObject) (DeletePrefillResponseObject, error) {
	if err := s.core.DeletePrefill(ctx, api.CallerOf(ctx), r.PrefillId); err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusNoContent}}, nil
}

func shown(p *rest.Prefill) Prefill {
	out := Prefill{
		Id: p.ID, ResourceId: p.App.String(), Party: api.PartyURN(p.Party), Reference: p.Reference, Shipment: p.Shipment,
		Identity: p.Identity, ValidFrom: p.ValidFrom, ValidTo: p.ValidTo, Changed: p.Changed.UTC(), Forms: []PrefillForm{},
	}
	for _, f := range p.Forms {
		out.Forms = append(out.Forms, PrefillForm{
			DataFormatId: f.DataFormatID, DataFormatVersion: f.DataFormatVersion, Reference: f.Reference, Data: f.Data,
		})
	}
	return out
}
