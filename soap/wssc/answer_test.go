package wssc_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// TestRequests: what clients send, and rows 38 and 40 of the attacks.
func TestRequests(t *testing.T) {
	life := func(inner string) string {
		return `<t:Lifetime xmlns:u="` + wss.UtilitySpace + `">` + inner + `</t:Lifetime>`
	}
	ours := entropyOf(clientEntropy)
	part := func(name, text string) string { return "<t:" + name + ">" + text + "</t:" + name + ">" }
	for _, test := range []struct {
		name, request, want string
	}{
		{"the least", rst(wssc.Issue, sct+ours), ""},
		{"everything", rst(wssc.Issue, sct+ours+part("KeyType", wssc.TrustSpace+"/SymmetricKey")+part("KeySize", "256")+
			part("ComputedKeyAlgorithm", wssc.TrustSpace+"/CK/PSHA1")+part("SignWith", "urn:x")+part("Renewing", "")+`<x xmlns="urn:x"/>`+
			life("<u:Created>2026-11-22T10:00:00Z</u:Created><u:Expires>2026-11-22T10:10:00Z</u:Expires>")), ""},
		{"the type in lines", rst(wssc.Issue, strings.ReplaceAll(strings.ReplaceAll(sct, ">http", ">\n http"), "sct<", "sct\n<")+ours), ""},
		{"a nonce", rst(wssc.Issue, sct+strings.Replace(ours, "<t:BinarySecret", `<t:BinarySecret Type="`+wssc.TrustSpace+`/Nonce"`, 1)), ""},
		{"no more than an end", rst(wssc.Issue, sct+ours+life("<u:Expires>2026-11-22T12:00:01Z</u:Expires>")), ""},
		{"no entropy", rst(wssc.Issue, sct), invalidRequest},
		{"an empty entropy", rst(wssc.Issue, sct+"<t:Entropy/>"), invalidRequest},
		{"an entropy of nothing", rst(wssc.Issue, sct+entropyOf("")), invalidRequest},
		{"a short entropy", rst(wssc.Issue, sct+entropyOf(strings.Repeat("x", 15))), invalidRequest},
		{"the shortest entropy", rst(wssc.Issue, sct+entropyOf(strings.Repeat("x", 16))), ""},
		{"the longest entropy", rst(wssc.Issue, sct+entropyOf(strings.Repeat("x", 128))), ""},
		{"a long entropy", rst(wssc.Issue, sct+entropyOf(strings.Repeat("x", 129))), invalidRequest},
		{"a huge entropy", rst(wssc.Issue, sct+entropyOf(strings.Repeat("x", 1<<20))), invalidRequest},
		{"two entropies", rst(wssc.Issue, sct+ours+ours), invalidRequest},
		{"two secrets", rst(wssc.Issue, sct+strings.Replace(ours, "</t:Entropy>", "<t:BinarySecret>AAAA</t:BinarySecret></t:Entropy>", 1)), invalidRequest},
		{"a secret of another kind", rst(wssc.Issue, sct+strings.Replace(ours, "<t:BinarySecret", `<t:BinarySecret Type="urn:x"`, 1)), invalidRequest},
		{"an encrypted entropy", rst(wssc.Issue, sct+`<t:Entropy><e:EncryptedKey xmlns:e="http://www.w3.org/2001/04/xmlenc#"/></t:Entropy>`), invalidRequest},
		{"an entropy that is not base64", rst(wssc.Issue, sct+part("Entropy", part("BinarySecret", "?"))), invalidRequest},
		{"no token type", rst(wssc.Issue, ours), invalidRequest},
		{"another token type", rst(wssc.Issue, part("TokenType", "urn:saml")+ours), invalidRequest},
		{"another and the token type", rst(wssc.Issue, part("TokenType", "urn:saml")+sct+ours), invalidRequest},
		{"no request type", `<t:RequestSecurityToken xmlns:t="` + wssc.TrustSpace + `">` + sct + ours + `</t:RequestSecurityToken>`, invalidRequest},
		{"two request types", rst(wssc.Issue, part("RequestType", wssc.TrustSpace+"/Issue")+sct+ours), invalidRequest},
		{"a renewal under this action", rst(wssc.Renew, sct+ours), invalidRequest},
		{"a target", rst(wssc.Issue, sct+ours+part("RenewTarget", "")), invalidRequest},
		{"a public key", rst(wssc.Issue, sct+ours+part("KeyType", wssc.TrustSpace+"/PublicKey")), invalidRequest},
		{"another computation", rst(wssc.Issue, sct+ours+part("ComputedKeyAlgorithm", wssc.TrustSpace+"/CK/HASH")), invalidRequest},
		{"a key of 128 bits", rst(wssc.Issue, sct+ours+part("KeySize", "128")), ""},
		{"a key of 64 bits", rst(wssc.Issue, sct+ours+part("KeySize", "64")), invalidRequest},
		{"a key of 0 bits", rst(wssc.Issue, sct+ours+part("KeySize", "0")), invalidRequest},
		{"a key of many bits", rst(wssc.Issue, sct+ours+part("KeySize", "2147483648")), invalidRequest},
		{"two sizes", rst(wssc.Issue, sct+ours+part("KeySize", "256")+part("KeySize", "256")), invalidRequest},
		{"on behalf of somebody", rst(wssc.Issue, sct+ours+part("OnBehalfOf", "")), invalidRequest},
		{"a key to use", rst(wssc.Issue, sct+ours+part("UseKey", "")), invalidRequest},
		{"a life that ends before it begins", rst(wssc.Issue, sct+ours+life("<u:Created>2026-11-22T12:00:00Z</u:Created><u:Expires>2026-11-22T12:00:00Z</u:Expires>")), invalidRequest},
		{"a life that has ended", rst(wssc.Issue, sct+ours+life("<u:Expires>2026-11-22T11:00:00Z</u:Expires>")), invalidRequest},
		{"a life of digits", rst(wssc.Issue, sct+ours+life("<u:Expires>2026-11-22T12:00:00."+strings.Repeat("0", 1<<16)+"Z</u:Expires>")), invalidRequest},
		{"two ends", rst(wssc.Issue, sct+ours+life(strings.Repeat("<u:Expires>2026-11-22T13:00:00Z</u:Expires>", 2))), invalidRequest},
		{"10,000 parts", rst(wssc.Issue, sct+ours+strings.Repeat("<t:SignWith/>", 10_000)), invalidRequest},
		{"a long context", strings.Replace(issueRequest, "RequestSecurityToken ", `RequestSecurityToken Context="`+strings.Repeat("x", 257)+`" `, 1), invalidRequest},
		{"another body", `<t:RequestSecurityTokenResponse xmlns:t="` + wssc.TrustSpace + `"/>`, invalidRequest},
		{"WS-Trust 1.3", strings.ReplaceAll(issueRequest, wssc.TrustSpace, "http://docs.oasis-open.org/ws-sx/ws-trust/200512"), invalidRequest},
	} {
		g := newGateway(t, wssc.Config{}, site)
		k, err := g.ask(t, wssc.Issue, test.request, owner)
		wantCode(t, test.name, err, test.want)
		if err != nil || strings.Contains(test.name, "entropy") {
			continue
		}
		if c, err := g.use(t, k); err != nil || !bytes.Equal(c.Key, k.key) {
			t.Errorf("%s: the key of the answer is not the token's (%v)", test.name, err)
		}
	}
	g := newGateway(t, wssc.Config{}, site)
	_, err := g.Answer(ctx, wssc.Issue, nil, wssc.Caller{Certificate: owner})
	wantCode(t, "no body", err, invalidRequest)
}

