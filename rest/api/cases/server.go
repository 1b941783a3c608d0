package cases

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Base is where the API has its place.
const Base = "/case/api/v1"

// Config of the API.
type Config struct {
	API  api.Config // what all faces share; Core is its own
	Core rest.Cases
}

// server implements the generated [StrictServerInterface].
type server struct{ core rest.Cases }

var _ StrictServerInterface = (*server)(nil)

// New returns the handler of everything below [Base].
func New(c Config) (http.Handler, error) {
	if c.Core == nil {
		return nil, errors.New("cases: Core is required")
	}
	face, err := api.NewFace(c.API)
	if err != nil {
		return nil, err
	}
	s := &server{core: c.Core}
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

func (a answer) VisitStartCaseResponse(w http.ResponseWriter) error   { return a.Write(w) }
func (a answer) VisitListCasesResponse(w http.ResponseWriter) error   { return a.Write(w) }
func (a answer) VisitGetCaseResponse(w http.ResponseWriter) error     { return a.Write(w) }
func (a answer) VisitDeleteCaseResponse(w http.ResponseWriter) error  { return a.Write(w) }
func (a answer) VisitArchiveCaseResponse(w http.ResponseWriter) error { return a.Write(w) }

// StartCase implements [StrictServerInterface].
func (s *server) StartCase(ctx context.Context, r StartCaseRequestObject) (StartCaseResponseObject, error) {
	app, err := api.Resource(r.Body.ResourceId)
	if err != nil {
		return nil, err
	}
	party, err := api.PartyNamed(r.Body.Party)
	if err != nil {
		return nil, err
	}
	c, _, err := s.core.StartCase(ctx, api.CallerOf(ctx), rest.NewCase{
		App: app, Party: party, Reference: r.Body.Reference, Visible: r.Body.Visible, Due: r.Body.Due,
	})
	return shownAs(c, err)
}

// ListCases implements [StrictServerInterface].
func (s *server) ListCases(ctx context.Context, r ListCasesRequestObject) (ListCasesResponseObject, error) {
	app, err := api.Resource(r.Params.ResourceId)
	if err != nil {
		return nil, err
	}
	party, err := api.PartyInAddress(r.Params.Party)
	if err != nil {
		return nil, err
	}
	size, err := api.PageSize(r.Params.Size)
	if err != nil {
		return nil, err
	}
	list, more, err := s.core.Cases(ctx, api.CallerOf(ctx), rest.CaseQuery{App: app, Party: party, After: r.Params.After, Limit: size})
	if err != nil {
		return nil, err
	}
	out := Cases{Cases: []Case{}}
	for i := range list {
		out.Cases = append(out.Cases, shown(&list[i]))
	}
	if more {
		out.Next = list[len(list)-1].Number
	}
	return answer{api.Answer{Status: http.StatusOK, Body: out}}, nil
}

// GetCase implements [StrictServerInterface].
func (s *server) GetCase(ctx context.Context, r GetCaseRequestObject) (GetCaseResponseObject, error) {
	c, err := s.core.Case(ctx, api.CallerOf(ctx), r.Number)
	if err != nil {
		return nil, err
	}
	out := shown(c)
	members, err := s.core.CaseMembers(ctx, api.CallerOf(ctx), r.Number)
	if err != nil {
		return nil, err
	}
	out.Instances, out.Correspondences = members.Instances, members.Messages
	return answer{api.Answer{Status: http.StatusOK, Body: out}}, nil
}

// DeleteCase implements [StrictServerInterface].
func (s *server) DeleteCase(ctx context.Context, r DeleteCaseRequestObject) (DeleteCaseResponseObject, error) {
	return shownAs(s.core.DeleteCase(ctx, api.CallerOf(ctx), r.Number))
}

// ArchiveCase implements [StrictServerInterface].
func (s *server) ArchiveCase(ctx context.Context, r ArchiveCaseRequestObject) (ArchiveCaseResponseObject, error) {
	return shownAs(s.core.ArchiveCase(ctx, api.CallerOf(ctx), r.Number, r.Params.Force))
}

func shownAs(c *rest.Case, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: shown(c)}}, nil
}

func shown(c *rest.Case) Case {
	out := Case{
		Number: c.Number, ResourceId: c.App.String(), Party: api.PartyURN(c.Party), Reference: c.Reference, Status: "Open",
		Visible: c.Visible.UTC(), Created: c.Created.UTC(), CreatedBy: c.CreatedBy, Changed: c.Changed.UTC(),
	}
	if !c.Due.IsZero() {
		out.Due = c.Due.UTC()
	}
	switch {
	case c.Deleted.Done():
		out.Status = "Deleted"
	case c.Archived.Done():
		out.Status = "Archived"
	}
	return out
}
