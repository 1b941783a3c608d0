package wssc_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// TestTampering: every bit of a cookie counts, and every character of its text.
func TestTampering(t *testing.T) {
	g := newGateway(t, wssc.Config{}, site)
	k := g.issue(t)
	if c, err := g.use(t, k); err != nil || c.Owner != owner || !bytes.Equal(c.Key, k.key) || c.Identifier != k.identifier {
		t.Fatalf("%v, %v", c, err)
	}
	sealed := unbase64(t, k.cookie)
	for i := range len(sealed) * 8 {
		changed := bytes.Clone(sealed)
		changed[i/8] ^= 1 << (i % 8)
		forged := k
		forged.cookie = base64.StdEncoding.EncodeToString(changed)
		if _, err := g.use(t, forged); codeOf(err) != badToken {
			t.Fatalf("bit %d: %v", i, err)
		}
	}
	for i := range sealed {
		forged := k
		forged.cookie = base64.StdEncoding.EncodeToString(sealed[:i])
		if forged.cookie == "" {
			forged.cookie = "\n"
		}
		if _, err := g.use(t, forged); codeOf(err) != badToken {
			t.Fatalf("%d bytes: %v", i, err)
		}
	}
	for i := range k.cookie {
		for bit := range 7 {
			forged, b := k, []byte(k.cookie)
			if b[i] ^= 1 << bit; b[i] < ' ' && !strings.ContainsRune("\t\r\n", rune(b[i])) || b[i] == '<' || b[i] == '&' || b[i] == '>' {
				continue // not XML
			}
			forged.cookie = string(b)
			if _, err := g.use(t, forged); codeOf(err) != badToken {
				t.Fatalf("character %d, bit %d: %v", i, bit, err)
			}
		}
	}
	for name, forge := range map[string]func(*token){
		"the identifier of another": func(k *token) { k.identifier = g.issue(t).identifier },
		"an identifier in capitals": func(k *token) { k.identifier = "urn:uuid:" + strings.ToUpper(k.identifier[len("urn:uuid:"):]) },
		"an identifier without dashes": func(k *token) {
			k.identifier = "urn:uuid:" + strings.ReplaceAll(k.identifier[len("urn:uuid:"):], "-", "") + "----"
		},
		"no identifier": func(k *token) { k.identifier = "" },
		"an instance":   func(k *token) { k.instance = k.identifier },
		"more behind":   func(k *token) { k.cookie = base64.StdEncoding.EncodeToString(append(bytes.Clone(sealed), 0)) },
		"a megabyte":    func(k *token) { k.cookie = strings.Repeat("A", 1<<20) },
		"not base64":    func(k *token) { k.cookie = "?" },
		"an element":    func(k *token) { k.cookie += "<x/>" },
		"twice":         func(k *token) { k.cookie += `</x:Cookie><x:Cookie xmlns:x="` + wssc.CookieSpace + `">` + k.cookie },
	} {
		forged := k
		forge(&forged)
		_, err := g.use(t, forged)
		wantCode(t, name, err, badToken)
	}
	folded := k
	folded.cookie = "\r\n " + k.cookie[:76] + "&#13;\n" + k.cookie[76:] + "\t"
	if _, err := g.use(t, folded); err != nil {
		t.Errorf("a cookie in lines: %v", err)
	}
}

// TestSecrecy: neither the session key nor the owner is to be seen in a cookie,
// and no two are alike.
func TestSecrecy(t *testing.T) {
	g := newGateway(t, wssc.Config{}, site)
	seen := map[string]bool{}
	for range 100 {
		k := g.issue(t)
		sealed := unbase64(t, k.cookie)
		if bytes.Contains(sealed, k.key) || bytes.Contains(sealed, []byte(owner)) || bytes.Contains(sealed, []byte(site.Address)) {
			t.Fatal("the cookie is open")
		}
		for _, s := range []string{k.identifier, string(k.key), string(sealed[9:33])} {
			if seen[s] {
				t.Fatalf("%q comes twice", s)
			}
			seen[s] = true
		}
	}
}

// TestRotation: a ring without the key knows nothing; rotation as told at Ring
// breaks no token.
func TestRotation(t *testing.T) {
	one, two := newGateway(t, wssc.Config{}, site), newGateway(t, wssc.Config{}, site)
	var live []token
	check := func(step string) {
		t.Helper()
		for _, g := range []*gateway{one, two} {
			k := g.issue(t)
			live = append(live, k)
			for i, k := range live {
				for _, g := range []*gateway{one, two} {
					if _, err := g.use(t, k); err != nil {
						t.Errorf("%s: token %d: %v", step, i, err)
					}
				}
			}
		}
	}
	check("one key")
	for _, step := range []struct {
		name string
		g    *gateway
		keys []wss.Secret
	}{
		{"the new key is known to one", one, []wss.Secret{keyA, keyB}},
		{"to both", two, []wss.Secret{keyA, keyB}},
		{"one seals with it", one, []wss.Secret{keyB, keyA}},
		{"both", two, []wss.Secret{keyB, keyA}},
	} {
		if err := step.g.SetRing(ring(t, step.keys...)); err != nil {
			t.Fatal(err)
		}
		check(step.name)
	}
	if err := one.SetRing(ring(t, keyB)); err != nil {
		t.Fatal(err)
	}
	_, err := one.use(t, live[0])
	wantCode(t, "after the old key is gone", err, badToken)
	if _, err := one.use(t, live[len(live)-1]); err != nil {
		t.Errorf("sealed with the new key: %v", err)
	}
	_, err = newGateway(t, wssc.Config{Ring: ring(t, keyC)}, site).use(t, live[0])
	wantCode(t, "another ring", err, badToken)
	if err := one.SetRing(nil); err == nil {
		t.Error("no ring is taken for one")
	}
}

