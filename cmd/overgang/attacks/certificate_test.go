package attacks

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
	"overgang/store/sqlstore"
)

// One key a kind serves all certificates: making them takes long.
var bits2048, bits1024, otherKey = newKey(2048), newKey(1024), newKey(2048)

func newKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// authority issues certificates.
type authority struct {
	cert *x509.Certificate
	key  *rsa.PrivateKey
}

var lastSerial int64

// issue makes a certificate; a nil authority makes a root.
func (a *authority) issue(t *testing.T, key *rsa.PrivateKey, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	lastSerial++
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(lastSerial), Subject: pkix.Name{CommonName: "Angrep AS"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	if change != nil {
		change(template)
	}
	parent, signer := template, key
	if a != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func newAuthority(t *testing.T, parent *authority, name string, key *rsa.PrivateKey, change func(*x509.Certificate)) *authority {
	t.Helper()
	return &authority{parent.issue(t, key, func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.KeyUsage = name, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		if change != nil {
			change(c)
		}
	}), key}
}

// enroll registers certificates for the demonstration's enterprise user, past
// the command that would refuse some of them.
func (g *gateway) enroll(t *testing.T, certs ...*x509.Certificate) {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(g.data, "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(t.Context(), func(tx store.Tx) error {
		e, err := tx.EnterpriseByName(g.env["ENTERPRISE_USER"])
		for _, c := range certs {
			if err == nil {
				err = tx.PutCertificate(rest.Certificate{Enterprise: e.ID, Thumbprint: rest.ThumbprintOf(c.Raw), DER: c.Raw, Added: time.Now()})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// overgang runs a command on the gateway's data.
func (g *gateway) overgang(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command(g.cmd.Path, append([]string{"--data", g.data}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("overgang %v: %v\n%s", args, err, out)
	}
}

// client is an EC2 client with the demonstration's user and a certificate.
func (g *gateway) client(cert *x509.Certificate, key *rsa.PrivateKey) *enterprise {
	return &enterprise{url: g.env["OVERGANG_URL"] + receiptEC2, user: g.env["ENTERPRISE_USER"], password: g.env["ENTERPRISE_PASSWORD"], der: cert.Raw, key: key}
}

// demoClient has the demonstration's own certificate.
func (g *gateway) demoClient(t *testing.T) *enterprise {
	t.Helper()
	text, err := os.ReadFile(g.env["ENTERPRISE_PEM"])
	if err != nil {
		t.Fatal(err)
	}
	certBlock, after := pem.Decode(text)
	keyBlock, _ := pem.Decode(after)
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return g.client(cert, key.(*rsa.PrivateKey))
}

// eventually tries until the gateway has seen what changed.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for begun := time.Now(); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("%s: not so", what)
		}
	}
}

// outward is a fault without what differs in every answer: ids and times.
func outward(body string) string {
	body = guid.ReplaceAllString(body, "")
	return regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`).ReplaceAllString(body, "")
}

// TestCertificates is row 30: a certificate that is not what it must be, each
// answered with the same bytes.
func TestCertificates(t *testing.T) {
	root := newAuthority(t, nil, "Root", otherKey, nil)
	narrow := newAuthority(t, root, "Narrow", bits2048, func(c *x509.Certificate) {
		c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"example.no"}, true
	})
	old := newAuthority(t, root, "Old", bits2048, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA })
	stranger := newAuthority(t, nil, "Root", bits2048, nil)
	good, unregistered, revoked := root.issue(t, bits2048, nil), root.issue(t, bits2048, nil), root.issue(t, bits2048, nil)
	attacks := map[string]*x509.Certificate{
		"expired":         root.issue(t, bits2048, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }),
		"not yet valid":   root.issue(t, bits2048, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }),
		"wrong authority": stranger.issue(t, bits2048, nil),
		"self-made":       (*authority)(nil).issue(t, bits2048, nil),
		"revoked":         revoked,
		"unregistered":    unregistered,
		"SHA-1":           root.issue(t, bits2048, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }),
		"SHA-1 above":     old.issue(t, bits2048, nil),
		"name constraint": narrow.issue(t, bits2048, func(c *x509.Certificate) { c.DNSNames = []string{"lonn.example.com"} }),
		"1024 bits":       root.issue(t, bits1024, nil),
		"for encryption":  root.issue(t, bits2048, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }),
	}
	dir := t.TempDir()
	var anchors bytes.Buffer
	for _, a := range []*authority{root, narrow, old} {
		pem.Encode(&anchors, &pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
	}
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Minute), NextUpdate: time.Now().Add(time.Hour),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: revoked.SerialNumber, RevocationTime: time.Now()}}}, root.cert, root.key)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"anchors.pem": anchors.Bytes(), "root.crl": list} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	g := startGateway(t, build(t),
		"OVERGANG_SECURITY_TRUST_ANCHORS="+filepath.Join(dir, "anchors.pem"), "OVERGANG_SECURITY_TRUST_REVOCATION_LISTS="+filepath.Join(dir, "root.crl"))
	enrolled := []*x509.Certificate{good}
	for name, c := range attacks {
		if name != "unregistered" {
			enrolled = append(enrolled, c)
		}
	}
	g.enroll(t, enrolled...)
	honest := g.client(good, bits2048)
	entropy := make([]byte, 32)
	eventually(t, "the honest client's token", func() bool {
		a, err := honest.ask(entropy)
		return err == nil && a.status == http.StatusOK
	})
	if a := honest.grant(t, honest.assertion(t, nil)); a.status != http.StatusOK {
		t.Errorf("the honest client's bearer token: HTTP %d %s", a.status, a.body)
	}
	before := g.state(t)
	texts, grants := map[string][]string{}, map[string][]string{}
	for name, cert := range attacks {
		key := bits2048
		if name == "1024 bits" {
			key = bits1024
		}
		a, err := g.client(cert, key).ask(entropy)
		if err != nil {
			t.Fatal(err)
		}
		if a.status != http.StatusInternalServerError && a.status != http.StatusBadRequest || !strings.Contains(a.body, securityFault) {
			t.Errorf("%s: HTTP %d\n%s", name, a.status, head(a.body))
		}
		texts[outward(a.body)] = append(texts[outward(a.body)], name)
		e := g.client(cert, key)
		if a = e.grant(t, e.assertion(t, nil)); a.status != http.StatusBadRequest || !strings.Contains(a.body, `"invalid_grant"`) {
			t.Errorf("%s: a bearer token: HTTP %d %s", name, a.status, a.body)
		}
		if name != "1024 bits" { // which anybody may be told, of any certificate
			grants[a.body] = append(grants[a.body], name)
		}
	}
	if len(grants) != 1 {
		t.Errorf("certificates are told apart by /token: %v", grants)
	}
	if len(texts) != 1 {
		for text, names := range texts {
			t.Errorf("%v read:\n%s", names, text)
		}
	}
	if after := g.state(t); after.instances != before.instances || after.panics != before.panics {
		t.Errorf("before %+v, after %+v", before, after)
	}
	for _, cause := range []string{"expired", "not yet valid", "unknown authority", "revoked", "not registered", "insecure algorithm", "not permitted", "1024 bits", "not for signatures"} {
		eventually(t, "a line that tells of "+cause, func() bool {
			return regexp.MustCompile(`"msg":"access","decision":"denied".*` + cause).MatchString(g.log.String())
		})
	}
}

// TestEnterpriseAccounts is row 31: whatever is wrong with the account, callers
// with a session that was good are told the same.
func TestEnterpriseAccounts(t *testing.T) {
	g := startGateway(t, build(t))
	mine := g.demoClient(t)
	s := mine.open(t)
	if a, err := mine.call(s, mine.user, mine.password); err != nil || !strings.Contains(a.body, "30008") {
		t.Fatalf("the honest call: %v, HTTP %d\n%s", err, a.status, head(a.body)) // authenticated: there is no such receipt
	}
	want := ""
	refused := func(what string, a answer, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(a.body, wrongPassword) {
			t.Errorf("%s: HTTP %d\n%s", what, a.status, head(a.body))
		}
		if want == "" {
			want = outward(a.body)
		}
		if got := outward(a.body); got != want {
			t.Errorf("%s reads\n%s\nwant\n%s", what, got, want)
		}
	}
	call := func(user, password string) (answer, error) { return mine.call(s, user, password) }
	// served is asked when a token is to be had again, and a second later: what
	// comes too early counts as a wrong password, of which some are forgiven.
	served := func(what string) {
		t.Helper()
		eventually(t, what, func() bool {
			a, err := mine.ask(make([]byte, 32))
			return err == nil && a.status == http.StatusOK
		})
		var a answer
		for range 3 {
			time.Sleep(1100 * time.Millisecond)
			var err error
			if a, err = call(mine.user, mine.password); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(a.body, "30008") {
				return
			}
		}
		t.Errorf("%s: HTTP %d\n%s", what, a.status, head(a.body))
	}
	a, err := call(mine.user, "feil passord")
	refused("wrong password", a, err)
	a, err = call("ingen", mine.password)
	refused("unknown user", a, err)
	a, err = call(g.env["SYSTEM_USER"], g.env["SYSTEM_PASSWORD"])
	refused("a system's credentials", a, err)

	g.overgang(t, "enterprise", "add", "annen", "--party", g.env["ORG"])
	a, err = call("annen", "hva som helst")
	refused("another's name with this certificate", a, err)

	g.overgang(t, "enterprise", "disable", mine.user)
	disabled := func() bool {
		a, err = call(mine.user, mine.password)
		return err == nil && strings.Contains(a.body, wrongPassword)
	}
	eventually(t, "the disabled user is refused", disabled)
	refused("disabled", a, nil)
	eventually(t, "a disabled user's token request is refused", func() bool {
		a, err := mine.ask(make([]byte, 32))
		return err == nil && strings.Contains(a.body, securityFault)
	})
	g.overgang(t, "enterprise", "enable", mine.user)
	served("enabled")

	// A certificate that was taken away ends its sessions.
	g.overgang(t, "enterprise", "certificate", "remove", mine.user, mine.thumbprint())
	eventually(t, "the certificate's session is refused", disabled)
	refused("without the certificate", a, nil)
	g.overgang(t, "enterprise", "certificate", "add", mine.user, g.certificateFile(t, mine))
	served("with the certificate again")

	for range 5 {
		a, err = call(mine.user, "feil passord")
		refused("guessing", a, err)
	}
	a, err = call(mine.user, mine.password)
	refused("locked, with the right password", a, err)
	a, err = call(mine.user, "feil passord")
	refused("locked, with a wrong one", a, err)
	for _, secret := range []string{mine.password, "feil passord"} {
		if strings.Contains(requestLog(g.log.String()), secret) {
			t.Errorf("the log has a password")
		}
	}
}

// certificateFile writes the client's certificate alone to a file.
func (g *gateway) certificateFile(t *testing.T, e *enterprise) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cert.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: e.der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
