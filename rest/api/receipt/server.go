package receipt

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Base is where the API has its place.
const Base = "/receipt/api/v1"

// Core is what the API needs of [rest.Core].
type Core interface{ rest.Receipts }

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
		return nil, errors.New("receipt: Core is required")
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

func (a answer) VisitListReceiptsResponse(w http.ResponseWriter) error { return a.Write(w) }
func (a answer) VisitGetReceiptResponse(w http.ResponseWriter) error   { return a.Write(w) }

// GetReceipt implements [StrictServerInterface].
func (s *server) GetReceipt(ctx context.Context, r GetReceiptRequestObject) (GetReceiptResponseObject, error) {
	if r.ReceiptId < 1 {
		return nil, rest.Errorf(rest.Invalid, "parameter-invalid", "A receipt's id is a number from 1.")
	}
	found, err := s.core.Receipt(ctx, api.CallerOf(ctx), rest.ReceiptSearch{ID: r.ReceiptId})
	if err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: shown(found)}}, nil
}

// ListReceipts implements [StrictServerInterface].
func (s *server) ListReceipts(ctx context.Context, r ListReceiptsRequestObject) (ListReceiptsResponseObject, error) {
	q, err := query(r.Params)
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
	page, err := s.core.ReceiptPage(ctx, caller, q)
	if err != nil {
		return nil, err
	}
	out := Receipts{Receipts: list(page.Receipts)}
	var link string
	if out.Next, link, err = s.face.Next(ctx, s.base+Base+"/receipt", page.Next, bound); err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: out, Link: link}}, nil
}

func list(in []rest.Receipt) []Receipt {
	out := make([]Receipt, len(in))
	for i := range in {
		out[i] = shown(&in[i])
	}
	return out
}

func shown(r *rest.Receipt) Receipt {
	out := Receipt{
		ReceiptId: r.ID, ParentReceiptId: r.Parent, ReceiptType: string(cmp.Or(r.Kind, rest.ReceiptNotSet)), ReceiptStatus: string(cmp.Or(r.Status, rest.StatusNotSet)),
		Text: r.Text, History: r.History, LastChangedDateTime: r.Changed.UTC(), Party: api.PartyURN(r.Party), InstanceNumber: r.Instance,
		References: make([]Reference, len(r.References)), SubReceipts: list(r.Sub),
	}
	for i, ref := range r.References {
		out.References[i] = Reference{Type: string(ref.Type), Value: ref.Value}
	}
	return out
}
