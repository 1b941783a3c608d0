package wssc_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

var update = flag.Bool("update", false, "rewrite testdata/wssc/answers")

// recorded is the gateway that answered Apache CXF's requests, at their time.
func recorded(t testing.TB) *gateway {
	g := newGateway(t, wssc.Config{Rand: chance()}, site)
	made, err := time.Parse(time.RFC3339, text(find(parse(t, file(t, "requests", "issue.xml")), "Created")))
	if err != nil {
		t.Fatal(err)
	}
	g.clock.now = made
	return g
}

// TestAnswers answers what Apache CXF asks for. CXF reads the answers
// (testdata/wssc/make/run), so they must not change unseen.
func TestAnswers(t *testing.T) {
	g := recorded(t)
	var issued token
	for _, test := range []struct {
		name string
		kind wssc.Kind
		want string
	}{
		{"issue", wssc.Issue, ""}, {"issue-128", wssc.Issue, ""}, {"issue-type-twice", wssc.Issue, ""},
		{"issue-no-entropy", wssc.Issue, invalidRequest},
		{"renew", wssc.Renew, ""}, {"renew-typed", wssc.Renew, ""},
	} {
		request := strings.NewReplacer("IDENTIFIER", issued.identifier, "COOKIE", issued.cookie).Replace(file(t, "requests", test.name+".xml"))
		r, err := g.Answer(ctx, test.kind, parse(t, request), wssc.Caller{Certificate: owner})
		wantCode(t, test.name, err, test.want)
		if err != nil {
			continue
		}
		k := read(t, r, string(unbase64(t, "AAAA")))
		if test.name == "issue" {
			issued = k
		}
		got := string(r.Append(nil)) + "\n"
		name := filepath.Join(testdata, "answers", test.name+".xml")
		if *update {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got != file(t, "answers", test.name+".xml") {
			t.Errorf("%s: got %s", test.name, got)
		}
		if r.Expires().Sub(g.clock.now) != 5*time.Minute {
			t.Errorf("%s: CXF asked for five minutes, and gets %v", test.name, r.Expires().Sub(g.clock.now))
		}
	}
}

// TestCalls verifies calls that WSS4J signed with the keys and references that
// CXF read from the answers.
func TestCalls(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(testdata, "calls", "*.xml"))
	if err != nil || len(names) != 9 {
		t.Fatalf("%d calls, %v", len(names), err)
	}
	for _, name := range names {
		base := filepath.Base(name)
		t.Run(base, func(t *testing.T) {
			g := newGateway(t, wssc.Config{}, site)
			message := file(t, "calls", base)
			if strings.Contains(base, "unattached") {
				wantCode(t, "before the cookie was seen", verify(t, g, message), badToken)
				if err := verify(t, g, file(t, "calls", "issue-attached.xml")); err != nil {
					t.Fatal(err)
				}
			}
			if err := verify(t, g, message); err != nil {
				t.Fatal(err)
			}
			wantCode(t, "another ring", verify(t, newGateway(t, wssc.Config{Ring: ring(t, keyB)}, site), message), badToken)
			wantCode(t, "another site", verify(t, newGateway(t, wssc.Config{}, wssc.Site{Address: "/Other.svc"}), message), badToken)
			wantCode(t, "another generation", verify(t, newGateway(t, wssc.Config{}, old), message), badToken)
		})
	}
}

// verify verifies a call at the time it was made.
func verify(t testing.TB, g *gateway, message string) error {
	t.Helper()
	root := parse(t, message)
	made, err := time.Parse(time.RFC3339, text(find(root, "Created")))
	if err != nil {
		t.Fatal(err)
	}
	g.clock.now = made
	v, err := verifier(t, g).Verify(ctx, head(root), wss.Policy{Signature: wss.ContextKey})
	if err == nil && v.Context.Owner != owner {
		t.Errorf("the owner is %q", v.Context.Owner)
	}
	return err
}

func verifier(t testing.TB, g *gateway) *wss.Verifier {
	t.Helper()
	replays, err := wss.NewMemory(g.clock.Now, 100)
	if err != nil {
		t.Fatal(err)
	}
	v, err := wss.New(wss.Config{Now: g.clock.Now, Replays: replays, Contexts: g})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// head is a message as a Verifier wants it.
func head(root *c14n.Node) wss.Message {
	m := wss.Message{Header: root.First}
	m.Header.Next, root.Last = nil, m.Header
	for n := range m.Header.Elements() {
		if n.Is(xmltok.Name{Space: wss.SecuritySpace, Local: "Security"}) {
			m.Security = append(m.Security, n)
		}
	}
	return m
}
