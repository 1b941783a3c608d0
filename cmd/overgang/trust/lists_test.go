package trust

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
)

// web serves whatever a test puts on it, and counts.
type web struct {
	*httptest.Server
	mu      sync.Mutex
	content map[string][]byte // by path; absent = 404
	asked   map[string]int
	stall   chan struct{} // requests wait until it is closed
}

func newWeb(t testing.TB) *web {
	s := &web{content: map[string][]byte{}, asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[r.URL.Path]++
		content, ok := s.content[r.URL.Path]
		stall := s.stall
		s.mu.Unlock()
		if stall != nil {
			<-stall
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(content)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *web) put(path string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if content == nil {
		delete(s.content, path)
		return
	}
	s.content[path] = content
}

func (s *web) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// wantCheck checks that a certificate is trusted (want empty), or why not.
func (w *world) wantCheck(when string, cert *x509.Certificate, want string) {
	w.t.Helper()
	err := w.check(cert)
	if want == "" && err != nil || want != "" && !strings.Contains(fmt.Sprint(err), want) {
		w.t.Errorf("%s: %v, want %q", when, err, want)
	}
}

const (
	tooOld = "new enough"
	gone   = "revoked"
)

func TestFetchedList(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	site := newWeb(t)
	var settings config.Trust
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors = []string{w.pemFile("root.pem", root)}
		s.RevocationLists, s.Refresh, s.Stale = []string{site.URL + "/root.crl?secret=1"}, time.Hour, 2*time.Hour
		settings = *s
	})
	good, bad := root.issue(leafKey, nil), root.issue(leafKey, nil)
	ctx := t.Context()
	w.wantCheck("before anything was fetched", good, tooOld)

	site.put("/root.crl", root.crl(1, noon, 3*time.Hour, nil))
	w.fetchLists(ctx) // at once after start
	w.wantCheck("with an empty list", good, "")
	w.wantCheck("with an empty list", bad, "")

	site.put("/root.crl", root.crl(2, noon.Add(time.Minute), 3*time.Hour, nil, bad))
	w.fetchLists(ctx)
	if n := site.count("/root.crl"); n != 1 {
		t.Errorf("fetched %d times within the refresh time", n)
	}
	w.add(time.Hour)
	w.fetchLists(ctx)
	w.wantCheck("once revoked", bad, gone)
	w.wantCheck("beside a revoked one", good, "")

	// An older list would hide the revocation.
	site.put("/root.crl", root.crl(1, noon, 30*time.Hour, nil))
	w.add(time.Hour)
	w.fetchLists(ctx)
	w.wantCheck("after an older list", bad, gone)
	if text := w.log.take(); !strings.Contains(text, "older than the one before") || strings.Contains(text, "secret") {
		t.Errorf("log: %s", text)
	}

	// The site is down: the last good list counts until it is stale, also after a restart.
	site.put("/root.crl", nil)
	w.open(settings)
	w.wantCheck("after a restart", bad, gone)
	w.wantCheck("after a restart", good, "")
	for range 3 {
		w.add(time.Hour)
		w.fetchLists(ctx)
	}
	w.wantCheck("two hours past the next update", good, "")
	w.add(2 * time.Minute)
	w.wantCheck("later still", good, tooOld)
	w.wantCheck("later still", bad, gone)
	site.put("/root.crl", root.crl(3, w.now(), time.Hour, nil, bad))
	w.add(retryMost)
	w.fetchLists(ctx)
	w.wantCheck("when the site is back", good, "")
	if text := w.log.take(); !strings.Contains(text, "read again") {
		t.Errorf("log: %s", text)
	}
}

func TestDistributionPoints(t *testing.T) {
	site := newWeb(t)
	root := newAuthority(t, nil, "Root", rootKey, nil)
	middle := newAuthority(t, root, "Middle", middleKey, func(c *x509.Certificate) { c.CRLDistributionPoints = []string{site.URL + "/root.crl"} })
	stranger := newAuthority(t, nil, "Stranger", middleKey, nil)
	points := func(paths ...string) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.CRLDistributionPoints = []string{"ldap://ldap.example/cn=crl"}
			for _, p := range paths {
				c.CRLDistributionPoints = append(c.CRLDistributionPoints, site.URL+p)
			}
		}
	}
	good, bad := middle.issue(leafKey, points("/middle.crl")), middle.issue(leafKey, points("/middle.crl"))
	never := middle.issue(leafKey, points("/never.crl")) // not registered: its address must not be called
	site.put("/root.crl", root.crl(1, noon, 24*time.Hour, nil))
	site.put("/middle.crl", middle.crl(1, noon, 24*time.Hour, nil, bad))
	w := newWorld(t, func(w *world, s *config.Trust) { s.Anchors = []string{w.pemFile("ca.pem", root, middle)} })
	w.register("havbris", good, bad, stranger.issue(leafKey, points("/stranger.crl")))
	w.wantCheck("before the first fetch", good, tooOld)
	w.fetchLists(t.Context())
	w.wantCheck("registered", good, "")
	w.wantCheck("registered and revoked", bad, gone)
	w.wantCheck("of a point that nobody fetches", never, "") // the authority's list covers it
	for path, want := range map[string]int{"/root.crl": 1, "/middle.crl": 1, "/never.crl": 0, "/stranger.crl": 0} {
		if n := site.count(path); n != want {
			t.Errorf("%s was fetched %d times, want %d", path, n, want)
		}
	}
	// Who goes, goes with its addresses.
	if err := w.admin.RemoveEnterprise(t.Context(), "havbris"); err != nil {
		t.Fatal(err)
	}
	if err := w.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.add(2 * time.Hour)
	w.fetchLists(t.Context())
	if n := site.count("/middle.crl"); n != 1 {
		t.Errorf("an address of nobody was fetched %d times", n)
	}
}

