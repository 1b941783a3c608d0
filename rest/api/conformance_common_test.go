package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest/api"
	"overgang/store"
)

// set sets headers of the request.
func set(pairs ...string) func(*stage, *call, api.Instance) {
	return func(_ *stage, c *call, _ api.Instance) {
		for i := 0; i < len(pairs); i += 2 {
			c.header.Set(pairs[i], pairs[i+1])
		}
	}
}

// query adds to the request's query.
func query(text string) func(*stage, *call, api.Instance) {
	return func(_ *stage, c *call, _ api.Instance) {
		c.path += map[bool]string{true: "&", false: "?"}[strings.Contains(c.path, "?")] + text
	}
}

// instead replaces a part of the address.
func instead(old, text string) func(*stage, *call, api.Instance) {
	return func(_ *stage, c *call, _ api.Instance) { c.path = strings.Replace(c.path, old, text, 1) }
}

// by sends the request as somebody else.
func by(who string) func(*stage, *call, api.Instance) {
	return func(_ *stage, c *call, _ api.Instance) {
		switch who {
		case "nobody":
			c.as = asNobody
		case "user":
			c.as = asUser
		case "owner":
			c.as = asOwner
		case "another owner":
			c.as = asOther
		case "company's reader":
			c.as = asCompanyReader
		case "no scope":
			c.as = asScopeless
		case "reader's scope":
			c.as = asReader
		}
	}
}

// content replaces the request's body.
func content(kind, body string) func(*stage, *call, api.Instance) {
	return func(_ *stage, c *call, _ api.Instance) {
		c.header.Set("Content-Type", kind)
		c.body = body
	}
}

// unchanged sends the request once, and again if it is not the same any more.
func unchanged(s *stage, c *call, _ api.Instance) {
	s.t.Helper()
	tag := s.do(*c).want(s.t, http.StatusOK, "").Header.Get("ETag")
	if tag == "" {
		s.t.Fatal("no ETag")
	}
	c.header.Set("If-None-Match", `"other", W/`+tag)
}

func retryAfter(want string) func(*testing.T, answer) {
	return func(t *testing.T, a answer) {
		t.Helper()
		if got := a.Header.Get("Retry-After"); got != want {
			t.Errorf("Retry-After %q, want %q", got, want)
		}
	}
}

func challenged(with string) func(*testing.T, answer) {
	return func(t *testing.T, a answer) {
		t.Helper()
		if got := a.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, `Bearer realm="overgang"`) || !strings.Contains(got, with) {
			t.Errorf("WWW-Authenticate %q", got)
		}
	}
}