func TestRingKeys(t *testing.T) {
	for name, keys := range map[string][]wss.Secret{
		"none": {}, "short": {keyA[:31]}, "long": {append(bytes.Clone(keyA), 0)}, "empty": {nil}, "twice": {keyA, keyB, keyA},
	} {
		if _, err := wssc.NewRing(keys...); err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), "aaaa") {
			t.Errorf("%s: the error tells the key: %v", name, err)
		}
	}
}

// TestLifetime: row 38 of the attacks.
func TestLifetime(t *testing.T) {
	g := newGateway(t, wssc.Config{Lifetime: time.Hour, Skew: time.Minute, Grace: 2 * time.Hour}, site)
	k := g.issue(t)
	for _, test := range []struct {
		after      time.Duration
		use, renew string
	}{
		{-time.Minute, "", ""},
		{-time.Minute - time.Millisecond, badToken, badToken},
		{time.Hour + time.Minute - time.Millisecond, "", ""},
		{time.Hour + time.Minute, badToken, ""},
		{3*time.Hour + time.Minute - time.Millisecond, badToken, ""},
		{3*time.Hour + time.Minute, badToken, badToken},
	} {
		g.clock.now = noon.Add(test.after)
		c, err := g.use(t, k)
		wantCode(t, "use after "+test.after.String(), err, test.use)
		if err == nil && !c.Expires.Equal(noon.Add(61*time.Minute)) {
			t.Errorf("expires at %v", c.Expires)
		}
		_, err = g.ask(t, wssc.Renew, rst(wssc.Renew, `<t:RenewTarget>`+k.xml()+`</t:RenewTarget>`), owner)
		wantCode(t, "renewal after "+test.after.String(), err, test.renew)
	}
}

// TestReference: a token without its cookie must have been seen, and only by
// those that used it at this gateway.
func TestReference(t *testing.T) {
	g := newGateway(t, wssc.Config{Seen: 3}, site)
	first := g.issue(t)
	reference := wss.ContextReference{Identifier: first.identifier}
	_, err := g.Context(ctx, reference)
	wantCode(t, "before the first call", err, badToken)
	if _, err := g.use(t, first); err != nil {
		t.Fatal(err)
	}
	c, err := g.Context(ctx, reference)
	if err != nil || !bytes.Equal(c.Key, first.key) {
		t.Fatalf("after the first call: %v", err)
	}
	bare := first
	bare.cookie = ""
	if _, err := g.use(t, bare); err != nil {
		t.Errorf("a token without its cookie: %v", err)
	}
	forged := first
	forged.cookie = g.issue(t).cookie
	if _, err := g.use(t, forged); codeOf(err) != badToken {
		t.Errorf("the cookie of another in a token that is known: %v", err)
	}
	for range 2 {
		if _, err := g.use(t, g.issue(t)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := g.Context(ctx, reference); err != nil {
		t.Errorf("one of three: %v", err)
	}
	for range 3 {
		if _, err := g.use(t, g.issue(t)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = g.Context(ctx, reference)
	wantCode(t, "after three others", err, badToken)

	if _, err := g.use(t, first); err != nil {
		t.Fatal(err)
	}
	g.clock.now = noon.Add(2 * time.Hour)
	_, err = g.Context(ctx, reference)
	wantCode(t, "after its end", err, badToken)
}

// TestReferenceKeeps: what is referred to is kept before what is not.
func TestReferenceKeeps(t *testing.T) {
	g := newGateway(t, wssc.Config{Seen: 2}, site)
	first, second, third := g.issue(t), g.issue(t), g.issue(t)
	by := func(k token) error {
		_, err := g.Context(ctx, wss.ContextReference{Identifier: k.identifier})
		return err
	}
	for _, k := range []token{first, second} {
		if _, err := g.use(t, k); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, "the first", by(first), "")
	if _, err := g.use(t, third); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "the first again", by(first), "")
	wantCode(t, "the second, used last long ago", by(second), badToken)
}

// TestSessionText: a session is read from its own bytes only.
func TestSessionText(t *testing.T) {
	whole := wssc.SessionText([]byte("0123456789abcdef"), owner, site.Address)
	if !wssc.IsSession(whole) {
		t.Fatal("its own bytes are not read")
	}
	for i := range whole {
		if wssc.IsSession(whole[:i]) {
			t.Errorf("read from %d of %d bytes", i, len(whole))
		}
	}
	if wssc.IsSession(append(whole, 0)) {
		t.Error("read from more")
	}
}

// TestSites: what is issued at one site is unknown at another of the same
// gateway, also by reference.
func TestSites(t *testing.T) {
	c := &clock{noon}
	a, err := wssc.New(wssc.Config{Now: c.Now, Ring: ring(t, keyA)})
	if err != nil {
		t.Fatal(err)
	}
	at := func(s wssc.Site) *gateway {
		e, err := a.At(s)
		if err != nil {
			t.Fatal(err)
		}
		return &gateway{e, c}
	}
	here := at(site)
	k := here.issue(t)
	if _, err := here.use(t, k); err != nil {
		t.Fatal(err)
	}
	for _, s := range []wssc.Site{{Address: "/Other.svc"}, old, {}} {
		_, err := at(s).use(t, k)
		wantCode(t, s.Address, err, badToken)
		_, err = at(s).Context(ctx, wss.ContextReference{Identifier: k.identifier})
		wantCode(t, s.Address+" by reference", err, badToken)
	}
	if _, err := a.At(wssc.Site{Address: strings.Repeat("x", 256)}); err == nil {
		t.Error("a long address is taken")
	}
	if _, err := a.At(wssc.Site{Generation: 2}); err == nil {
		t.Error("an unknown generation is taken")
	}
}