func TestPointsMayBeLeftAlone(t *testing.T) {
	site := newWeb(t)
	root := newAuthority(t, nil, "Root", rootKey, nil)
	cert := root.issue(leafKey, func(c *x509.Certificate) { c.CRLDistributionPoints = []string{site.URL + "/root.crl"} })
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors, s.DistributionPoints = []string{w.pemFile("ca.pem", root)}, false
	})
	w.register("havbris", cert)
	w.fetchLists(t.Context())
	w.wantCheck("nobody is asked", cert, "")
	w.settings.RevocationRequired = true
	w.wantCheck("somebody must be asked", cert, "nobody says")
	if n := site.count("/root.crl"); n != 0 {
		t.Errorf("fetched %d times", n)
	}
}

func TestFetchIsBounded(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	list := root.crl(1, noon, time.Hour, nil)
	site := newWeb(t)
	hops := 0
	loop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hops++
		http.Redirect(w, r, "/again", http.StatusFound)
	}))
	defer loop.Close()
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors, s.RevocationLists = []string{w.pemFile("ca.pem", root)}, []string{site.URL + "/slow", loop.URL}
		s.FetchTimeout, s.FetchSize = 50*time.Millisecond, config.Size(len(list))
	})
	site.put("/slow", list)
	site.stall = make(chan struct{})
	began := time.Now()
	w.fetchLists(t.Context())
	close(site.stall)
	if took := time.Since(began); took > 30*time.Second { // the stall has no end of its own
		t.Errorf("a stalled fetch took %v", took)
	}
	if hops > mostHops+1 {
		t.Errorf("%d redirects followed", hops)
	}
	cert := root.issue(leafKey, nil)
	w.wantCheck("stalled", cert, tooOld)
	w.add(retryMost)
	site.put("/slow", append(bytes.Clone(list), 0))
	w.settings.FetchTimeout = time.Minute
	w.fetchLists(t.Context())
	w.wantCheck("too large", cert, tooOld)
	w.add(retryMost)
	site.put("/slow", list)
	w.fetchLists(t.Context())
	if w.lists.sources[site.URL+"/slow"].list == nil {
		t.Errorf("a list of the largest size was not taken: %s", w.log)
	}
}

func TestListFiles(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	good, bad := root.issue(leafKey, nil), root.issue(leafKey, nil)
	var path string
	w := newWorld(t, func(w *world, s *config.Trust) {
		path = w.file("root.crl", pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: root.crl(1, noon, time.Hour, nil)}))
		s.Anchors, s.RevocationLists = []string{w.pemFile("ca.pem", root)}, []string{path}
	})
	w.wantCheck("at start", bad, "")
	write := func(content []byte, seconds int) {
		t.Helper()
		w.file("root.crl", content)
		at := time.Now().Add(time.Duration(seconds) * time.Second)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		w.readFiles()
	}
	write(root.crl(2, noon.Add(time.Minute), time.Hour, nil, bad), 1)
	w.wantCheck("after the file changed", bad, gone)
	write([]byte("half a file"), 2)
	w.wantCheck("while the file is broken", bad, gone)
	w.wantCheck("while the file is broken", good, "")
}

