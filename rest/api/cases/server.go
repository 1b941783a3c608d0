package cases

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Base is where the API has its place.
const Base = "/case/api/v1"

// Sizes of a page.
const (
	defaultSize = 100
	maxSize     = 1000
)

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
	app, err := resource(r.Body.ResourceId)
	if err != nil {
		return nil, err
	}
	party, err := partyRef(r.Body.Party)
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
	app, err := resource(r.Params.ResourceId)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(r.Params.Party, bySSN) {
		return nil, rest.Errorf(rest.Invalid, "party-invalid", "Identity numbers stay out of addresses: name a person by %s.", byPartyID)
	}
	party, err := partyRef(r.Params.Party)
	if err != nil {
		return nil, err
	}
	size := r.Params.Size
	if api.RequestOf(ctx).URL.Query().Get("size") == "" {
		size = defaultSize
	}
	if size < 1 || size > maxSize {
		return nil, rest.Errorf(rest.Invalid, "size-invalid", "size is a number from 1 to %d.", maxSize)
	}
	list, more, err := s.core.Cases(ctx, api.CallerOf(ctx), rest.CaseQuery{App: app, Party: party, After: r.Params.After, Limit: int(size)})
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
		Number: c.Number, ResourceId: c.App.String(), Party: byPartyID + strconv.Itoa(int(c.Party)), Reference: c.Reference, Status: "Open",
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

func resource(id string) (rest.AppID, error) {
	org, app, ok := strings.Cut(id, "/")
	if !ok || org == "" || app == "" || strings.Contains(app, "/") {
		return rest.AppID{}, rest.Errorf(rest.Invalid, "resource-invalid", "resourceId is org/app.")
	}
	return rest.AppID{Org: org, App: app}, nil
}

// How a party is named.
const (
	byOrgNumber = "urn:altinn:organization:identifier-no:"
	bySSN       = "urn:altinn:person:identifier-no:"
	byPartyID   = "urn:altinn:party:id:"
)

// partyRef reads how a party is named.
func partyRef(name string) (rest.PartyRef, error) {
	for prefix, length := range map[string]int{byOrgNumber: 9, bySSN: 11} {
		if number, ok := strings.CutPrefix(name, prefix); ok && len(number) == length {
			if ref, ok := rest.RefByNumber(number); ok {
				return ref, nil
			}
		}
	}
	if digits, ok := strings.CutPrefix(name, byPartyID); ok {
		if id, err := strconv.ParseInt(digits, 10, 32); err == nil && id > 0 {
			return rest.PartyRef{ID: rest.PartyID(id)}, nil
		}
	}
	return rest.PartyRef{}, rest.Errorf(rest.Invalid, "party-invalid", "A party is %s with 9 digits, %s with 11, or %s with its id.", byOrgNumber, bySSN, byPartyID)
}
