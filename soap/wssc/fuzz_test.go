package wssc_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

// FuzzRequest: whatever a token request is, it is refused with a code, or
// answered with well-formed XML and a token that works and does not live longer
// than it may.
func FuzzRequest(f *testing.F) {
	issuer := newGateway(f, wssc.Config{Rand: chance()}, old) // every process must know the seeds
	k := issuer.issue(f)
	files, err := filepath.Glob(filepath.Join(testdata, "requests", "*.xml"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no requests: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("IDENTIFIER"), []byte(k.identifier)), []byte("COOKIE"), []byte(k.cookie))
		f.Add(b, uint8(wssc.Issue))
		f.Add(b, uint8(wssc.Renew))
	}
	f.Add([]byte(issueRequest), uint8(wssc.Issue))
	f.Add([]byte(rst(wssc.Renew, `<t:RenewTarget>`+k.xml()+`</t:RenewTarget>`+entropyOf(clientEntropy))), uint8(wssc.Renew))
	f.Add([]byte(rst(wssc.Cancel, `<t:CancelTarget>`+k.xml()+`</t:CancelTarget>`)), uint8(wssc.Cancel))
	f.Add([]byte(rst(wssc.Cancel, `<t:CancelTarget><o:SecurityTokenReference xmlns:o="`+wss.SecuritySpace+`"><o:Reference URI="`+k.identifier+
		`"/></o:SecurityTokenReference></t:CancelTarget>`)), uint8(wssc.Cancel))
	parser := c14n.NewParser(xmltok.NewVocabulary(wssc.Words()...))
	f.Fuzz(func(t *testing.T, body []byte, kind uint8) {
		n, err := parser.Parse(body, xmltok.Limits{})
		if err != nil {
			return
		}
		which := wssc.Kind(kind % 3)
		g := newGateway(t, wssc.Config{Lifetime: time.Hour}, old)
		r, err := g.Answer(ctx, which, n, wssc.Caller{Certificate: owner})
		var refused *wss.Error
		if err != nil {
			if !errors.As(err, &refused) {
				t.Fatal(err)
			}
			return
		}
		answer := string(r.Append(nil))
		if which == wssc.Cancel {
			parse(t, answer)
			return
		}
		if r.Expires().After(noon.Add(time.Hour)) {
			t.Fatalf("lives until %v", r.Expires())
		}
		entropy, _ := wssc.Entropy(which, n, noon)
		got := read(t, r, string(entropy))
		c, err := g.use(t, got)
		if err != nil {
			t.Fatalf("%v in %s", err, answer)
		}
		if !bytes.Equal(c.Key, got.key) || c.Owner != owner || len(c.Key) < 16 || len(c.Key) > 32 {
			t.Fatalf("a key of %d bytes of %s", len(c.Key), c.Owner)
		}
	})
}

// FuzzToken: of all tokens only the issued one opens, and derived keys are as
// long as they may be.
func FuzzToken(f *testing.F) {
	g := newGateway(f, wssc.Config{Rand: chance()}, site) // every process must know the seeds
	k := g.issue(f)
	sealed := unbase64(f, k.cookie)
	f.Add(k.identifier, []byte(k.xml()), []byte(derivedToken(dk("Nonce", "AAAAAAAAAAAAAAAAAAAAAA=="))))
	f.Add(k.identifier, []byte(k.xml()), []byte(derivedToken(dk("Nonce", "AAAAAAAAAAAAAAAAAAAAAA==")+dk("Generation", 2)+dk("Length", 20)+dk("Label", "x"))))
	f.Add(k.identifier, []byte(k.xml()), []byte{})
	parser := c14n.NewParser(xmltok.NewVocabulary(wssc.Words()...))
	f.Fuzz(func(t *testing.T, identifier string, tokenXML, derivedXML []byte) {
		which := wss.ContextReference{Identifier: identifier}
		var err error
		if which.Token, err = parser.Parse(tokenXML, xmltok.Limits{}); err != nil {
			return
		}
		if len(derivedXML) > 0 {
			if which.Derived, err = parser.Parse(derivedXML, xmltok.Limits{}); err != nil {
				return
			}
		}
		c, err := g.Context(ctx, which)
		var refused *wss.Error
		switch {
		case err != nil && !errors.As(err, &refused):
			t.Fatal(err)
		case err != nil:
			return
		case c.Owner != owner || c.Identifier != k.identifier:
			t.Fatalf("%s of %s", c.Identifier, c.Owner)
		case which.Derived == nil && !bytes.Equal(c.Key, k.key), len(c.Key) < 16 || len(c.Key) > 64:
			t.Fatalf("a key of %d bytes", len(c.Key))
		}
		for n := range which.Token.Elements() {
			if n.Name.Local == "Cookie" && n.Name.Space == wssc.CookieSpace && !bytes.Equal(unbase64(t, clean(text(n))), sealed) {
				t.Fatalf("the cookie %s", text(n))
			}
		}
	})
}
