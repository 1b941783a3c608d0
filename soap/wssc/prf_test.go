package wssc_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"strconv"
	"strings"
	"testing"

	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// pSHA1 is P_SHA-1 written once more, plainly.
func pSHA1(secret, seed []byte, offset, length int) (out []byte) {
	sum := func(data []byte) []byte {
		mac := hmac.New(sha1.New, secret)
		mac.Write(data)
		return mac.Sum(nil)
	}
	for a := sum(seed); len(out) < offset+length; a = sum(a) {
		out = append(out, sum(append(bytes.Clone(a), seed...))...)
	}
	return out[offset : offset+length]
}

// lines are the lines of a file of testdata that are no comments.
func lines(t testing.TB, name string) (all []string) {
	for line := range strings.Lines(file(t, name)) {
		if !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	if len(all) < 50 {
		t.Fatalf("%s has %d lines", name, len(all))
	}
	return all
}

func unbase64(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPSHA1 compares with WSS4J's keys.
func TestPSHA1(t *testing.T) {
	for _, line := range lines(t, "psha1.txt") {
		var secret, seed, want string
		var offset, length int
		scan(t, line, &secret, &seed, &offset, &length, &want)
		for _, p := range []func([]byte, []byte, int, int) []byte{wssc.PRF, pSHA1} {
			if got := p(unbase64(t, secret), unbase64(t, seed), offset, length); base64.StdEncoding.EncodeToString(got) != want {
				t.Fatalf("got %x for %s", got, line)
			}
		}
	}
}

func derivedToken(inner string) string {
	return `<c:DerivedKeyToken xmlns:c="http://schemas.xmlsoap.org/ws/2005/02/sc">` + inner + `</c:DerivedKeyToken>`
}

func dk(name string, value any) string {
	switch v := value.(type) {
	case int:
		return "<c:" + name + ">" + strconv.Itoa(v) + "</c:" + name + ">"
	case string:
		return "<c:" + name + ">" + v + "</c:" + name + ">"
	}
	panic(name)
}

// TestDerived compares with WSS4J's derived keys.
func TestDerived(t *testing.T) {
	for _, line := range lines(t, "derived.txt") {
		var secret, name, once, want string
		var offset, length int
		scan(t, line, &secret, &name, &once, &offset, &length, &want)
		inner := dk("Offset", offset) + dk("Length", length) + dk("Nonce", once)
		if name != "-" {
			inner += dk("Label", name)
		}
		got, err := wssc.Derive(unbase64(t, secret), parse(t, derivedToken(inner)))
		if err != nil || base64.StdEncoding.EncodeToString(got) != want {
			t.Fatalf("got %x, %v for %s", got, err, line)
		}
	}
}

// TestDerivedLimits: row 39 of the attacks, and what the text allows.
func TestDerivedLimits(t *testing.T) {
	g := newGateway(t, wssc.Config{}, site)
	k := g.issue(t)
	once := dk("Nonce", base64.StdEncoding.EncodeToString(make([]byte, 16)))
	const invalid = "wsse:InvalidSecurityToken"
	long := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	for _, test := range []struct {
		name, token, want string
		offset, length    int
	}{
		{"a nonce only", derivedToken(once), "", 0, 32},
		{"all the way", derivedToken(once + dk("Offset", 1024) + dk("Length", 64)), "", 1024, 64},
		{"a generation", derivedToken(once + dk("Generation", 3) + dk("Length", 20)), "", 60, 20},
		{"a generation behind the length", derivedToken(once + dk("Length", 20) + dk("Generation", 3)), "", 60, 20},
		{"the named derivation", strings.Replace(derivedToken(once), "<c:DerivedKeyToken", `<c:DerivedKeyToken Algorithm="http://schemas.xmlsoap.org/ws/2005/02/sc/dk/p_sha1"`, 1), "", 0, 32},
		{"another derivation", strings.Replace(derivedToken(once), "<c:DerivedKeyToken", `<c:DerivedKeyToken Algorithm="urn:x"`, 1), "wsse:UnsupportedAlgorithm", 0, 0},
		{"no nonce", derivedToken(dk("Length", 32)), invalid, 0, 0},
		{"an empty nonce", derivedToken(dk("Nonce", "")), invalid, 0, 0},
		{"a short nonce", derivedToken(dk("Nonce", long(15))), invalid, 0, 0},
		{"a long nonce", derivedToken(dk("Nonce", long(129))), invalid, 0, 0},
		{"a very long nonce", derivedToken(dk("Nonce", long(1<<16))), invalid, 0, 0},
		{"no base64", derivedToken(dk("Nonce", "!!!!!!!!!!!!!!!!!!!!!!!!")), invalid, 0, 0},
		{"two nonces", derivedToken(once + once), invalid, 0, 0},
		{"length 65", derivedToken(once + dk("Length", 65)), invalid, 0, 0},
		{"length 15", derivedToken(once + dk("Length", 15)), invalid, 0, 0},
		{"length 0", derivedToken(once + dk("Length", 0)), invalid, 0, 0},
		{"a huge length", derivedToken(once + dk("Length", "99999999999999999999")), invalid, 0, 0},
		{"a negative length", derivedToken(once + dk("Length", -1)), invalid, 0, 0},
		{"two lengths", derivedToken(once + dk("Length", 16) + dk("Length", 16)), invalid, 0, 0},
		{"offset 1025", derivedToken(once + dk("Offset", 1025)), invalid, 0, 0},
		{"a huge offset", derivedToken(once + dk("Offset", "4294967296")), invalid, 0, 0},
		{"a huge generation", derivedToken(once + dk("Generation", 1024)), invalid, 0, 0},
		{"offset and generation", derivedToken(once + dk("Offset", 0) + dk("Generation", 0)), invalid, 0, 0},
		{"an empty label", derivedToken(once + dk("Label", "")), invalid, 0, 0},
		{"a long label", derivedToken(once + dk("Label", strings.Repeat("x", 257))), invalid, 0, 0},
		{"two labels", derivedToken(once + dk("Label", "a") + dk("Label", "b")), invalid, 0, 0},
		{"a label with an element", derivedToken(once + dk("Label", "a<x/>")), invalid, 0, 0},
		{"properties", derivedToken(once + "<c:Properties/>"), invalid, 0, 0},
	} {
		which := k.which(t)
		which.Derived = parse(t, test.token)
		c, err := g.Context(ctx, which)
		wantCode(t, test.name, err, test.want)
		if err != nil || test.want != "" {
			continue
		}
		seed := append([]byte("WS-SecureConversationWS-SecureConversation"), make([]byte, 16)...)
		if want := pSHA1(k.key, seed, test.offset, test.length); !bytes.Equal(c.Key, want) {
			t.Errorf("%s: got the key %x", test.name, []byte(c.Key))
		}
	}
	var _ wss.Contexts = g
}
