package trust

import (
	"crypto/sha1"
	"crypto/x509"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/soap/wss"
)

func TestCheck(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	middle := newAuthority(t, root, "Middle", middleKey, nil)
	narrow := newAuthority(t, root, "Narrow", middleKey, func(c *x509.Certificate) {
		c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"example.no"}, true
	})
	stranger := newAuthority(t, nil, "Root", middleKey, nil) // the same name, another key
	weak := newAuthority(t, root, "Weak", shortKey, nil)
	issuedBySHA1 := newAuthority(t, root, "Old", middleKey, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA })
	revoked := middle.issue(leafKey, nil)
	byRevoked := newAuthority(t, root, "Dismissed", middleKey, nil)
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors = []string{w.pemFile("root.pem", root), w.pemFile("middle.pem", middle, narrow, issuedBySHA1, byRevoked)}
		s.RevocationLists = []string{
			w.file("middle.crl", middle.crl(1, noon, time.Hour, nil, revoked)), w.file("root.crl", root.crl(1, noon, time.Hour, nil, byRevoked.cert)),
		}
	})
	for name, c := range map[string]struct {
		cert *x509.Certificate
		want string // "" = trusted
	}{
		"trusted":           {middle.issue(leafKey, nil), ""},
		"by the root":       {root.issue(leafKey, nil), ""},
		"within its names":  {narrow.issue(leafKey, func(c *x509.Certificate) { c.DNSNames = []string{"lonn.example.no"} }), ""},
		"expired":           {middle.issue(leafKey, func(c *x509.Certificate) { c.NotAfter = noon.Add(-time.Second) }), "expired"},
		"not yet valid":     {middle.issue(leafKey, func(c *x509.Certificate) { c.NotBefore = noon.Add(time.Second) }), "not yet valid"},
		"wrong authority":   {stranger.issue(leafKey, nil), "unknown authority"},
		"authority unknown": {newAuthority(t, nil, "Nobody", middleKey, nil).issue(leafKey, nil), "unknown authority"},
		"revoked":           {revoked, "revoked"},
		"revoked authority": {byRevoked.issue(leafKey, nil), "revoked"},
		"SHA-1":             {middle.issue(leafKey, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }), "insecure algorithm"},
		"SHA-1 above":       {issuedBySHA1.issue(leafKey, nil), "insecure algorithm"},
		"1024 bits":         {middle.issue(shortKey, nil), "1024 bits"},
		"weak authority":    {weak.issue(leafKey, nil), "unknown authority"},
		"name constraint":   {narrow.issue(leafKey, func(c *x509.Certificate) { c.DNSNames = []string{"lonn.example.com"} }), "not permitted"},
		"for encryption":    {middle.issue(leafKey, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), "not for signatures"},
		"of its own making": {sign(t, &x509.Certificate{SerialNumber: big.NewInt(9), NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour)},
			&x509.Certificate{SerialNumber: big.NewInt(9)}, &leafKey.PublicKey, leafKey), "unknown authority"},
	} {
		t.Run(name, func(t *testing.T) {
			err := w.check(c.cert)
			if c.want == "" && err != nil || c.want != "" && !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	w.settings.Pinned = true // a known authority's verdict stands all the same
	for name, cert := range map[string]*x509.Certificate{"revoked": revoked, "wrong authority": stranger.issue(leafKey, nil)} {
		if err := w.check(cert); err == nil {
			t.Errorf("%s is trusted because registered certificates are pinned", name)
		}
	}
}

func TestPinned(t *testing.T) {
	unknown := newAuthority(t, nil, "Unknown", rootKey, nil)
	cert := unknown.issue(leafKey, nil)
	w := newWorld(t, nil)
	if err := w.check(cert); err != errNoAnchors {
		t.Errorf("nobody is trusted, yet: %v", err)
	}
	w.settings.Pinned = true
	for name, c := range map[string]struct {
		cert *x509.Certificate
		want string
	}{
		"pinned":         {cert, ""},
		"expired":        {unknown.issue(leafKey, func(c *x509.Certificate) { c.NotAfter = noon.Add(-time.Second) }), "expired"},
		"not yet valid":  {unknown.issue(leafKey, func(c *x509.Certificate) { c.NotBefore = noon.Add(time.Second) }), "not yet valid"},
		"1024 bits":      {unknown.issue(shortKey, nil), "1024 bits"},
		"for encryption": {unknown.issue(leafKey, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), "not for signatures"},
	} {
		err := w.check(c.cert)
		if c.want == "" && err != nil || c.want != "" && !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestFind(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	w := newWorld(t, nil)
	mine, shared, other := root.issue(leafKey, nil), root.issue(leafKey, nil), root.issue(leafKey, nil)
	w.register("havbris", mine, shared)
	w.register("lonn", shared)
	find := func(c *x509.Certificate) [3]int {
		t.Helper()
		short := sha1.Sum(c.Raw)
		var counts [3]int
		for i, which := range []wss.CertificateReference{{Thumbprint: short[:]}, {SubjectKey: c.SubjectKeyId}, {Serial: c.SerialNumber}} {
			found, err := w.Find(t.Context(), which)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				if f.Equal(c) {
					counts[i]++
				}
			}
		}
		return counts
	}
	for name, c := range map[string]struct {
		cert *x509.Certificate
		want [3]int
	}{"registered": {mine, [3]int{1, 1, 1}}, "twice": {shared, [3]int{1, 1, 1}}, "unregistered": {other, [3]int{}}} {
		if got := find(c.cert); got != c.want {
			t.Errorf("%s: found %v, want %v", name, got, c.want)
		}
	}
	for _, c := range []struct {
		name   string
		change func() error
		want   [3]int // of mine
	}{
		{"disabled", func() error { return w.admin.SetEnterpriseDisabled(t.Context(), "havbris", true) }, [3]int{}},
		{"enabled", func() error { return w.admin.SetEnterpriseDisabled(t.Context(), "havbris", false) }, [3]int{1, 1, 1}},
		{"removed", func() error {
			return w.admin.RemoveCertificate(t.Context(), "havbris", rest.ThumbprintOf(mine.Raw).String())
		}, [3]int{}},
	} {
		if err := c.change(); err != nil {
			t.Fatal(err)
		}
		if err := w.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := find(mine); got != c.want {
			t.Errorf("%s: found %v, want %v", c.name, got, c.want)
		}
	}
	if got := find(shared); got != [3]int{1, 1, 1} {
		t.Errorf("another user has it still, and found %v", got)
	}
	if found, _ := w.Find(t.Context(), wss.CertificateReference{SubjectKey: []byte{}}); len(found) != 0 {
		t.Errorf("found %d by nothing", len(found))
	}
}

func TestFollows(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	w := newWorld(t, func(w *world, s *config.Trust) { s.Anchors = []string{w.pemFile("root.pem", root)} })
	done := make(chan struct{})
	ctx, stop := contextOf(t)
	go func() { defer close(done); w.Run(ctx) }()
	cert := root.issue(leafKey, nil)
	short := sha1.Sum(cert.Raw)
	_, _, err := w.admin.AddEnterprise(t.Context(), enterprise("havbris", cert))
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for {
		found, _ := w.Find(t.Context(), wss.CertificateReference{Thumbprint: short[:]})
		if len(found) == 1 {
			break
		}
		if time.Since(began) > time.Minute { // a second, and what a busy machine adds
			t.Fatal("a new certificate is not seen")
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	<-done
}

func TestAnchorsAreReadAgain(t *testing.T) {
	root, next := newAuthority(t, nil, "Root", rootKey, nil), newAuthority(t, nil, "Next", middleKey, nil)
	var path string
	w := newWorld(t, func(w *world, s *config.Trust) {
		path = w.pemFile("root.pem", root)
		s.Anchors = []string{path}
	})
	old, renewed := root.issue(leafKey, nil), next.issue(leafKey, nil)
	replace := func(content []byte, seconds int) {
		t.Helper()
		w.file("root.pem", content)
		at := time.Now().Add(time.Duration(seconds) * time.Second)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		w.rereadAnchors()
	}
	replace([]byte("half a file"), 1)
	if err := w.check(old); err != nil || !strings.Contains(w.log.take(), "authorities stay as they were") {
		t.Errorf("while the file is broken: %v", err)
	}
	w.pemFile("next.pem", next)
	text, err := os.ReadFile(w.dir + "/next.pem")
	if err != nil {
		t.Fatal(err)
	}
	replace(text, 2)
	if err := w.check(renewed); err != nil {
		t.Errorf("by the new authority: %v", err)
	}
	if err := w.check(old); err == nil {
		t.Error("the authority that was taken out is still trusted")
	}
}

func TestOpenRefuses(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	weak := newAuthority(t, nil, "Weak", shortKey, nil)
	w := newWorld(t, nil)
	leaf := &authority{t: t, cert: root.issue(leafKey, nil)}
	for name, c := range map[string]struct{ path, want string }{
		"absent":      {"absent.pem", "no such file"},
		"empty":       {w.file("empty.pem", nil), "no certificate"},
		"enterprise":  {w.pemFile("leaf.pem", leaf), "not an authority"},
		"short key":   {w.pemFile("weak.pem", weak), "1024 bits"},
		"no PEM":      {w.file("der.pem", root.cert.Raw), "no certificate"},
		"damaged DER": {w.file("bad.pem", []byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")), "x509"},
	} {
		settings := w.settings
		settings.Anchors = []string{c.path}
		_, err := Open(t.Context(), Options{Settings: settings, Store: w.store, Dir: w.dir, Now: w.now, Logger: w.Trust.log})
		if !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