// commonExamples hold for operations of all kinds.
var commonExamples = []example{
	{name: "unknown parameter", of: "all", status: 400, code: "parameter-unknown", differs: query("bogus=1")},
	{name: "malformed query", of: "all", status: 400, code: "query-malformed", differs: func(s *stage, c *call, i api.Instance) {
		query("size=%zz")(s, c, i)
		c.unlisted = true // nothing else parses it either
	}},
	{name: "parameter without a value", of: "all", status: 400, code: "parameter-unknown", differs: query("bogus")},
	{name: "malformed guid", of: "{guid}", status: 400, code: "parameter-invalid", differs: func(_ *stage, c *call, i api.Instance) {
		_, guid, _ := strings.Cut(i.Id, "/")
		c.path = strings.Replace(c.path, guid, "12", 1)
	}},
	{name: "no token", of: "all", status: 401, code: "token-missing", differs: by("nobody"), shown: challenged("")},
	{name: "expired token", of: "all", status: 401, code: "token-expired", shown: challenged(`error="invalid_token"`),
		differs: func(s *stage, c *call, _ api.Instance) {
			now := s.now
			s.now = now.Add(-2 * time.Hour)
			c.header.Set("Authorization", "Bearer "+s.token(c.as))
			s.now, c.as = now, asNobody
		}},
	{name: "token of somebody else's making", of: "all", status: 401, code: "token-invalid", shown: challenged(`error="invalid_token"`),
		differs: func(s *stage, c *call, _ api.Instance) {
			c.header.Set("Authorization", "Bearer "+newGateway(s.t).token(c.as))
			c.as = asNobody
		}},
	{name: "no scope", of: "all", status: 403, code: "scope-missing", differs: by("no scope"), shown: challenged(`error="insufficient_scope"`)},
	{name: "reader's scope", of: "POST PUT PATCH DELETE", status: 403, code: "scope-missing", differs: by("reader's scope"), shown: challenged(`scope="instances.write"`)},
	{name: "too fast", of: "all", status: 429, code: "rate", shown: retryAfter("1")},
	{name: "the database fails", of: "all", status: 500, code: "internal", ails: errors.New("the disk is on fire")},
	{name: "the disk is full", of: "all", status: 503, code: "storage-full", ails: store.ErrFull, shown: retryAfter("60")},
	{name: "the database is held", of: "{guid}", status: 503, code: "storage-busy", ails: store.ErrBusy, shown: retryAfter("1")},
	{name: "the gateway stops", of: "{guid}", status: 503, code: "closing", ails: store.ErrClosed, shown: retryAfter("5")},
	{name: "it took too long", of: "{guid}", status: 503, code: "timeout", ails: context.DeadlineExceeded, shown: retryAfter("1")},

	{name: "absent", of: "{guid}", status: 404, code: "instance-unknown", differs: func(_ *stage, c *call, i api.Instance) {
		_, guid, _ := strings.Cut(i.Id, "/")
		c.path = strings.Replace(c.path, guid, uuid.NewString(), 1)
	}},
	{name: "another owner's", of: "{guid}", status: 404, code: "instance-unknown", differs: by("another owner")},
	{name: "another party's", of: "{guid}", status: 404, code: "instance-unknown", differs: by("company's reader")},
	{name: "under another party", of: "{owner}", status: 404, code: "instance-unknown", differs: instead("/50001/", "/50002/")},
	{name: "under another application", of: "/{org}/{app}/+{guid}", status: 404, code: "instance-unknown", differs: instead("/ttd/melding/", "/ttd/signering/")},
	{name: "absent element", of: "{dataGuid}", status: 404, code: "element-unknown", differs: func(_ *stage, c *call, i api.Instance) {
		c.path = strings.Replace(c.path, i.Data[0].Id.String(), uuid.NewString(), 1)
	}},
	{name: "unchanged", of: "GET+304", status: 304, differs: unchanged, shown: func(t *testing.T, a answer) {
		if len(a.body) != 0 || a.Header.Get("ETag") == "" {
			t.Errorf("ETag %q, content %q", a.Header.Get("ETag"), a.body)
		}
	}},
	{name: "deleted", of: "410", status: 410, code: "instance-deleted", given: deleted},
	{name: "deleted, under another party", of: "410+{owner}", status: 404, code: "instance-unknown", given: deleted, differs: instead("/50001/", "/50002/")},
	{name: "marked for hard deletion", of: "410", status: 410, code: "instance-deleted", given: hardDeleted},
	{name: "stale", of: "412", status: 412, code: "version-stale", differs: set("If-Match", `"0", "x"`)},
	{name: "malformed If-Match", of: "412", status: 400, code: "if-match-malformed", differs: set("If-Match", "1")},
	{name: "key of another request", of: "POST", status: 422, code: "idempotency-key-reused", differs: func(s *stage, c *call, _ api.Instance) {
		key := uuid.NewString()
		s.do(call{method: "POST", path: instancesPath, as: asOwner, header: keyed(key, "Content-Type", "application/json"), body: newForCompany}).want(s.t, 201, "")
		c.header.Set("Idempotency-Key", key)
	}},
	{name: "malformed key", of: "POST", status: 400, code: "idempotency-key-invalid", differs: set("Idempotency-Key", "two words")},
	{name: "unsupported coding", of: "415", status: 415, code: "content-encoding", differs: set("Content-Encoding", "gzip")},
}
