package api_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

// methods of the fake that can be made to fail.
var coreMethods = []string{"Party", "Application", "Applications", "Upload", "CreateInstance", "Instance", "Query", "ConfirmInstance",
	"ConfirmElement", "Process", "AddElement", "ReplaceElement", "Content", "InstanceEvents", "AppEvents",
	"InstanceOrDeleted", "StartProcess", "NextStep", "ValidateInstance", "ValidateElement"}

// callOf makes a call of the operation that would succeed on the instance.
func callOf(op operation, i api.Instance) call {
	owner, guid, _ := strings.Cut(i.Id, "/")
	path := strings.NewReplacer("{org}", "ttd", "{app}", "melding", "{owner}", owner, "{guid}", guid, "{dataGuid}", i.Data[0].Id.String(),
		"{language}", "nb", "{dataType}", "default").Replace(op.path)
	c := call{method: op.method, path: path, as: asOwner}
	switch op.OperationID {
	case "createInstance":
		c.header, c.body = asJSON, `{"instanceOwnerId":"50001"}`
	case "addElement":
		c.path += "?formId=vedlegg"
		c.header, c.body = header("Content-Type", "text/plain"), "x"
	case "changeInstance":
		c.header, c.body = asMergePatch, `{}`
	case "replaceElement":
		c.header, c.body = header("Content-Type", "application/xml"), "<m/>"
	}
	return c
}

func documented(op operation, status string) bool { return op.Responses.Value(status) != nil }

// TestEveryOperationRefuses shows what all operations have in common.
func TestEveryOperationRefuses(t *testing.T) {
	for _, op := range operations() {
		if slices.Contains(op.Tags, "document") {
			continue
		}
		t.Run(op.OperationID, func(t *testing.T) {
			rate := false
			g := newGateway(t, func(c *api.Config) {
				c.Allow = func(context.Context, rest.Caller) error {
					if rate {
						return &rest.Error{Kind: rest.RateLimited, Code: "rate", Detail: "Slow down.", RetryAfter: 1500 * time.Millisecond}
					}
					return nil
				}
			})
			i := g.create(person)
			good := callOf(op, i)

			t.Run("without token", func(t *testing.T) {
				c := good
				c.as = asNobody
				a := g.do(c).want(t, http.StatusUnauthorized, "token-missing")
				if got := a.Header.Get("WWW-Authenticate"); got != `Bearer realm="overgang"` {
					t.Error(got)
				}
			})
			t.Run("expired token", func(t *testing.T) {
				c := good
				c.as = asNobody
				c.header = maps.Clone(c.header)
				if c.header == nil {
					c.header = http.Header{}
				}
				c.header.Set("Authorization", "Bearer "+g.token(asUser))
				g.now = g.now.Add(2 * time.Hour)
				defer func() { g.now = g.now.Add(-2 * time.Hour) }()
				a := g.do(c).want(t, http.StatusUnauthorized, "token-expired")
				if got := a.Header.Get("WWW-Authenticate"); got != `Bearer realm="overgang", error="invalid_token"` {
					t.Error(got)
				}
			})
			t.Run("without scope", func(t *testing.T) {
				c := good
				c.as = asScopeless
				a := g.do(c).want(t, http.StatusForbidden, "scope-missing")
				if !strings.Contains(a.Header.Get("WWW-Authenticate"), `error="insufficient_scope", scope="instances.`) {
					t.Error(a.Header.Get("WWW-Authenticate"))
				}
			})
			if op.method != http.MethodGet {
				t.Run("with a reader's scope", func(t *testing.T) {
					c := good
					c.as = asReader
					g.do(c).want(t, http.StatusForbidden, "scope-missing")
				})
			}
			t.Run("unknown parameter", func(t *testing.T) {
				c := good
				c.path += map[bool]string{true: "&", false: "?"}[strings.Contains(c.path, "?")] + "bogus=1"
				g.do(c).want(t, http.StatusBadRequest, "parameter-unknown")
			})
			t.Run("malformed query", func(t *testing.T) {
				c := good
				c.path += map[bool]string{true: "&", false: "?"}[strings.Contains(c.path, "?")] + "size=%zz"
				c.unlisted = true // nothing else parses it either
				g.do(c).want(t, http.StatusBadRequest, "query-malformed")
			})
			t.Run("too often", func(t *testing.T) {
				rate = true
				defer func() { rate = false }()
				a := g.do(good).want(t, http.StatusTooManyRequests, "rate")
				if got := a.Header.Get("Retry-After"); got != "2" {
					t.Errorf("Retry-After %q", got)
				}
			})
			t.Run("core fails", func(t *testing.T) {
				for _, m := range coreMethods {
					g.core.fail[m] = errors.New("secret cause 17")
				}
				defer clear(g.core.fail)
				a := g.do(good).want(t, http.StatusInternalServerError, "internal")
				var p api.Problem
				a.json(t, &p)
				if strings.Contains(string(a.body), "secret cause") || p.ErrorId == "" {
					t.Errorf("%s", a.body)
				}
				if logs := g.logs.String(); !strings.Contains(logs, "secret cause 17") || !strings.Contains(logs, "errorId="+p.ErrorId) {
					t.Error("the cause is not in the log under the error's id")
				}
			})
			t.Run("core is unavailable", func(t *testing.T) {
				for _, m := range coreMethods {
					g.core.fail[m] = &rest.Error{Kind: rest.Unavailable, Code: "storage-full", Detail: "Later.", RetryAfter: time.Minute}
				}
				defer clear(g.core.fail)
				a := g.do(good).want(t, http.StatusServiceUnavailable, "storage-full")
				if got := a.Header.Get("Retry-After"); got != "60" {
					t.Errorf("Retry-After %q", got)
				}
			})
			if documented(op, "404") {
				t.Run("absent", func(t *testing.T) {
					c := good
					c.path = strings.Replace(c.path, strings.Split(i.Id, "/")[1], uuid.NewString(), 1)
					if !strings.Contains(op.path, "{guid}") {
						c.path = strings.Replace(c.path, "melding", "nothing", 1)
					}
					g.do(c).want(t, http.StatusNotFound, map[bool]string{true: "instance-unknown", false: "application-unknown"}[strings.Contains(op.path, "{guid}")])
				})
			}
			if strings.Contains(op.path, "{guid}") {
				t.Run("somebody else's", func(t *testing.T) {
					c := good
					c.as = asOther
					g.do(c).want(t, http.StatusNotFound, "instance-unknown")
				})
				t.Run("malformed guid", func(t *testing.T) {
					c := good
					c.path = strings.Replace(c.path, strings.Split(i.Id, "/")[1], "12", 1)
					g.do(c).want(t, http.StatusBadRequest, "parameter-invalid")
				})
			}
			if strings.Contains(op.path, "{owner}") {
				t.Run("under another owner", func(t *testing.T) {
					c := good
					c.path = strings.Replace(c.path, "/50001/", "/50002/", 1)
					g.do(c).want(t, http.StatusNotFound, "instance-not-found")
				})
			}
			if strings.Contains(op.path, "{dataGuid}") {
				t.Run("absent element", func(t *testing.T) {
					c := good
					c.path = strings.Replace(c.path, i.Data[0].Id.String(), uuid.NewString(), 1)
					if a := g.do(c); a.StatusCode != http.StatusNotFound {
						t.Errorf("%d %s", a.StatusCode, a.body)
					}
				})
			}
			if strings.HasPrefix(op.path, "/{org}/{app}/") && strings.Contains(op.path, "{guid}") {
				t.Run("under another app", func(t *testing.T) {
					c := good
					c.path = strings.Replace(c.path, "/ttd/melding/", "/ttd/other/", 1)
					g.do(c).want(t, http.StatusNotFound, "instance-not-found")
				})
			}
			if documented(op, "410") {
				t.Run("deleted", func(t *testing.T) {
					g.core.instances[0].SoftDeleted = g.now
					g.do(good).want(t, http.StatusGone, "instance-deleted")
				})
			}
		})
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	g := newGateway(t)
	for _, c := range []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/", 404, "not-found"},
		{"GET", "/storage", 404, "not-found"},
		{"GET", "/storage/nothing", 404, "not-found"},
		{"GET", "/storage/api/v2/instances", 404, "not-found"},
		{"DELETE", "/storage/instances", 405, "method-not-allowed"},
		{"PATCH", "/openapi.yaml", 405, "method-not-allowed"},
		{"POST", "/storage/instances", 405, "method-not-allowed"},
	} {
		a := g.do(call{method: c.method, path: c.path, as: asUser, unlisted: true})
		a.want(t, c.status, c.code)
		if c.status == http.StatusMethodNotAllowed && !strings.Contains(a.Header.Get("Allow"), "GET") {
			t.Errorf("%s %s: Allow %q", c.method, c.path, a.Header.Get("Allow"))
		}
	}
	// No organisation is called like a face of the API.
	g.do(call{method: "POST", path: "/storage/melding/instances", as: asUser, header: asJSON, body: `{}`}).want(t, 404, "not-found")
}