// TestGrantedLifetime: a request may ask for less than the longest life, by its
// own clock.
func TestGrantedLifetime(t *testing.T) {
	g := newGateway(t, wssc.Config{Lifetime: time.Hour}, site)
	for asked, want := range map[string]time.Duration{
		"": time.Hour,
		"<u:Created>2031-01-01T00:00:00Z</u:Created><u:Expires>2031-01-01T00:10:00Z</u:Expires>":      10 * time.Minute,
		"<u:Created>2026-11-22T12:00:00Z</u:Created><u:Expires>2036-11-22T12:00:00Z</u:Expires>":      time.Hour,
		"<u:Created>0001-01-01T00:00:00Z</u:Created><u:Expires>9999-12-31T23:59:59Z</u:Expires>":      time.Hour,
		"<u:Expires>2026-11-22T12:20:00Z</u:Expires>":                                                 20 * time.Minute,
		"<u:Created>2026-11-22T12:00:00Z</u:Created>":                                                 time.Hour,
		"<u:Created>2026-11-22T12:00:00+01:00</u:Created><u:Expires>2026-11-22T11:30:00Z</u:Expires>": 30 * time.Minute,
	} {
		request := rst(wssc.Issue, sct+entropyOf(clientEntropy)+`<t:Lifetime xmlns:u="`+wss.UtilitySpace+`">`+asked+`</t:Lifetime>`)
		r, err := g.Answer(ctx, wssc.Issue, parse(t, request), wssc.Caller{Certificate: owner})
		if err != nil {
			t.Fatal(err)
		}
		n := parse(t, string(r.Append(nil)))
		if got := r.Expires().Sub(noon); got != want || text(find(n, "Expires")) != noon.Add(want).Format("2006-01-02T15:04:05.000Z") {
			t.Errorf("%s: lives %v, until %s", asked, got, text(find(n, "Expires")))
		}
	}
}

