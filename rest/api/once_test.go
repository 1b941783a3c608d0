package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"overgang/rest"
	"overgang/rest/api"
)

func keyed(key string, pairs ...string) http.Header {
	return header(append([]string{"Idempotency-Key", key}, pairs...)...)
}

const newForCompany = `{"instanceOwnerId":"50002","labels":["once"]}`

// count is how many instances the owner sees.
func (g *gateway) count() int64 {
	g.t.Helper()
	var page api.InstancePage
	g.do(call{path: listPath + "?count=true", as: asOwner}).want(g.t, 200, "").json(g.t, &page)
	return *page.TotalCount
}

func TestARepetitionIsToldTheFirstAnswer(t *testing.T) {
	g := newStack(t)
	post := call{method: "POST", path: instancesPath, as: asUser, header: keyed("k1", "Content-Type", "application/json"), body: newForCompany}
	first := g.do(post).want(t, 201, "")
	again := g.do(post).want(t, 201, "")
	if string(first.body) != string(again.body) || first.Header.Get("Location") != again.Header.Get("Location") ||
		first.Header.Get("ETag") != again.Header.Get("ETag") || again.Header.Get("Idempotency-Replayed") != "true" || first.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("first %v %s\nagain %v %s", first.Header, first.body, again.Header, again.body)
	}
	if n := g.count(); n != 1 {
		t.Errorf("%d instances", n)
	}

	// The same key of another caller is another key.
	post.as = asOwner
	g.do(post).want(t, 201, "")
	post.as = asUser

	other := post
	other.body = `{"instanceOwnerId":"50002","labels":["other"]}`
	g.do(other).want(t, 422, "idempotency-key-reused")
	other = post
	other.header = keyed("k1", "Content-Type", "application/json", "Accept", "application/json;profile=altinn3")
	g.do(other).want(t, 422, "idempotency-key-reused")
	if n := g.count(); n != 2 {
		t.Errorf("%d instances", n)
	}
}

// TestARepetitionTakesTheSameRights: who has lost one since is not told the first
// answer, and is told it again with the right.
func TestARepetitionTakesTheSameRights(t *testing.T) {
	g := newStack(t)
	post := call{method: "POST", path: instancesPath, as: asUser, header: keyed("k1", "Content-Type", "application/json"), body: newForCompany}
	g.do(post).want(t, 201, "")
	g.grant(rest.Read)
	if a := g.do(post).want(t, 403, "idempotency-access"); strings.Contains(string(a.body), "once") || a.Header.Get("Location") != "" || a.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("%v %s", a.Header, a.body)
	}
	g.grant(rest.Read, rest.Write)
	g.do(post).want(t, 201, "")
	if n := g.count(); n != 1 {
		t.Errorf("%d instances", n)
	}
}

func TestARefusedRequestLeavesItsKeyFree(t *testing.T) {
	g := newStack(t)
	post := call{method: "POST", path: instancesPath, as: asUser, header: keyed("k", "Content-Type", "application/json"), body: `{"instanceOwnerId":"50003"}`}
	g.do(post).want(t, 403, "party")
	post.body = newForCompany
	g.do(post).want(t, 201, "")
}

// TestAMultipartRepetition: clients make up another boundary each time.
func TestAMultipartRepetition(t *testing.T) {
	g := newStack(t)
	large := strings.Repeat("0123456789abcdef\r\n--", 20<<10)
	body := func(content string) (string, string) {
		return parts(t, part{name: "instance", kind: "application/json", content: newForCompany},
			part{name: "vedlegg", file: "a.bin", kind: "application/octet-stream", content: content})
	}
	post := func(content string) answer {
		kind, text := body(content)
		return g.do(call{method: "POST", path: instancesPath, as: asUser, header: keyed("m", "Content-Type", kind), body: text})
	}
	first := post(large).want(t, 201, "")
	again := post(large).want(t, 201, "")
	if string(first.body) != string(again.body) || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again: %v %s", again.Header, again.body)
	}
	post(large+"x").want(t, 422, "idempotency-key-reused")
	var i api.Instance
	first.json(t, &i)

	add := call{method: "POST", path: "/ttd/melding/instances/" + i.Id + "/data?formId=vedlegg", as: asUser,
		header: keyed("e", "Content-Type", "text/plain", "Prefer", "return=element"), body: "hei"}
	one, two := g.do(add).want(t, 201, ""), g.do(add).want(t, 201, "")
	if string(one.body) != string(two.body) || one.Header.Get("Location") != two.Header.Get("Location") {
		t.Errorf("%s\n%s", one.body, two.body)
	}
	g.do(call{path: "/storage/instances/" + i.Id, as: asOwner}).want(t, 200, "").json(t, &i)
	if len(i.Data) != 2 {
		t.Errorf("%d elements", len(i.Data))
	}
}

