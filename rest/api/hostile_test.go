package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

// raw sends bytes as they are, says that no more will come if they end, and reads
// one answer. Who has sent a whole request must not say so: to net/http it has
// gone, and its request is cancelled.
func (g *gateway) raw(text string, end bool) answer {
	g.t.Helper()
	address := strings.TrimPrefix(g.url, "http://")
	c, err := net.Dial("tcp", address)
	if err != nil {
		g.t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		g.t.Fatal(err)
	}
	if _, err := io.WriteString(c, text); err != nil {
		g.t.Fatal(err)
	}
	if end {
		if err := c.(*net.TCPConn).CloseWrite(); err != nil {
			g.t.Fatal(err)
		}
	}
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		g.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	if response.Header.Get("Content-Type") == "application/problem+json" {
		checkCode(g.t, response.StatusCode, body)
	}
	return answer{response, body}
}

// TestBodiesThatAreNotAsTold: lengths that lie and chunks that are none are
// refused, and nothing of them is stored.
func TestBodiesThatAreNotAsTold(t *testing.T) {
	s := newStage(t)
	i := active(s)
	form := i.Data[0].Id.String()
	kind, multipart := parts(t, instancePart, formPart(formText), part{name: "vedlegg", content: strings.Repeat("x", 200<<10)})
	jsonBody := `{"instanceOwnerId":"50001"}`
	for _, c := range []struct {
		name, line, kind, head, body string
		status                       int
		code                         string // "" = net/http refuses it
	}{
		{"JSON shorter than told", "POST " + instancesPath, "application/json", "Content-Length: 900", jsonBody[:20], 400, "body-truncated"},
		{"JSON longer than told", "POST " + instancesPath, "application/json", "Content-Length: 20", jsonBody, 400, "body-truncated"},
		{"parts shorter than told", "POST " + instancesPath, kind, fmt.Sprintf("Content-Length: %d", len(multipart)+100), multipart[:len(multipart)-100], 400, "body-truncated"},
		{"parts longer than told", "POST " + instancesPath, kind, fmt.Sprintf("Content-Length: %d", len(multipart)-100), multipart, 400, "body-truncated"},
		{"all parts, but more is told", "POST " + instancesPath, kind, fmt.Sprintf("Content-Length: %d", len(multipart)+100), multipart, 400, "body-truncated"},
		{"all parts, but chunks without an end", "POST " + instancesPath, kind, "Transfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n", len(multipart), multipart), 400, "body-truncated"},
		{"element shorter than told", "PUT " + dataPath(i) + "/" + form, formType, "Content-Length: 900", formText, 400, "body-truncated"},
		{"element told to be enormous", "PUT " + dataPath(i) + "/" + form, formType, "Content-Length: 99999999999", formText, 413, "content-too-large"},
		{"chunk of no length", "PUT " + dataPath(i) + "/" + form, formType, "Transfer-Encoding: chunked", "zz\r\n<melding/>\r\n0\r\n\r\n", 400, "body-unreadable"},
		{"chunks without an end", "PUT " + dataPath(i) + "/" + form, formType, "Transfer-Encoding: chunked", "a\r\n<melding/>\r\n", 400, "body-truncated"},
		{"two lengths", "POST " + instancesPath, "application/json", "Content-Length: 27\r\nContent-Length: 20", jsonBody, 400, ""},
		{"unknown transfer coding", "POST " + instancesPath, "application/json", "Transfer-Encoding: gzip", jsonBody, 501, ""},
		{"negative length", "POST " + instancesPath, "application/json", "Content-Length: -1", jsonBody, 400, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.t = t
			before := s.stored(i)
			a := s.raw(c.line+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "+s.token(asOwner)+"\r\nContent-Type: "+c.kind+"\r\n"+c.head+"\r\n\r\n"+c.body, !strings.HasSuffix(c.name, "longer than told"))
			if c.code != "" {
				a.want(t, c.status, c.code)
			} else if a.StatusCode != c.status {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
			if now := s.stored(i); now != before {
				t.Errorf("what is stored changed from %+v to %+v", before, now)
			}
		})
	}
}