// TestContext: the request's Context comes back, whatever is in it.
func TestContext(t *testing.T) {
	g := newGateway(t, wssc.Config{}, site)
	const hard = `a"b'<&>` + "\t\n\r ]]> æ"
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;").Replace(hard)
	k, err := g.ask(t, wssc.Issue, strings.Replace(issueRequest, "RequestSecurityToken ", `RequestSecurityToken Context="`+escaped+`" `, 1), owner)
	if err != nil {
		t.Fatal(err)
	}
	if len(k.answer.Attrs) != 1 || k.answer.Attrs[0].Value != hard {
		t.Errorf("got %v", k.answer.Attrs)
	}
}

// TestRenew: a new instance with a new key, for who has the token only.
func TestRenew(t *testing.T) {
	g := newGateway(t, wssc.Config{}, site)
	k := g.issue(t)
	target := func(inner string) string { return `<t:RenewTarget>` + inner + `</t:RenewTarget>` }
	reference := `<o:SecurityTokenReference xmlns:o="` + wss.SecuritySpace + `"><o:Reference URI="` + k.identifier + `"/></o:SecurityTokenReference>`
	_, err := g.ask(t, wssc.Renew, rst(wssc.Renew, target(reference)), owner)
	wantCode(t, "by a reference to what was not seen", err, badToken)
	if _, err := g.use(t, k); err != nil {
		t.Fatal(err)
	}
	all := []token{k}
	for _, inner := range []string{target(k.xml()), target(reference), target(k.xml()) + entropyOf(clientEntropy), target(reference) + entropyOf(clientEntropy)} {
		g.clock.now = g.clock.now.Add(time.Second)
		renewed, err := g.ask(t, wssc.Renew, rst(wssc.Renew, inner), owner)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, renewed)
		for i, a := range slices.Backward(all) { // the oldest is used last
			if a.identifier != k.identifier || i < len(all)-1 && (a.instance == renewed.instance || bytes.Equal(a.key, renewed.key)) {
				t.Errorf("instance %d is %s of %s", i, a.instance, a.identifier)
			}
			if c, err := g.use(t, a); err != nil || !bytes.Equal(c.Key, a.key) || c.Owner != owner {
				t.Errorf("instance %d: %v", i, err)
			}
		}
		c, err := g.Context(ctx, wss.ContextReference{Identifier: k.identifier})
		if err != nil || !bytes.Equal(c.Key, renewed.key) {
			t.Errorf("by reference it is not the newest that was seen: %v", err)
		}
	}
	mixed := all[1]
	mixed.cookie = all[2].cookie
	_, err = g.use(t, mixed)
	wantCode(t, "the cookie of another instance", err, badToken)

	session, err := g.use(t, k)
	if err != nil {
		t.Fatal(err)
	}
	foreign := *session
	foreign.Owner = other
	stranger := newGateway(t, wssc.Config{Ring: ring(t, keyB)}, site).issue(t)
	for _, test := range []struct {
		name, inner string
		caller      wssc.Caller
		want        string
	}{
		{"signed by both", target(k.xml()), wssc.Caller{Certificate: owner, Context: session}, ""},
		{"by another", target(k.xml()), wssc.Caller{Certificate: other}, badToken},
		{"by the session of another, too", target(k.xml()), wssc.Caller{Certificate: owner, Context: &foreign}, badToken},
		{"by another, with its session", target(k.xml()), wssc.Caller{Certificate: other, Context: session}, badToken},
		{"by the session alone", target(k.xml()), wssc.Caller{Context: session}, "wsse:FailedAuthentication"},
		{"by nobody", target(k.xml()), wssc.Caller{}, "wsse:FailedAuthentication"},
		{"of another ring", target(stranger.xml()), wssc.Caller{Certificate: owner}, badToken},
		{"no target", "", wssc.Caller{Certificate: owner}, invalidRequest},
		{"an empty target", target(""), wssc.Caller{Certificate: owner}, invalidRequest},
		{"two targets", target(k.xml()) + target(k.xml()), wssc.Caller{Certificate: owner}, invalidRequest},
		{"two tokens", target(k.xml() + k.xml()), wssc.Caller{Certificate: owner}, invalidRequest},
		{"two identifiers", target(strings.Replace(k.xml(), "<c:Identifier>", "<c:Identifier>x</c:Identifier><c:Identifier>", 1)), wssc.Caller{Certificate: owner}, badToken},
		{"something else", target("<t:x/>"), wssc.Caller{Certificate: owner}, invalidRequest},
		{"a reference within the message", target(strings.Replace(reference, "urn:uuid", "#urn:uuid", 1)), wssc.Caller{Certificate: owner}, badToken},
		{"a reference to another kind", target(strings.Replace(reference, "<o:Reference", `<o:Reference ValueType="urn:x"`, 1)), wssc.Caller{Certificate: owner}, invalidRequest},
		{"a key identifier", target(strings.ReplaceAll(reference, "o:Reference", "o:KeyIdentifier")), wssc.Caller{Certificate: owner}, invalidRequest},
	} {
		_, err := g.Answer(ctx, wssc.Renew, parse(t, rst(wssc.Renew, test.inner)), test.caller)
		wantCode(t, test.name, err, test.want)
	}
	if _, err := g.Answer(ctx, wssc.Issue, parse(t, issueRequest), wssc.Caller{Context: session}); codeOf(err) != "wsse:FailedAuthentication" {
		t.Errorf("a token for who has no certificate: %v", err)
	}
}

