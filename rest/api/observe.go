package api

import (
	"context"
	"fmt"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"
)

// Keys of what the parts of a request's way leave in its echo context.
const (
	operationKey = "operation"
	callerKey    = "caller"
	codeKey      = "code" // of the problem it was answered with
	requestIDKey = "requestID"
	panickedKey  = "panicked"
	causeKey     = "cause"  // of a refusal, for the audit only
	issuerKey    = "issuer" // who vouched for the caller
)

// headAsGet lets HEAD find GET's route. net/http drops the content itself, for
// which it looks at the request that it made, not at this copy.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.WithContext(context.WithValue(r.Context(), headKey{}, true))
			r.Method = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

type headKey struct{}

func isHead(r *http.Request) bool { return r.Context().Value(headKey{}) != nil }

// observe is around every request: it gives it an id, recovers panics and reports one line once the answer is out.
func (s *server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.config.Now()
		id := s.config.NewID()
		c.Set(requestIDKey, id)
		h := c.Response().Header()
		h.Set("X-Request-Id", id)
		h.Set("X-Content-Type-Options", "nosniff")
		if err := s.recovered(c, next); err != nil {
			c.Error(err)
		}
		method := c.Request().Method
		if isHead(c.Request()) {
			method = http.MethodHead
		}
		s.report(c, Record{
			ID: id, Operation: text(c, operationKey), Method: method, Route: c.Path(),
			Caller: text(c, callerKey), Status: c.Response().Status, Code: text(c, codeKey),
			Sent: c.Response().Size, Panicked: c.Get(panickedKey) != nil, Duration: s.config.Now().Sub(start),
		})
		if text(c, codeKey) == brokenOff {
			panic(http.ErrAbortHandler) // so that the client sees that the end is missing
		}
		return nil
	}
}

// recovered runs next and turns a panic into an error.
func (s *server) recovered(c echo.Context, next echo.HandlerFunc) (err error) {
	defer func() {
		switch p := recover(); {
		case p == nil:
		case p == http.ErrAbortHandler:
			panic(p)
		default:
			c.Set(panickedKey, true)
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	normalise(c)
	return next(c)
}

// normalise lets what RFC 9110 says is the same be the same to the router and
// the generated code: media types in any letter case.
func normalise(c echo.Context) {
	r := c.Request()
	if kind, rest, found := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "" {
		if lower := strings.ToLower(strings.TrimSpace(kind)); lower != kind {
			if found {
				lower += ";" + rest
			}
			r.Header.Set("Content-Type", lower)
		}
	}
}

func (s *server) report(c echo.Context, r Record) {
	s.config.Logger.LogAttrs(c.Request().Context(), slog.LevelInfo, "rest",
		slog.String("request", r.ID), slog.String("operation", r.Operation), slog.String("method", r.Method),
		slog.String("route", r.Route), slog.String("caller", r.Caller), slog.Int("status", r.Status),
		slog.String("code", r.Code), slog.Int64("sent", r.Sent), slog.Duration("took", r.Duration))
	s.audit(c, r)
	if s.config.Observe != nil {
		s.config.Observe(r)
	}
}

func (s *server) address(r *http.Request) string {
	if s.config.RemoteAddr != nil {
		return s.config.RemoteAddr(r)
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return r.RemoteAddr
}

func text(c echo.Context, key string) string {
	s, _ := c.Get(key).(string)
	return s
}

// mediaType is a header's media type in lower case, without parameters; "" = none or none that parses.
func mediaType(header string) string {
	kind, _, err := mime.ParseMediaType(header)
	if err != nil {
		return ""
	}
	return kind
}
