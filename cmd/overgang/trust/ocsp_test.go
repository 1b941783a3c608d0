package trust

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"overgang/cmd/overgang/config"
)

// The answers are openssl's: see testdata/make.sh.
func TestOCSPByOpenssl(t *testing.T) {
	certificate := func(name string) *x509.Certificate {
		text, err := os.ReadFile("testdata/" + name)
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
	good, revoked := certificate("good.pem"), certificate("revoked.pem")
	for name, c := range map[string]struct {
		cert       *x509.Certificate
		answer     string
		soft, hard string
	}{
		"good, by a delegate":          {good, "good.ocsp", "", ""},
		"good, by the authority":       {good, "direct.ocsp", "", ""},
		"revoked":                      {revoked, "revoked.ocsp", gone, gone},
		"about another certificate":    {revoked, "good.ocsp", "", "no responder"},
		"signed by an enterprise":      {good, "forged.ocsp", "", "no responder"},
		"nonsense":                     {good, "make.sh", "", "no responder"},
		"nothing":                      {good, "absent", "", "no responder"},
		"a list in place of an answer": {good, "ca.crl", "", "no responder"},
	} {
		t.Run(name, func(t *testing.T) {
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "testdata/"+c.answer) }))
			defer site.Close()
			for mode, want := range map[string]string{"soft": c.soft, "hard": c.hard} {
				w := newWorld(t, func(w *world, s *config.Trust) {
					s.Anchors, s.OCSP, s.OCSPResponder = []string{"testdata/ca.pem"}, mode, site.URL
				})
				w.register("havbris", c.cert)
				w.askResponders(t.Context())
				w.wantCheck(mode, c.cert, want)
			}
		})
	}
}

// responder answers for an authority as tests want.
type responder struct {
	*httptest.Server
	asked  int
	status int
	this   time.Time
	next   time.Time
	down   bool
}

func newResponder(t *testing.T, a *authority) *responder {
	r := &responder{status: ocsp.Good, this: noon.Add(-time.Minute), next: noon.Add(time.Hour)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.asked++
		body := make([]byte, req.ContentLength)
		if _, err := io.ReadFull(req.Body, body); r.down || err != nil {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		q, err := ocsp.ParseRequest(body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		raw, err := ocsp.CreateResponse(a.cert, a.cert, ocsp.Response{
			Status: r.status, SerialNumber: q.SerialNumber, ThisUpdate: r.this, NextUpdate: r.next, RevokedAt: noon,
		}, a.key)
		if err != nil {
			t.Error(err)
		}
		w.Write(raw)
	}))
	t.Cleanup(r.Close)
	return r
}

func TestOCSPInTime(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	r := newResponder(t, root)
	cert := root.issue(leafKey, func(c *x509.Certificate) { c.OCSPServer = []string{"ldap://x", r.URL} })
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors, s.OCSP, s.Refresh, s.Stale = []string{w.pemFile("ca.pem", root)}, "hard", 10*time.Minute, time.Hour
	})
	w.wantCheck("before it is registered", cert, "no responder")
	if r.asked != 0 {
		t.Errorf("asked %d times about a certificate that nobody registered", r.asked)
	}
	w.register("havbris", cert)
	ask := func() { w.askResponders(t.Context()) }
	ask()
	ask()
	w.wantCheck("good", cert, "")
	if r.asked != 1 {
		t.Errorf("asked %d times within the refresh time", r.asked)
	}
	r.down = true
	w.add(time.Hour)
	ask()
	w.wantCheck("while the responder is down", cert, "")
	w.add(time.Hour + time.Minute)
	ask()
	w.wantCheck("too long down", cert, "no responder")
	if text := w.log.take(); strings.Count(text, "no OCSP answer") != 1 {
		t.Errorf("told other than once: %s", text)
	}
	r.down, r.status, r.next = false, ocsp.Revoked, w.now().Add(time.Hour)
	w.add(time.Minute)
	ask()
	w.wantCheck("revoked", cert, gone)
	w.add(48 * time.Hour)
	w.wantCheck("revoked long ago", cert, gone)
	r.status, r.next = ocsp.Unknown, w.now().Add(time.Hour)
	ask()
	w.wantCheck("unknown to the responder", cert, "no responder")
	r.status, r.next = ocsp.Good, w.now().Add(-10*time.Minute)
	w.add(10 * time.Minute)
	ask()
	w.wantCheck("an old answer", cert, "no responder")
}

// Who can answer in a responder's place cannot undo a revocation with what it
// said before.
func TestOldOCSPAnswersUndoNothing(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	r := newResponder(t, root)
	cert := root.issue(leafKey, nil)
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors, s.OCSP, s.OCSPResponder, s.Refresh = []string{w.pemFile("ca.pem", root)}, "soft", r.URL, 10*time.Minute
	})
	w.register("havbris", cert)
	ask := func(status int, this time.Time) {
		r.status, r.this, r.next = status, this, noon.Add(24*time.Hour)
		w.add(10 * time.Minute)
		w.askResponders(t.Context())
	}
	ask(ocsp.Good, noon)
	w.wantCheck("good", cert, "")
	ask(ocsp.Revoked, noon.Add(5*time.Minute))
	w.wantCheck("revoked", cert, gone)
	ask(ocsp.Good, noon)
	w.wantCheck("the answer before", cert, gone)
	ask(ocsp.Good, noon.Add(30*time.Minute))
	w.wantCheck("no longer on hold", cert, "")
}

// A list says no where a responder says yes.
func TestListBeatsOCSP(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	r := newResponder(t, root)
	cert := root.issue(leafKey, nil)
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors, s.OCSP, s.OCSPResponder = []string{w.pemFile("ca.pem", root)}, "soft", r.URL
		s.RevocationLists = []string{w.file("root.crl", root.crl(1, noon, time.Hour, nil, cert))}
	})
	w.register("havbris", cert)
	w.askResponders(t.Context())
	w.wantCheck("good and revoked", cert, gone)
}