// TestCancel: works for the older generation only, which is known by the site or
// by a derived key, for all instances, and ends in memory when they have all ended.
func TestCancel(t *testing.T) {
	request := func(k token) string { return rst(wssc.Cancel, `<t:CancelTarget>`+k.xml()+`</t:CancelTarget>`) }
	current := newGateway(t, wssc.Config{}, site)
	k := current.issue(t)
	_, err := current.ask(t, wssc.Cancel, request(k), owner)
	wantCode(t, "the current generation", err, requestFailed)
	if _, err := current.use(t, k); err != nil {
		t.Errorf("it is cancelled all the same: %v", err)
	}
	_, err = current.Answer(ctx, wssc.Cancel, parse(t, request(k)), wssc.Caller{Context: &wss.Context{Owner: owner}})
	wantCode(t, "the current generation, by its session", err, requestFailed)
	_, err = current.Answer(ctx, wssc.Cancel, parse(t, request(k)), wssc.Caller{Context: &wss.Context{Owner: other, Derived: true}})
	wantCode(t, "by the derived key of another", err, badToken)
	if _, err = current.Answer(ctx, wssc.Cancel, parse(t, request(k)), wssc.Caller{Context: &wss.Context{Owner: owner, Derived: true}}); err != nil {
		t.Errorf("by a derived key: %v", err)
	}
	_, err = current.use(t, k)
	wantCode(t, "cancelled by a derived key", err, badToken)

	cancelled, err := wssc.NewCancelled(func() time.Time { return noon }, 2)
	if err != nil {
		t.Fatal(err)
	}
	one, two := newGateway(t, wssc.Config{Cancellations: cancelled}, old), newGateway(t, wssc.Config{Cancellations: cancelled}, old)
	k = one.issue(t)
	renewed, err := one.ask(t, wssc.Renew, rst(wssc.Renew, `<t:RenewTarget>`+k.xml()+`</t:RenewTarget>`), owner)
	if err != nil {
		t.Fatal(err)
	}
	session, err := one.use(t, k)
	if err != nil {
		t.Fatal(err)
	}
	_, err = one.ask(t, wssc.Cancel, request(k), other)
	wantCode(t, "by another", err, badToken)
	foreign := *session
	foreign.Owner = other
	_, err = one.Answer(ctx, wssc.Cancel, parse(t, request(k)), wssc.Caller{Context: &foreign})
	wantCode(t, "by the session of another", err, badToken)
	r, err := one.Answer(ctx, wssc.Cancel, parse(t, request(k)), wssc.Caller{Context: session})
	if err != nil {
		t.Fatal(err)
	}
	if n := parse(t, string(r.Append(nil))); find(n, "RequestedTokenCancelled") == nil || find(n, "Cookie") != nil || r.Identifier() != "" || !r.Expires().IsZero() {
		t.Errorf("got %s", r.Append(nil))
	}
	for name, g := range map[string]*gateway{"here": one, "where cancellations are shared": two} {
		for _, instance := range []token{k, renewed} {
			_, err = g.use(t, instance)
			wantCode(t, name, err, badToken)
			_, err = g.Context(ctx, wss.ContextReference{Identifier: k.identifier})
			wantCode(t, name+", by reference", err, badToken)
			_, err = g.ask(t, wssc.Renew, rst(wssc.Renew, `<t:RenewTarget>`+instance.xml()+`</t:RenewTarget>`), owner)
			wantCode(t, name+", renewal", err, badToken)
		}
	}
	_, err = one.ask(t, wssc.Cancel, request(k), owner)
	wantCode(t, "a second time", err, badToken)
	if _, err := one.ask(t, wssc.Cancel, request(one.issue(t)), owner); err != nil {
		t.Fatal(err)
	}
	kept := one.issue(t)
	_, err = one.ask(t, wssc.Cancel, request(kept), owner)
	wantCode(t, "more than can be remembered", err, requestFailed)
	if _, err := one.use(t, kept); err != nil {
		t.Errorf("it was not cancelled, and is not said to be: %v", err)
	}
}

