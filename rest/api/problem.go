package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"overgang/rest"
)

// statuses is the one table from error kinds to HTTP.
var statuses = map[rest.Kind]int{
	rest.Internal:           http.StatusInternalServerError,
	rest.Invalid:            http.StatusBadRequest,
	rest.Unauthenticated:    http.StatusUnauthorized,
	rest.LockedOut:          http.StatusTooManyRequests,
	rest.SessionExpired:     http.StatusUnauthorized,
	rest.Forbidden:          http.StatusForbidden,
	rest.NotFound:           http.StatusNotFound,
	rest.Gone:               http.StatusGone,
	rest.Conflict:           http.StatusConflict,
	rest.Locked:             http.StatusConflict,
	rest.PreconditionFailed: http.StatusPreconditionFailed,
	rest.TooLarge:           http.StatusRequestEntityTooLarge,
	rest.Unsupported:        http.StatusUnsupportedMediaType,
	rest.Unprocessable:      http.StatusUnprocessableEntity,
	rest.RateLimited:        http.StatusTooManyRequests,
	rest.Unavailable:        http.StatusServiceUnavailable,
}

// errRange is a range outside the content (RFC 9110 §15.5.17); no kind of the core's.
var errRange = errors.New("range not satisfiable")

// brokenOff is the code of an answer whose end did not go out.
const brokenOff = "broken-off"

// refuse answers an error with a problem (RFC 9457). It is echo's error handler.
func (s *server) refuse(err error, c echo.Context) {
	if c.Response().Committed {
		// Content is on its way, and its missing end is all that can be told.
		s.config.Logger.LogAttrs(c.Request().Context(), slog.LevelWarn, "rest: answer broken off",
			slog.String("request", text(c, requestIDKey)), slog.String("operation", text(c, operationKey)), slog.Any("error", err))
		c.Set(codeKey, brokenOff)
		return
	}
	p := s.problem(err, c)
	c.Set(codeKey, p.Code)
	c.Set(causeKey, causeOf(err))
	h := c.Response().Header()
	for _, name := range []string{"ETag", "Content-Disposition", "Content-Length", "Cache-Control"} {
		h.Del(name)
	}
	var e *rest.Error
	errors.As(err, &e)
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", challenge(p.Code))
	case http.StatusForbidden:
		var scope missingScope
		if errors.As(err, &scope) {
			h.Set("WWW-Authenticate", `Bearer realm="overgang", error="insufficient_scope", scope="`+string(scope)+`"`)
		}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		wait := time.Second
		if e != nil && e.RetryAfter > wait {
			wait = e.RetryAfter
		}
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers marshal
	}
	c.Response().WriteHeader(p.Status)
	if _, err := c.Response().Write(body); err != nil {
		s.config.Logger.LogAttrs(c.Request().Context(), slog.LevelDebug, "problem not sent", slog.Any("error", err))
	}
}

// challenge is WWW-Authenticate for a refused token (RFC 6750 §3).
func challenge(code string) string {
	if code == "token-missing" {
		return `Bearer realm="overgang"`
	}
	return `Bearer realm="overgang", error="invalid_token"`
}

// problem is what the caller is told of err. Of an unknown error it is an id,
// with which the log has the rest.
func (s *server) problem(err error, c echo.Context) Problem {
	var known *rest.Error
	var http413 *http.MaxBytesError
	var routed *echo.HTTPError
	switch {
	case errors.As(err, &http413):
		return newProblem(http.StatusRequestEntityTooLarge, "body-too-large",
			"The body is larger than the "+strconv.FormatInt(http413.Limit, 10)+" bytes allowed here.")
	case errors.Is(err, errRange):
		return newProblem(http.StatusRequestedRangeNotSatisfiable, "range-not-satisfiable", "The range lies outside the content.")
	case errors.Is(err, http.ErrMissingBoundary), errors.Is(err, http.ErrNotMultipart):
		return newProblem(http.StatusBadRequest, "multipart-malformed", "The Content-Type of a multipart body names its boundary.")
	case errors.As(err, &known) && known.Kind != rest.Internal:
		return knownProblem(known)
	case errors.As(err, &routed) && routed.Code < 500:
		return routedProblem(routed)
	case c.Request().Context().Err() != nil, errors.Is(err, context.DeadlineExceeded):
		return newProblem(http.StatusServiceUnavailable, "timeout", "The request took too long; try again.")
	}
	id := text(c, requestIDKey)
	s.config.Logger.LogAttrs(c.Request().Context(), slog.LevelError, "rest: internal error",
		slog.String("errorId", id), slog.String("operation", text(c, operationKey)), slog.Any("error", err))
	p := newProblem(http.StatusInternalServerError, "internal", "Something went wrong here. Quote the errorId when you report it.")
	p.ErrorId = id
	return p
}

func newProblem(status int, code, detail string) Problem {
	return Problem{Type: "urn:overgang:problem:" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

func knownProblem(e *rest.Error) Problem {
	code := e.Code
	if code == "" {
		code = e.Kind.String()
	}
	p := newProblem(statuses[e.Kind], code, e.Detail)
	for _, i := range e.Issues {
		p.Issues = append(p.Issues, issueOf(i))
	}
	return p
}

func issueOf(i rest.Issue) Issue {
	return Issue{Severity: string(i.Severity), Code: i.Code, Field: i.Field,
		Description: i.Description, DataElementId: i.Element, Line: i.Line}
}

// routedProblem is for what the router and the generated binding refuse.
func routedProblem(e *echo.HTTPError) Problem {
	switch e.Code {
	case http.StatusNotFound:
		return newProblem(e.Code, "not-found", "There is nothing at this address.")
	case http.StatusMethodNotAllowed:
		return newProblem(e.Code, "method-not-allowed", "The method is not allowed here; the Allow header lists those that are.")
	}
	detail, _ := e.Message.(string)
	detail, _, _ = strings.Cut(detail, ":") // what follows speaks of Go's types
	return newProblem(e.Code, "parameter-invalid", detail+".")
}

// bodyError is what a client is told of a body that could not be read to its end.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &rest.Error{Kind: rest.Invalid, Code: "body-truncated", Detail: "The body ended too early.", Err: err}
	}
	return &rest.Error{Kind: rest.Invalid, Code: "body-unreadable", Detail: "The body could not be read.", Err: err}
}

// parseQuery parses a query strictly: what does not parse is refused, not dropped.
func parseQuery(raw string) (url.Values, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, rest.Errorf(rest.Invalid, "query-malformed", "The query is not well-formed: %% escapes two hexadecimal digits, & separates.")
	}
	return values, nil
}
