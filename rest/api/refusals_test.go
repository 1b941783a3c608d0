package api_test

import (
	"net/http"
	"strings"
	"testing"

	"overgang/rest"
	"overgang/rest/api"
)

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
	case "delegateSigning":
		c.header, c.body = asJSON, `{"signers":[{"ssn":"01017012402","name":"Leser"}]}`
	case "listToSign":
		c.as = asUser
	case "changeInstance":
		c.header, c.body = asMergePatch, `{}`
	case "replaceElement":
		c.header, c.body = header("Content-Type", "application/xml"), formText
	}
	return c
}

func documented(op operation, status string) bool { return op.Responses.Value(status) != nil }

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