func TestReadListRefuses(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	namesake := newAuthority(t, nil, "Root", middleKey, nil)
	noCRL := newAuthority(t, nil, "Root", rootKey, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign })
	extension := func(id asn1.ObjectIdentifier, critical bool, value any) func(*x509.RevocationList) {
		der, err := asn1.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: id, Critical: critical, Value: der}}
		}
	}
	type reasons struct {
		Reasons asn1.BitString `asn1:"tag:3"`
	}
	type indirect struct {
		Indirect bool `asn1:"tag:4"`
	}
	anchorsOf := func(list ...*authority) *anchors {
		a := &anchors{}
		for _, x := range list {
			a.all = append(a.all, x.cert)
		}
		return a
	}
	known := anchorsOf(root)
	for name, c := range map[string]struct {
		raw   []byte
		among *anchors
		want  string
	}{
		"good":           {root.crl(1, noon, time.Hour, nil), known, ""},
		"another's key":  {namesake.crl(1, noon, time.Hour, nil), known, "verif"},
		"may not":        {root.crl(1, noon, time.Hour, nil), anchorsOf(noCRL), "x509"},
		"unknown issuer": {newAuthority(t, nil, "Other", rootKey, nil).crl(1, noon, time.Hour, nil), known, "not among the authorities"},
		"to come":        {root.crl(1, noon.Add(time.Hour), time.Hour, nil), known, "time to come"},
		"a little ahead": {root.crl(1, noon.Add(time.Minute), time.Hour, nil), known, ""},
		"delta":          {root.crl(1, noon, time.Hour, extension(deltaExtension, true, 1)), known, "delta"},
		"unknown":        {root.crl(1, noon, time.Hour, extension(asn1.ObjectIdentifier{1, 2, 3}, true, 1)), known, "not understood"},
		"by reason":      {root.crl(1, noon, time.Hour, extension(pointExtension, true, reasons{asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}})), known, "by reason"},
		"indirect":       {root.crl(1, noon, time.Hour, extension(pointExtension, true, indirect{true})), known, "indirect"},
		"damaged":        {root.crl(1, noon, time.Hour, nil)[:200], known, "x509"},
		"a page":         {[]byte("<html>"), known, "x509"},
		"another's entry": {root.crl(1, noon, time.Hour, func(l *x509.RevocationList) {
			l.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: root.cert.SerialNumber, RevocationTime: noon,
				ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 29}, Critical: true, Value: []byte{0x30, 0}}}}}
		}), known, "entry"},
	} {
		_, err := readList(c.raw, c.among, noon)
		if c.want == "" && err != nil || c.want != "" && !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// Lists for parts of what an authority issued count for these parts only.
func TestPartialLists(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	at := func(point string) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.CRLDistributionPoints = []string{point} }
	}
	scoped := func(point string) func(*x509.RevocationList) {
		name := asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(point)}
		der, err := asn1.Marshal(issuingPoint{Point: struct {
			Full     []asn1.RawValue  `asn1:"optional,tag:0"`
			Relative pkix.RDNSequence `asn1:"optional,tag:1"`
		}{Full: []asn1.RawValue{name}}})
		if err != nil {
			t.Fatal(err)
		}
		return func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: pointExtension, Critical: true, Value: der}}
		}
	}
	one, two := root.issue(leafKey, at("http://crl.example/1")), root.issue(leafKey, at("http://crl.example/2"))
	bad := root.issue(leafKey, at("http://crl.example/1"))
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors, s.DistributionPoints, s.RevocationRequired = []string{w.pemFile("ca.pem", root)}, false, true
		s.RevocationLists = []string{w.file("1.crl", root.crl(1, noon, time.Hour, scoped("http://crl.example/1"), bad))}
	})
	w.wantCheck("in the part that the list covers", one, "")
	w.wantCheck("in that part and revoked", bad, gone)
	w.wantCheck("in another part", two, "nobody says")
}

// What openssl made is read as openssl means it.
func TestListsByOpenssl(t *testing.T) {
	read := func(name string) []byte {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	certificate := func(name string) *x509.Certificate {
		block, _ := pem.Decode(read(name))
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	good, revoked := certificate("good.pem"), certificate("revoked.pem")
	for name, c := range map[string]struct{ good, revoked string }{
		"empty.crl":   {"", ""},
		"ca.crl":      {"", gone},
		"ca.crl.pem":  {"", gone},
		"forged.crl":  {tooOld, tooOld}, // in the authority's name, by another key
		"partial.crl": {"nobody says", gone},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(w *world, s *config.Trust) {
				s.Anchors, s.RevocationLists, s.RevocationRequired = []string{"testdata/ca.pem"}, []string{"testdata/" + name}, true
			})
			w.t = t
			w.wantCheck("good.pem", good, c.good)
			w.wantCheck("revoked.pem", revoked, c.revoked)
		})
	}
}

// FuzzReadList: no list, however made, is taken unless the authority signed it.
func FuzzReadList(f *testing.F) {
	root := newAuthority(f, nil, "Root", rootKey, nil)
	known := &anchors{all: []*x509.Certificate{root.cert}}
	seeds := [][]byte{root.crl(1, noon, time.Hour, nil), root.crl(2, noon, time.Hour, nil, root.issue(leafKey, nil)), []byte("-----BEGIN X509 CRL-----")}
	for _, raw := range seeds {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := readList(raw, known, noon)
		if err != nil {
			return
		}
		for _, seed := range seeds {
			if bytes.Contains(raw, seed) || bytes.HasPrefix(bytes.TrimSpace(raw), []byte("-----BEGIN")) {
				return
			}
		}
		t.Errorf("a list of %v that nobody signed: %x", l.this, raw)
	})
}