// TestWhatIsAnothersReadsAsAbsent: of an instance that the caller may not see,
// every operation says exactly what it says of one that there is not.
func TestWhatIsAnothersReadsAsAbsent(t *testing.T) {
	s := newStage(t)
	foreign := map[string]api.Instance{"active": active(s), "deleted": deleted(s), "archived": archived(s), "locked": locked(s)}
	for _, op := range operations() {
		if !strings.Contains(op.path, "{guid}") {
			continue
		}
		for name, i := range foreign {
			for _, change := range []func(*call){
				func(*call) {},
				func(c *call) { c.header.Set("If-Match", `"1"`) },
				func(c *call) { c.header.Set("If-None-Match", "*") },
				func(c *call) { c.header.Set("Content-Type", "text/html") },
			} {
				ask := func(id string, as call) answer {
					c := s.good(op, i)
					c.as = as.as
					change(&c)
					_, guid, _ := strings.Cut(i.Id, "/")
					c.path = strings.Replace(c.path, guid, id, 1)
					a := s.do(c)
					for _, h := range []string{"X-Request-Id", "Date"} {
						a.Header.Del(h)
					}
					return a
				}
				_, guid, _ := strings.Cut(i.Id, "/")
				for _, as := range []call{{as: asCompanyReader}, {as: asOther}} {
					theirs, none := ask(guid, as), ask(uuid.NewString(), as)
					if theirs.StatusCode != none.StatusCode || string(theirs.body) != string(none.body) {
						t.Errorf("%s, %s: %d %s, but absent: %d %s", op.OperationID, name, theirs.StatusCode, theirs.body, none.StatusCode, none.body)
					}
					if d := cmp.Diff(none.Header, theirs.Header); d != "" {
						t.Errorf("%s, %s: headers differ: %s", op.OperationID, name, d)
					}
				}
			}
		}
	}
}

// TestUnknownPartiesAreRefusedLikeForeignOnes: creating for a party does not
// tell whether there is one, however it is named.
func TestUnknownPartiesAreRefusedLikeForeignOnes(t *testing.T) {
	s := newStage(t)
	var first string
	for _, owner := range []string{`"instanceOwnerId":"50003"`, `"instanceOwnerId":"59999"`, `"reportee":{"ssn":"01017012345"}`, `"reportee":{"ssn":"01017012399"}`,
		`"reportee":{"organizationNumber":"910000099"}`, `"reportee":{"userName":"ola"}`, `"instanceOwner":{"partyId":"50003"}`} {
		a := s.do(call{method: "POST", path: instancesPath, as: asUser, header: asJSON, body: "{" + owner + "}"}).want(t, 403, "party")
		if first == "" {
			first = string(a.body)
		}
		if string(a.body) != first {
			t.Errorf("%s: %s\n%s", owner, a.body, first)
		}
	}
	feed := func(app string) string {
		return string(s.do(call{path: "/storage/applications/ttd/" + app + "/events", as: asOther}).want(t, 404, "application-unknown").body)
	}
	if known, unknown := feed("melding"), feed("nothing"); known != unknown {
		t.Errorf("%s\n%s", known, unknown)
	}
}

// deafIssuer is an issuer whose keys cannot be fetched.
type deafIssuer struct{}

func (deafIssuer) Verify(context.Context, rest.Secret) (rest.Caller, error) {
	return rest.Caller{}, &rest.Error{Kind: rest.Unavailable, Code: "issuer-unreachable", Detail: "Later.", RetryAfter: 5 * time.Second}
}

func TestTokensThatCannotBeJudged(t *testing.T) {
	g := newGateway(t, func(c *api.Config) { c.Tokens = deafIssuer{} })
	a := g.do(call{path: listPath, as: asUser}).want(t, 503, "issuer-unreachable")
	if a.Header.Get("Retry-After") != "5" {
		t.Errorf("%v", a.Header)
	}
}