// TestTwins: of requests with one key that arrive together, one has effect.
func TestTwins(t *testing.T) {
	g := newStack(t)
	var created, underway atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			a := g.do(call{method: "POST", path: instancesPath, as: asUser, header: keyed("twin", "Content-Type", "application/json"), body: newForCompany})
			switch {
			case a.StatusCode == 201:
				created.Add(1)
			case a.StatusCode == 409 && strings.Contains(string(a.body), "idempotency-underway"):
				underway.Add(1)
			default:
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		})
	}
	all.Wait()
	if n := g.count(); n != 1 || created.Load() == 0 {
		t.Errorf("%d instances; %d were told of it, %d to wait", n, created.Load(), underway.Load())
	}
}

// TestKeyUnderWay: what the first request with a key still does is not begun again.
func TestKeyUnderWay(t *testing.T) {
	g := newGateway(t)
	g.core.repeats = map[string]*fakeClaim{fmt.Sprintf("person:%d first", person): {f: g.core, underway: true}}
	post := call{method: "POST", path: instancesPath, as: asUser, header: keyed("first", "Content-Type", "application/json"), body: newForCompany}
	if g.do(post).want(t, 409, "idempotency-underway"); len(g.core.instances) != 0 {
		t.Error("it was carried out")
	}
}

func TestKeysThatAreNone(t *testing.T) {
	g := newGateway(t)
	for name, keys := range map[string][]string{"empty": {""}, "long": {strings.Repeat("k", 256)}, "space": {"a b"}, "letters": {"nøkkel"}, "two": {"a", "b"}} {
		h := header("Content-Type", "application/json")
		h["Idempotency-Key"] = keys
		a := g.do(call{method: "POST", path: instancesPath, as: asUser, header: h, body: newForCompany, unlisted: true})
		if a.want(t, 400, "idempotency-key-invalid"); len(g.core.instances) != 0 {
			t.Errorf("%s: it was carried out", name)
		}
	}
	// It means nothing to a GET.
	g.do(call{path: listPath, as: asUser, header: keyed("a b"), unlisted: true}).want(t, 200, "")
}

func TestAnAnswerThatIsLost(t *testing.T) {
	g := newGateway(t)
	post := call{method: "POST", path: instancesPath, as: asUser, header: keyed("k", "Content-Type", "application/json"), body: newForCompany}
	g.core.repeats = map[string]*fakeClaim{"person:50001 k": {f: g.core, answer: &rest.FirstAnswer{}}}
	g.do(post).want(t, 409, "idempotency-answer-lost")
	post.header = keyed("l", "Content-Type", "application/json")
	g.core.fail["Answer"] = errors.New("the disk is full")
	g.do(post).want(t, 201, "") // it was carried out: that is what counts
	if !strings.Contains(g.logs.String(), "the disk is full") {
		t.Error("the log does not tell why the answer was not kept")
	}
	g.core.fail["Claim"] = &rest.Error{Kind: rest.RateLimited, Code: "idempotency-keys-many", Detail: "Too many."}
	g.do(post).want(t, 429, "idempotency-keys-many")
}

// TestEveryPostTakesAKey: the document says so of every POST, and none forgets it.
func TestEveryPostTakesAKey(t *testing.T) {
	g := newGateway(t)
	{
		g.do(call{method: "POST", path: instancesPath, as: asOwner, header: keyed("used", "Content-Type", "application/json"), body: newForCompany}).want(t, 201, "")
	}
	for _, op := range operations() {
		if op.method != http.MethodPost {
			continue
		}
		if op.Parameters.GetByInAndName("header", "Idempotency-Key") == nil {
			t.Errorf("%s: the document does not tell of Idempotency-Key", op.OperationID)
		}
		path := strings.NewReplacer("{org}", "ttd", "{app}", "melding", "{owner}", "50001",
			"{guid}", "11111111-1111-4111-8111-111111111111", "{dataGuid}", "22222222-2222-4222-8222-222222222222").Replace(op.path)
		g.do(call{method: "POST", path: path, as: asOwner, header: keyed("used", "Content-Type", "application/json"), body: "{}"}).want(t, 422, "idempotency-key-reused")
	}
}