// noted are Cancellations that note how long they are asked for.
type noted struct{ until time.Time }

func (n *noted) Cancel(_ context.Context, _ [16]byte, until time.Time) error {
	n.until = until
	return nil
}
func (*noted) Cancelled(context.Context, [16]byte) (bool, error) { return false, nil }

// TestCancelledUntil: a cancelled token is remembered as long as it or a newer
// instance of it could be used or renewed.
func TestCancelledUntil(t *testing.T) {
	n := &noted{}
	c := wssc.Config{Cancellations: n, Lifetime: time.Hour, Grace: 3 * time.Hour, Skew: time.Minute}
	g := newGateway(t, c, old)
	k := g.issue(t)
	short := c
	short.Lifetime = time.Minute // configured meanwhile
	for _, test := range []struct {
		c     wssc.Config
		after time.Duration
		least time.Duration
	}{{c, 0, 4*time.Hour + time.Minute}, {c, 30 * time.Minute, 4*time.Hour + 31*time.Minute}, {short, 0, 4*time.Hour + time.Minute}} {
		g := newGateway(t, test.c, old)
		g.clock.now = noon.Add(test.after)
		if _, err := g.ask(t, wssc.Cancel, rst(wssc.Cancel, `<t:CancelTarget>`+k.xml()+`</t:CancelTarget>`), owner); err != nil {
			t.Fatal(err)
		}
		if got := n.until.Sub(noon); got < test.least || got > test.least+time.Hour {
			t.Errorf("cancelled after %v, remembered for %v, want %v", test.after, got, test.least)
		}
	}
}

