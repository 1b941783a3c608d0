package token_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/rest/api/token"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func key(t *testing.T) []byte {
	t.Helper()
	k, err := token.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func p256(t *testing.T) []byte {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func issuer(t *testing.T, key []byte, iss, aud string) *token.Issuer {
	t.Helper()
	i, err := token.NewIssuer(token.IssuerConfig{Key: key, Issuer: iss, Audience: aud,
		Now: func() time.Time { return at }, NewID: func() string { return "id-1" }})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func verifier(t *testing.T, now time.Time, keys ...crypto.PublicKey) *token.Verifier {
	t.Helper()
	v, err := token.NewVerifier(token.VerifierConfig{Keys: keys, Issuer: "iss", Audience: "aud", Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func issue(t *testing.T, i *token.Issuer, g token.Grant) rest.Secret {
	t.Helper()
	raw, _, err := i.Issue(g)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestIssuedTokensNameTheirCaller(t *testing.T) {
	for name, file := range map[string][]byte{"Ed25519": key(t), "P-256": p256(t)} {
		i := issuer(t, file, "iss", "aud")
		v := verifier(t, at, i.Public())
		for _, c := range []struct {
			grant token.Grant
			want  rest.Caller
		}{
			{token.Grant{Party: 50001}, rest.Caller{Person: 50001, Scopes: []string{"instances.read", "instances.write"}}},
			{token.Grant{Owner: "ttd"}, rest.Caller{Owner: "ttd", Scopes: []string{"instances.read", "instances.write", "serviceowner"}}},
			{token.Grant{Enterprise: 3, Certificate: "ab12"}, rest.Caller{System: rest.EnterpriseID(3).System(), Certificate: "ab12", Scopes: []string{"instances.read", "instances.write"}}},
			{token.Grant{Enterprise: 3, Scopes: []string{"instances.read"}}, rest.Caller{System: rest.EnterpriseID(3).System(), Scopes: []string{"instances.read"}}},
			{token.Grant{Party: 7, Scopes: []string{"instances.read"}}, rest.Caller{Person: 7, Scopes: []string{"instances.read"}}},
		} {
			got, err := v.Verify(t.Context(), issue(t, i, c.grant))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			c.want.Until = at.Add(time.Hour)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}

func TestTokensRunOut(t *testing.T) {
	i := issuer(t, key(t), "iss", "aud")
	raw, expires, err := i.Issue(token.Grant{Party: 1, Lifetime: time.Minute})
	if err != nil || !expires.Equal(at.Add(time.Minute)) {
		t.Fatal(expires, err)
	}
	for after, code := range map[time.Duration]string{
		0: "", 89 * time.Second: "", 91 * time.Second: "token-expired",
		-29 * time.Second: "", -31 * time.Second: "token-invalid",
	} {
		_, err := verifier(t, at.Add(after), i.Public()).Verify(t.Context(), raw)
		if got := codeOf(err); got != code {
			t.Errorf("after %v: code %q, want %q", after, got, code)
		}
	}
}

func TestForeignAndForgedTokensAreRefused(t *testing.T) {
	ed := key(t)
	i := issuer(t, ed, "iss", "aud")
	v := verifier(t, at, i.Public())
	good := issue(t, i, token.Grant{Party: 1}).Reveal()
	parts := strings.Split(good, ".")
	signer, err := token.ParseKey(ed)
	if err != nil {
		t.Fatal(err)
	}
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		t.Fatal(err)
	}
	enc := base64.RawURLEncoding.EncodeToString
	hmacKid := strings.Replace(string(header), "EdDSA", "HS256", 1)

	// sign makes a token with the right key and any claims.
	sign := func(claims map[string]any) string {
		kid := jose.JSONWebKey{Key: signer, KeyID: kidOf(t, signer.Public())}
		s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: kid}, nil)
		if err != nil {
			t.Fatal(err)
		}
		base := map[string]any{"iss": "iss", "aud": "aud", "exp": at.Add(time.Hour).Unix(), "sub": "person:1", "party": "1", "scope": "instances.read"}
		for k, v := range claims {
			if v == nil {
				delete(base, k)
				continue
			}
			base[k] = v
		}
		text, err := jwt.Signed(s).Claims(base).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if _, err := v.Verify(t.Context(), rest.Secret(sign(nil))); err != nil {
		t.Fatalf("the test's own good token: %v", err)
	}

	for name, raw := range map[string]string{
		"empty":                  "",
		"no JWT":                 "abc",
		"alg none":               enc([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
		"another algorithm":      enc([]byte(hmacKid)) + "." + parts[1] + "." + parts[2],
		"changed claims":         parts[0] + "." + enc([]byte(`{"iss":"iss","aud":"aud","sub":"person:2","party":"2","exp":9999999999}`)) + "." + parts[2],
		"another key":            issue(t, issuer(t, key(t), "iss", "aud"), token.Grant{Party: 1}).Reveal(),
		"another issuer":         issue(t, issuer(t, ed, "other", "aud"), token.Grant{Party: 1}).Reveal(),
		"another audience":       issue(t, issuer(t, ed, "iss", "other"), token.Grant{Party: 1}).Reveal(),
		"very long":              good + strings.Repeat("a", 9000),
		"no exp":                 sign(map[string]any{"exp": nil}),
		"nobody":                 sign(map[string]any{"party": nil}),
		"owner and party":        sign(map[string]any{"org": "ttd", "scope": "serviceowner"}),
		"owner without scope":    sign(map[string]any{"org": "ttd", "party": nil, "sub": "owner:ttd"}),
		"sub is not the owner":   sign(map[string]any{"org": "ttd", "party": nil, "sub": "owner:nav", "scope": "serviceowner"}),
		"sub is not the party":   sign(map[string]any{"sub": "person:2"}),
		"party is not a number":  sign(map[string]any{"party": "x", "sub": "person:x"}),
		"party is out of range":  sign(map[string]any{"party": "99999999999", "sub": "person:99999999999"}),
		"enterprise and party":   sign(map[string]any{"enterprise": "3"}),
		"sub is no enterprise":   sign(map[string]any{"party": nil, "enterprise": "3"}),
		"another enterprise":     sign(map[string]any{"party": nil, "enterprise": "3", "sub": "enterprise:4"}),
		"enterprise nought":      sign(map[string]any{"party": nil, "enterprise": "0", "sub": "enterprise:0"}),
		"enterprise as owner":    sign(map[string]any{"party": nil, "enterprise": "3", "sub": "enterprise:3", "scope": "instances.read serviceowner"}),
		"enterprise, no scope":   sign(map[string]any{"party": nil, "enterprise": "3", "sub": "enterprise:3", "scope": ""}),
		"a person's certificate": sign(map[string]any{"certificate": "ab12"}),
		"not valid before later": sign(map[string]any{"nbf": at.Add(time.Hour).Unix()}),
	} {
		caller, err := v.Verify(t.Context(), rest.Secret(raw))
		if rest.KindOf(err) != rest.Unauthenticated || codeOf(err) != "token-invalid" {
			t.Errorf("%s: got %+v, %v", name, caller, err)
		}
	}
}

func TestKeyRotation(t *testing.T) {
	old, next := issuer(t, key(t), "iss", "aud"), issuer(t, p256(t), "iss", "aud")
	v := verifier(t, at, old.Public(), next.Public())
	for _, i := range []*token.Issuer{old, next} {
		if _, err := v.Verify(t.Context(), issue(t, i, token.Grant{Party: 1})); err != nil {
			t.Error(err)
		}
	}
}

func TestIssueRefusesNonsense(t *testing.T) {
	i := issuer(t, key(t), "iss", "aud")
	for _, g := range []token.Grant{
		{}, {Party: 1, Owner: "ttd"}, {Party: 1, Lifetime: -1}, {Party: 1, Enterprise: 1}, {Owner: "ttd", Enterprise: 1},
		{Party: 1, Certificate: "ab"}, {Enterprise: 1, Scopes: []string{}},
	} {
		if _, _, err := i.Issue(g); err == nil {
			t.Errorf("%+v was issued", g)
		}
	}
}

func TestParseKeyRefuses(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(weak)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"nothing":     nil,
		"no PEM":      []byte("secret"),
		"other block": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}),
		"garbage":     pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}),
		"RSA":         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	} {
		if _, err := token.ParseKey(file); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestNewKeyComesFromItsRandomness(t *testing.T) {
	seed := bytes.Repeat([]byte{7}, 32)
	a, errA := token.NewKey(bytes.NewReader(seed))
	b, errB := token.NewKey(bytes.NewReader(seed))
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Error("the same seed gives other keys", errA, errB)
	}
	if _, err := token.NewKey(bytes.NewReader(seed[:5])); err == nil {
		t.Error("too little randomness was taken")
	}
}

func kidOf(t *testing.T, public crypto.PublicKey) string {
	t.Helper()
	sum, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

func codeOf(err error) string {
	var e *rest.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
