package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/labstack/echo/v4"

	"overgang/rest"
)

// Face is what all HTTP APIs of the gateway have in common: tokens, scopes, the
// caller's rate, strict queries and bodies, Idempotency-Key, problems, one log
// line and one audit line a request. A face of its own, with its own OpenAPI
// document and generated server, is made of one.
type Face struct{ s *server }

// NewFace makes what faces share of an API's configuration.
func NewFace(c Config) (*Face, error) {
	s, err := newServer(c)
	if err != nil {
		return nil, err
	}
	return &Face{s}, nil
}

// Routes is what is particular to a face.
type Routes struct {
	// Operations is the type of the generated StrictServerInterface. Every
	// operation of it is guarded.
	Operations reflect.Type
	// Document is the OpenAPI document, served to anybody at DocumentPath.
	Document     []byte
	DocumentPath string
	// Multipart are the operations that take multipart/form-data, by
	// operationId: see [Parts].
	Multipart []string
	// Register registers the generated handlers with the guards.
	Register func(e *echo.Echo, guards map[string][]echo.MiddlewareFunc)
}

// Handler is the face's handler. A Face makes one.
func (f *Face) Handler(r Routes) http.Handler {
	s := f.s
	s.parts = map[string]bool{}
	for _, operation := range r.Multipart {
		s.parts[operation] = true
	}
	e := s.echo()
	s.serve(e, r.Document, r.DocumentPath)
	r.Register(e, s.guardsOf(r.Operations))
	return headAsGet(e)
}

// Guarded refuses to run an operation that no guard has admitted. It is given
// to the generated NewStrictHandler.
func Guarded[F ~func(echo.Context, any) (any, error)](next F, operationID string) F {
	return F(guarded(StrictHandlerFunc(next), operationID))
}

// Now is the face's clock.
func (f *Face) Now() time.Time { return f.s.config.Now() }

// Limits are the face's, defaults filled in.
func (f *Face) Limits() Limits { return f.s.limits }

// Next leads on from the place where a page of a list ended: address is the list's
// with the request's query and an opaque, authenticated cursor, which opens for the
// same bound text only; link is its Link. Both are "" behind the last page.
func (f *Face) Next(ctx context.Context, list string, end *rest.Position, bound string) (address, link string, err error) {
	if end == nil {
		return "", "", nil
	}
	cursor, err := f.s.cursors.seal(*end, bound)
	if err != nil {
		return "", "", err
	}
	query := RequestOf(ctx).URL.Query()
	query.Set("cursor", cursor)
	address = list + "?" + query.Encode()
	return address, "<" + address + `>; rel="next"`, nil
}

// OpenCursor is the place that a cursor stands for.
func (f *Face) OpenCursor(cursor, bound string) (*rest.Position, error) {
	return f.s.cursors.open(cursor, bound)
}

// CallerOf is who makes the request that a handler's context belongs to.
func CallerOf(ctx context.Context) rest.Caller { return of(ctx).caller }

// RequestOf is the request that a handler's context belongs to.
func RequestOf(ctx context.Context) *http.Request { return of(ctx).request }

// Answer is an answer in JSON, or without a Body one without content.
type Answer struct {
	Status   int
	Body     any
	ETag     string
	Location string
	Link     string
}

// Write sends the answer.
func (a Answer) Write(w http.ResponseWriter) error {
	r := reply{status: a.Status, body: a.Body, etag: a.ETag, location: a.Location, link: a.Link}
	if a.Body != nil {
		r.kind = "application/json"
	}
	return r.write(w)
}

// OK answers 200, or 304 where the request names etag in If-None-Match.
func OK(ctx context.Context, body any, etag string) Answer {
	if etag != "" && noneMatch(of(ctx).request.Header, etag) {
		return Answer{Status: http.StatusNotModified, ETag: etag}
	}
	return Answer{Status: http.StatusOK, Body: body, ETag: etag}
}

// VersionTag is the ETag of a version.
func VersionTag(version int64) string { return quoteVersion(version, "") }

// IfMatch is the version that If-Match makes a change depend on; 0 = any. It is
// PreconditionFailed when the header names another one than the current. what is
// the changed thing, for the error's text.
func IfMatch(ctx context.Context, current int64, what string) (int64, error) {
	header := of(ctx).request.Header.Get("If-Match")
	ok, err := ifMatch(header, VersionTag(current))
	return named(header, ok, err, current, what)
}