func TestCancelled(t *testing.T) {
	now := noon
	c, err := wssc.NewCancelled(func() time.Time { return now }, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wssc.NewCancelled(nil, 1); err == nil {
		t.Error("no clock is taken for one")
	}
	cancel := func(id byte, until time.Duration, want error) {
		t.Helper()
		if err := c.Cancel(ctx, [16]byte{id}, noon.Add(until)); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	cancel(1, time.Minute, nil)
	cancel(2, time.Hour, nil)
	cancel(3, time.Hour, wssc.ErrFull)
	cancel(2, time.Minute, nil) // no sooner than before
	now = noon.Add(time.Minute)
	cancel(3, time.Hour, nil)
	cancel(4, time.Hour, wssc.ErrFull)
	for id, want := range map[byte]bool{1: false, 2: true, 3: true, 4: false} {
		if got, err := c.Cancelled(ctx, [16]byte{id}); got != want || err != nil {
			t.Errorf("%d: got %v, %v", id, got, err)
		}
	}
}

// TestCap: row 40 of the attacks.
func TestCap(t *testing.T) {
	g := newGateway(t, wssc.Config{Requests: 5, Principals: 2}, site)
	spend := func(who string, want int) {
		t.Helper()
		for got := 0; ; got++ {
			if _, err := g.ask(t, wssc.Issue, issueRequest, who); err != nil {
				wantCode(t, who, err, requestFailed)
				if got != want {
					t.Errorf("%s got %d tokens, want %d", who, got, want)
				}
				return
			}
			if got > 100 {
				t.Fatal("no end")
			}
		}
	}
	spend(owner, 5)
	spend(owner, 0)
	spend(other, 5)
	if _, err := g.ask(t, wssc.Issue, "<x/>", owner); codeOf(err) != requestFailed {
		t.Errorf("beyond the cap requests are read: %v", err)
	}
	g.clock.now = noon.Add(59 * time.Second)
	spend(owner, 0)
	g.clock.now = noon.Add(time.Minute)
	spend(owner, 5)
}

// failing are Cancellations that are out of reach.
type failing struct{}

var errOut = errors.New("out of reach")

func (failing) Cancel(context.Context, [16]byte, time.Time) error { return errOut }
func (failing) Cancelled(context.Context, [16]byte) (bool, error) { return false, errOut }

// TestFailures: what is not the client's fault is none of its faults.
func TestFailures(t *testing.T) {
	g := newGateway(t, wssc.Config{Rand: iotest.ErrReader(errOut)}, site)
	if _, err := g.ask(t, wssc.Issue, issueRequest, owner); !errors.Is(err, errOut) || !strings.HasPrefix(codeOf(err), "?") {
		t.Errorf("no chance: %v", err)
	}
	g = newGateway(t, wssc.Config{Cancellations: failing{}}, site)
	if _, err := g.use(t, g.issue(t)); !errors.Is(err, errOut) || !strings.HasPrefix(codeOf(err), "?") {
		t.Errorf("no cancellations: %v", err)
	}
	if _, err := g.Answer(ctx, 3, nil, wssc.Caller{Certificate: owner}); err == nil || !strings.HasPrefix(codeOf(err), "?") {
		t.Errorf("no such kind: %v", err)
	}
	if _, err := g.ask(t, wssc.Issue, issueRequest, strings.Repeat("x", 129)); err == nil || !strings.HasPrefix(codeOf(err), "?") {
		t.Errorf("a long principal: %v", err)
	}
	now := func() time.Time { return noon }
	for name, c := range map[string]wssc.Config{
		"no clock": {Ring: ring(t, keyA)}, "no ring": {Now: now}, "a negative lifetime": {Now: now, Ring: ring(t, keyA), Lifetime: -1},
		"negative requests": {Now: now, Ring: ring(t, keyA), Requests: -1},
	} {
		if _, err := wssc.New(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestKinds(t *testing.T) {
	for action, kind := range map[string]wssc.Kind{"SCT": wssc.Issue, "SCT/Renew": wssc.Renew, "SCT/Cancel": wssc.Cancel} {
		got, ok := wssc.KindOf("http://schemas.xmlsoap.org/ws/2005/02/trust/RST/" + action)
		if !ok || got != kind || got.AnswerAction() != "http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR/"+action {
			t.Errorf("%s: got %v, %v", action, got, ok)
		}
	}
	if _, ok := wssc.KindOf("http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue"); ok {
		t.Error("a request for another kind of token is taken")
	}
}