func TestPanicsAreAnsweredAndLogged(t *testing.T) {
	g := newGateway(t)
	g.core.apps = []*rest.Application{nil}
	a := g.do(call{path: "/storage/applications", as: asUser}).want(t, http.StatusInternalServerError, "internal")
	if strings.Contains(string(a.body), "nil pointer") || !strings.Contains(g.logs.String(), "nil pointer") {
		t.Errorf("%s", a.body)
	}
}

func TestAuthorizationHeaders(t *testing.T) {
	g := newGateway(t)
	good := g.token(asUser)
	for _, h := range []http.Header{
		header("Authorization", "Basic a2FyaTpwdw=="),
		header("Authorization", "Bearer"),
		header("Authorization", "Bearer "),
		header("Authorization", "Bearer "+good, "Authorization", "Bearer "+good),
		header("Authorization", "Bearer "+good+"x"),
	} {
		g.do(call{path: "/storage/instances", header: h}).want(t, http.StatusUnauthorized, "token-invalid")
	}
	g.do(call{path: "/storage/instances", header: header("Authorization", "bearer "+good)}).want(t, http.StatusOK, "")
}

func TestCompressedBodiesAreRefused(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	g.do(call{method: "PUT", path: "/ttd/melding/instances/" + i.Id + "/data/" + i.Data[0].Id.String(), as: asUser,
		header: header("Content-Encoding", "gzip", "Content-Type", "application/xml"), body: "x"}).want(t, 415, "content-encoding")
	g.do(call{method: "POST", path: "/ttd/melding/instances/" + i.Id + "/data?formId=vedlegg", as: asUser,
		header: header("Content-Encoding", "gzip"), body: "x"}).want(t, 415, "content-encoding")
}
