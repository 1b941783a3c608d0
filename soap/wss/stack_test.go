package wss_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

const testdata = "../../testdata/wss"

// certificate reads one of testdata's certificates.
func certificate(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testdata, "certificates", name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// registry is a few registered certificates.
type registry []*x509.Certificate

func (r registry) Find(_ context.Context, which wss.CertificateReference) (found []*x509.Certificate, err error) {
	for _, c := range r {
		thumbprint := sha1.Sum(c.Raw)
		switch {
		case which.Thumbprint != nil && bytes.Equal(which.Thumbprint, thumbprint[:]),
			which.SubjectKey != nil && bytes.Equal(which.SubjectKey, c.SubjectKeyId),
			which.Serial != nil && which.Serial.Cmp(c.SerialNumber) == 0:
			found = append(found, c)
		}
	}
	return found, nil
}

// session is the context of testdata's messages.
const (
	session    = "urn:uuid:6f1c1e0a-5a52-4a0e-9f0b-2f4a6a3d7c11"
	sessionKey = "overgang session key of 32 bytes"
)

// contexts knows one session, and the keys derived from it.
type contexts struct{ expires time.Time }

func (c contexts) Context(_ context.Context, which wss.ContextReference) (*wss.Context, error) {
	if which.Identifier != session {
		return nil, &wss.Error{Code: wss.BadContextToken, Reason: "unknown"}
	}
	found := &wss.Context{Identifier: session, Owner: "910000001", Expires: c.expires, Key: []byte(sessionKey)}
	if which.Derived != nil {
		found.Key, found.Owner = derived(which.Derived), "910000001 derived"
	}
	return found, nil
}

// derived is the key of a DerivedKeyToken, WS-SecureConversation of February
// 2005 §7, with the default label.
func derived(token *c14n.Node) []byte {
	field := map[string]string{}
	for n := range token.Elements() {
		field[n.Name.Local], _ = n.Content()
	}
	nonce, _ := base64.StdEncoding.DecodeString(field["Nonce"])
	length, _ := strconv.Atoi(field["Length"])
	offset, _ := strconv.Atoi(field["Offset"])
	seed := append([]byte("WS-SecureConversationWS-SecureConversation"), nonce...)
	prf := func(data ...[]byte) []byte {
		mac := hmac.New(sha1.New, []byte(sessionKey))
		for _, d := range data {
			mac.Write(d)
		}
		return mac.Sum(nil)
	}
	var out []byte
	for a := prf(seed); len(out) < offset+length; a = prf(a) {
		out = append(out, prf(a, seed)...)
	}
	return out[offset : offset+length]
}

// clock is a clock that stands.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// stack is a Verifier with all that belongs to it.
type stack struct {
	*wss.Verifier
	clock *clock
}

func newStack(t testing.TB, now time.Time) *stack {
	t.Helper()
	c := &clock{now}
	replays, err := wss.NewMemory(c.Now, 1_000)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate(t, "ca"))
	v, err := wss.New(wss.Config{
		Now: c.Now, Replays: replays, Trust: &wss.Chain{Roots: roots},
		Certificates: registry{certificate(t, "enterprise"), certificate(t, "ca")},
		Contexts:     contexts{expires: now.Add(time.Hour)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &stack{v, c}
}

const addressing = "http://www.w3.org/2005/08/addressing"

var policies = map[string]wss.Policy{
	"bootstrap": {Signature: wss.CertificateKey, Signed: []xmltok.Name{{Space: addressing, Local: "To"}}},
	"call":      {Signature: wss.ContextKey},
	"user":      {Username: true},
}

// parse reads a whole message and gives its head as a Verifier wants it: all
// Security blocks are for us.
func parse(t testing.TB, message string) (wss.Message, error) {
	t.Helper()
	root, err := c14n.NewParser(nil).Parse([]byte(message), xmltok.Limits{})
	if err != nil {
		return wss.Message{}, err
	}
	return head(root)
}

var errNoHeader = errors.New("no Header")

// head leaves the Body out of the tree, as the server does.
func head(root *c14n.Node) (m wss.Message, err error) {
	for n := range root.Elements() {
		if n.Name.Local == "Header" && n.Name.Space == root.Name.Space {
			m.Header = n
			break
		}
	}
	if m.Header == nil {
		return m, errNoHeader
	}
	m.Header.Next, root.Last = nil, m.Header
	for n := range m.Header.Elements() {
		if n.Name == wss.SecurityName {
			m.Security = append(m.Security, n)
		}
	}
	return m, nil
}

// verify checks a message's text.
func (s *stack) verify(t testing.TB, message string, policy wss.Policy) (*wss.Verified, error) {
	t.Helper()
	m, err := parse(t, message)
	if err != nil {
		return nil, err
	}
	return s.Verify(context.Background(), m, policy)
}

// fixture is a message that another stack made.
type fixture struct {
	name, policy, expect, message string
	made                          time.Time
}

func fixtures(t testing.TB, folder string) (all []fixture) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testdata, folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures in %s: %v", folder, err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f := fixture{name: folder + "/" + strings.TrimSuffix(filepath.Base(file), ".txtar"), message: string(archive.Files[0].Data)}
		for line := range strings.Lines(string(archive.Comment)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch key {
			case "policy":
				f.policy = value
			case "expect":
				f.expect = value
			}
		}
		f.made = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
		if _, rest, ok := strings.Cut(f.message, "Created>"); ok {
			text, _, _ := strings.Cut(rest, "<")
			if f.made, err = time.Parse(time.RFC3339Nano, text); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, f)
	}
	return all
}

// found is the fixture of that name.
func found(t testing.TB, name string) fixture {
	t.Helper()
	folder, _, _ := strings.Cut(name, "/")
	for _, f := range fixtures(t, folder) {
		if f.name == name {
			return f
		}
	}
	t.Fatalf("no fixture %s", name)
	return fixture{}
}

// codeOf is the code of a refusal, "" for none and "?" for another error.
func codeOf(err error) string {
	var refused *wss.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refused):
		return refused.Code.Prefix + ":" + refused.Code.Local
	}
	return "? " + err.Error()
}
