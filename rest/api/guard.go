package api

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"overgang/rest"
)

// guards are the middlewares of every operation, by operationId. They come
// from the generated interface, so that no operation can be forgotten.
func (s *server) guards() map[string][]echo.MiddlewareFunc {
	return s.guardsOf(reflect.TypeFor[StrictServerInterface]())
}

func (s *server) guardsOf(operations reflect.Type) map[string][]echo.MiddlewareFunc {
	guards := map[string][]echo.MiddlewareFunc{}
	for id, takes := range operationsOf(operations) {
		guards[id] = []echo.MiddlewareFunc{s.admit(id, takes)}
	}
	return guards
}

// parameters are those of an operation.
type parameters struct {
	query   map[string]bool // by name; true = may be repeated
	headers []string
}

// operationsOf lists the operations of a generated StrictServerInterface by
// operationId, each with its parameters.
func operationsOf(server reflect.Type) map[string]parameters {
	all := map[string]parameters{}
	for i := range server.NumMethod() {
		m := server.Method(i)
		takes := parameters{query: map[string]bool{}}
		if params, ok := m.Type.In(1).FieldByName("Params"); ok {
			for _, f := range reflect.VisibleFields(params.Type) {
				if tag, ok := f.Tag.Lookup("form"); ok {
					name, _, _ := strings.Cut(tag, ",")
					takes.query[name] = f.Type.Kind() == reflect.Slice
				} else {
					takes.headers = append(takes.headers, jsonName(params.Type, f.Index[0]))
				}
			}
		}
		all[strings.ToLower(m.Name[:1])+m.Name[1:]] = takes
	}
	return all
}

// guarded refuses to run an operation that no guard has admitted.
func guarded(next StrictHandlerFunc, operationID string) StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		if of(c.Request().Context()) == nil {
			return nil, fmt.Errorf("operation %s has no guard", operationID)
		}
		return next(c, request)
	}
}

// admit lets a request in to an operation: token, scope, rate, reserved names,
// query parameters, encodings. What it learns is the request's [exchange].
func (s *server) admit(operation string, takes parameters) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			c.Set(operationKey, operation)
			caller, err := s.authenticate(r)
			if err != nil {
				return err
			}
			c.Set(callerKey, caller.Name())
			c.Set(issuerKey, caller.Issuer)
			if err := s.allow(r, caller); err != nil {
				return err
			}
			if err := checkQuery(r, takes.query); err != nil {
				return err
			}
			if err := checkHeaders(r, takes.headers); err != nil {
				return err
			}
			if org := c.Param("org"); reserved(org) && !strings.HasPrefix(c.Path(), "/storage/") {
				return echo.ErrNotFound
			}
			if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
				return rest.Errorf(rest.Unsupported, "content-encoding", "Content-Encoding is not supported; send the content as it is.")
			}
			first, err := s.newOnce(r, caller)
			if err != nil {
				return err
			}
			if first != nil {
				defer first.claim.Release()
				if first.claim.Earlier() != nil {
					return first.replay(c)
				}
			}
			x := &exchange{caller: caller, later: wantsLater(r), head: isHead(r)}
			r = r.WithContext(withExchange(r.Context(), x))
			if mediaType(r.Header.Get("Content-Type")) == "multipart/form-data" && s.parts[operation] {
				x.tail = &tail{ReadCloser: http.MaxBytesReader(c.Response().Writer, r.Body, s.limits.Create)}
				r.Body = x.tail
			}
			x.request = r
			c.SetRequest(r)
			if first != nil {
				return first.run(c, next)
			}
			return next(c)
		}
	}
}

// reserved are first path segments that never are an organisation.
func reserved(segment string) bool {
	return slices.Contains([]string{"storage", "broker", "correspondence", "events", "prefill", "case", "lookup", "inbox", "notifications", "health", "metrics", "docs"}, segment)
}

// authenticate says who calls (RFC 6750 §2.1: the Authorization header only).
func (s *server) authenticate(r *http.Request) (rest.Caller, error) {
	header := r.Header.Values("Authorization")
	if len(header) == 0 {
		return rest.Caller{}, rest.Errorf(rest.Unauthenticated, "token-missing", "Send a token: Authorization: Bearer …")
	}
	scheme, raw, _ := strings.Cut(header[0], " ")
	if len(header) > 1 || !strings.EqualFold(scheme, "Bearer") || raw == "" {
		return rest.Caller{}, rest.Errorf(rest.Unauthenticated, "token-invalid", "One Authorization header with a Bearer token is wanted.")
	}
	caller, err := s.tokens.Verify(r.Context(), rest.Secret(strings.TrimSpace(raw)))
	if err != nil {
		return rest.Caller{}, err
	}
	caller.Address = s.address(r)
	return caller, nil
}

// allow asks for the method's scope and for the caller's share of requests.
func (s *server) allow(r *http.Request, caller rest.Caller) error {
	scope := rest.ScopeWrite
	if r.Method == http.MethodGet {
		scope = rest.ScopeRead
	}
	if !slices.Contains(caller.Scopes, scope) {
		e := rest.Errorf(rest.Forbidden, "scope-missing", "The token lacks the scope %s.", scope)
		e.Err = missingScope(scope)
		return e
	}
	if s.config.Allow == nil {
		return nil
	}
	return s.config.Allow(r.Context(), caller)
}

// missingScope is the scope that a caller lacks, as the cause of an error.
type missingScope string

func (e missingScope) Error() string { return "missing scope " + string(e) }

// checkQuery refuses unknown parameters and repeated ones that may not repeat.
func checkQuery(r *http.Request, known map[string]bool) error {
	values, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	for name, given := range values {
		repeats, ok := known[name]
		if !ok {
			return rest.Errorf(rest.Invalid, "parameter-unknown", "There is no query parameter %q here. %s", clip(name), allowedNames(known))
		}
		if len(given) > 1 && !repeats {
			return rest.Errorf(rest.Invalid, "parameter-repeated", "The query parameter %s may be given once.", name)
		}
		if slices.Contains(given, "") {
			return rest.Errorf(rest.Invalid, "parameter-empty", "The query parameter %s has no value.", name)
		}
		if slices.ContainsFunc(given, unprintable) {
			return rest.Errorf(rest.Invalid, "parameter-characters", "The query parameter %s has control characters, or is not UTF-8.", name)
		}
	}
	return nil
}

// checkHeaders refuses headers without a value: they are a client's slip, and
// what they would have narrowed or guarded is not to be guessed.
func checkHeaders(r *http.Request, known []string) error {
	for _, name := range known {
		if name != "Idempotency-Key" && slices.Contains(r.Header.Values(name), "") { // whose problem has a name of its own
			return rest.Errorf(rest.Invalid, "parameter-empty", "The header %s has no value.", name)
		}
	}
	return nil
}

// unprintable says that nothing which is stored could be equal to the text.
func unprintable(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl)
}

func allowedNames(known map[string]bool) string {
	if len(known) == 0 {
		return "None is allowed."
	}
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	return "Allowed are: " + strings.Join(names, ", ") + "."
}

// clip shortens what a client sent for an error's text.
func clip(text string) string {
	const most = 40
	runes := []rune(text)
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
