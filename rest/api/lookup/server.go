package lookup

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"reflect"

	"github.com/labstack/echo/v4"

	"overgang/rest"
	"overgang/rest/api"
)

// Base is where the API has its place.
const Base = "/lookup/api/v1"

// Core is what the API needs of [rest.Core].
type Core interface {
	rest.Uploads
	rest.Archive
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
}

var _ StrictServerInterface = (*server)(nil)

// New returns the handler of everything below [Base].
func New(c Config) (http.Handler, error) {
	if c.Core == nil {
		return nil, errors.New("lookup: Core is required")
	}
	face, err := api.NewFace(c.API)
	if err != nil {
		return nil, err
	}
	s := &server{core: c.Core, face: face}
	return face.Handler(api.Routes{
		Operations: reflect.TypeFor[StrictServerInterface](),
		Document:   document, DocumentPath: Base + "/openapi.yaml",
		Multipart: []string{"addLookup"},
		Register: func(e *echo.Echo, guards map[string][]echo.MiddlewareFunc) {
			handler := NewStrictHandler(s, []StrictMiddlewareFunc{api.Guarded[StrictHandlerFunc]})
			RegisterHandlersWithOptions(e, handler, RegisterHandlersOptions{BaseURL: Base, OperationMiddlewares: guards})
		},
	}), nil
}

// answer is an answer in JSON, or an empty one.
type answer struct{ api.Answer }

func (a answer) VisitAddLookupResponse(w http.ResponseWriter) error    { return a.Write(w) }
func (a answer) VisitListLookupsResponse(w http.ResponseWriter) error  { return a.Write(w) }
func (a answer) VisitGetLookupResponse(w http.ResponseWriter) error    { return a.Write(w) }
func (a answer) VisitDeleteLookupResponse(w http.ResponseWriter) error { return a.Write(w) }

// file is a lookup's document on its way out.
type file struct{ *api.File }

func (f file) VisitDownloadLookupResponse(w http.ResponseWriter) error { return f.Write(w) }

// ListLookups implements [StrictServerInterface].
func (s *server) ListLookups(ctx context.Context, r ListLookupsRequestObject) (ListLookupsResponseObject, error) {
	q := rest.LookupQuery{After: r.Params.After}
	var err error
	if q.App, err = api.Resource(r.Params.ResourceId); err != nil {
		return nil, err
	}
	if q.Limit, err = api.PageSize(r.Params.Size); err != nil {
		return nil, err
	}
	switch {
	case r.Params.Party != "":
		if q.Party, err = api.PartyInAddress(r.Params.Party); err != nil {
			return nil, err
		}
	case api.CallerOf(ctx).Owner == "":
		return nil, rest.Errorf(rest.Invalid, "party-missing", "Name the party: only the application's owner lists the lookups of all.")
	}
	list, more, err := s.core.Lookups(ctx, api.CallerOf(ctx), q)
	if err != nil {
		return nil, err
	}
	out := Lookups{Lookups: []Lookup{}}
	for i := range list {
		out.Lookups = append(out.Lookups, shown(&list[i]))
	}
	if more {
		out.Next = list[len(list)-1].Number
	}
	return answer{api.Answer{Status: http.StatusOK, Body: out}}, nil
}

// GetLookup implements [StrictServerInterface].
func (s *server) GetLookup(ctx context.Context, r GetLookupRequestObject) (GetLookupResponseObject, error) {
	l, err := s.core.Lookup(ctx, api.CallerOf(ctx), r.LookupId)
	if err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: shown(l)}}, nil
}

// DownloadLookup implements [StrictServerInterface].
func (s *server) DownloadLookup(ctx context.Context, r DownloadLookupRequestObject) (DownloadLookupResponseObject, error) {
	l, content, err := s.core.LookupContent(ctx, api.CallerOf(ctx), r.LookupId)
	if err != nil {
		return nil, err
	}
	f, err := api.NewFile(ctx, content, l.Content, l.FileName, pdf, nil)
	if err != nil {
		return nil, err
	}
	return file{f}, nil
}

// DeleteLookup implements [StrictServerInterface].
func (s *server) DeleteLookup(ctx context.Context, r DeleteLookupRequestObject) (DeleteLookupResponseObject, error) {
	if err := s.core.DeleteLookup(ctx, api.CallerOf(ctx), r.LookupId); err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusNoContent}}, nil
}

func shown(l *rest.Lookup) Lookup {
	return Lookup{
		LookupId: l.ID, Number: l.Number, ResourceId: l.App.String(), Party: api.PartyURN(l.Party), Key: l.Key, Title: l.Title, Question: l.Question,
		Language: l.Language, AllowForwarding: l.Forwarding, FileName: l.FileName, Size: l.Content.Size, Sha256: hex.EncodeToString(l.Content.SHA256[:]),
		Archived: l.Archived.UTC(), ArchiveReference: l.ArchiveReference, Created: l.Created.UTC(), CreatedBy: l.CreatedBy,
	}
}
