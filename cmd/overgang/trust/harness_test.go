package trust

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/rest/core"
	"overgang/rest/core/password"
	"overgang/store"
	"overgang/store/sqlstore"
)

// noon is when the tests take place.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// One key serves many certificates: making them takes long.
var rootKey, middleKey, leafKey, shortKey = newKey(2048), newKey(2048), newKey(2048), newKey(1024)

func newKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// authority makes certificates and lists.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *rsa.PrivateKey
	last int64 // serial number
}

// newAuthority makes an authority; a nil parent makes a root.
func newAuthority(t testing.TB, parent *authority, name string, key *rsa.PrivateKey, change func(*x509.Certificate)) *authority {
	t.Helper()
	a := &authority{t: t, key: key, last: 100}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if change != nil {
		change(template)
	}
	signer, signerKey := template, key
	if parent != nil {
		parent.last++
		template.SerialNumber = big.NewInt(parent.last)
		signer, signerKey = parent.cert, parent.key
	}
	a.cert = sign(t, template, signer, &key.PublicKey, signerKey)
	return a
}

func sign(t testing.TB, template, parent *x509.Certificate, pub *rsa.PublicKey, key *rsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// issue makes an enterprise's certificate.
func (a *authority) issue(key *rsa.PrivateKey, change func(*x509.Certificate)) *x509.Certificate {
	a.t.Helper()
	a.last++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(a.last), Subject: pkix.Name{CommonName: "Havbris Verft AS"}, SubjectKeyId: []byte{byte(a.last), 7},
		NotBefore: noon.Add(-24 * time.Hour), NotAfter: noon.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	if change != nil {
		change(template)
	}
	return sign(a.t, template, a.cert, &key.PublicKey, a.key)
}

// crl makes a revocation list.
func (a *authority) crl(number int64, made time.Time, life time.Duration, change func(*x509.RevocationList), revoked ...*x509.Certificate) []byte {
	a.t.Helper()
	template := &x509.RevocationList{Number: big.NewInt(number), ThisUpdate: made, NextUpdate: made.Add(life)}
	for _, c := range revoked {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: made, ReasonCode: 1})
	}
	if change != nil {
		change(template)
	}
	raw, err := x509.CreateRevocationList(rand.Reader, template, a.cert, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

// world is a Trust over a real store with one organisation.
type world struct {
	*Trust
	t     testing.TB
	mu    sync.Mutex
	at    time.Time
	admin *core.Admin
	store store.Store
	log   *syncBuffer
	dir   string
}

const orgNumber = "310440124"

// newWorld opens a Trust; change completes the settings.
func newWorld(t testing.TB, change func(w *world, s *config.Trust)) *world {
	t.Helper()
	w := &world{t: t, at: noon, dir: t.TempDir(), log: &syncBuffer{}}
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(w.dir, "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w.store = db
	w.admin, err = core.NewAdmin(core.AdminConfig{
		Store: db, Secret: "a secret of at least thirty-two bytes", Now: w.now, PasswordCost: password.Params{Memory: 64, Time: 1, Threads: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.admin.AddParty(t.Context(), rest.Party{Kind: rest.OrganisationParty, OrgNumber: orgNumber, Name: "Havbris Verft AS"}); err != nil {
		t.Fatal(err)
	}
	settings := config.Default().Security.Trust
	if change != nil {
		change(w, &settings)
	}
	w.open(settings)
	return w
}

// open opens, or opens anew as after a restart.
func (w *world) open(settings config.Trust) {
	w.t.Helper()
	var err error
	w.Trust, err = Open(w.t.Context(), Options{
		Settings: settings, Store: w.store, Dir: filepath.Join(w.dir, "revocation"), Now: w.now,
		Logger: slog.New(slog.NewTextHandler(w.log, nil)),
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) add(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// register makes an enterprise user with certificates.
func (w *world) register(user string, certs ...*x509.Certificate) {
	w.t.Helper()
	n := core.NewEnterprise{UserName: user, Party: rest.PartyRef{OrgNumber: orgNumber}, Password: "virksomhet1"}
	for _, c := range certs {
		n.Certificates = append(n.Certificates, core.NewCertificate{File: c.Raw})
	}
	if _, _, err := w.admin.AddEnterprise(w.t.Context(), n); err != nil {
		w.t.Fatal(err)
	}
	if err := w.Refresh(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// file writes a file that the settings name.
func (w *world) file(name string, content []byte) string {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// pemFile writes certificates to a file.
func (w *world) pemFile(name string, authorities ...*authority) string {
	var b bytes.Buffer
	for _, a := range authorities {
		pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
	}
	return w.file(name, b.Bytes())
}

func (w *world) check(cert *x509.Certificate) error {
	return w.Check(context.Background(), cert, w.now())
}

// syncBuffer is a buffer for a log.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// take empties it.
func (s *syncBuffer) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.b.String()
	s.b.Reset()
	return text
}

// enterprise is an enterprise user with a certificate.
func enterprise(user string, cert *x509.Certificate) core.NewEnterprise {
	return core.NewEnterprise{
		UserName: user, Party: rest.PartyRef{OrgNumber: orgNumber}, Password: "virksomhet1", Certificates: []core.NewCertificate{{File: cert.Raw}},
	}
}

func contextOf(t testing.TB) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}
