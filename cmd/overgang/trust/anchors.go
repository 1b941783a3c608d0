package trust

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"time"
)

// Bounds of files with authorities.
const (
	maxAnchorFile = 4 << 20 // bytes
	smallestKey   = 2048    // bits of an RSA key
)

// anchors are the authorities. They are shared and never changed.
type anchors struct {
	roots, intermediates *x509.CertPool
	all                  []*x509.Certificate
	seen                 []time.Time // modification times of the files
}

// named are the authorities with a subject.
func (a *anchors) named(subject []byte) (list []*x509.Certificate) {
	for _, c := range a.all {
		if bytes.Equal(c.RawSubject, subject) {
			list = append(list, c)
		}
	}
	return list
}

// readAnchors reads PEM files. Self-issued certificates are roots, the others
// intermediates: a chain has to end at a root.
func readAnchors(paths []string) (*anchors, error) {
	a := &anchors{roots: x509.NewCertPool(), intermediates: x509.NewCertPool()}
	for _, path := range paths {
		text, modified, err := readFile(path, maxAnchorFile)
		if err != nil {
			return nil, fmt.Errorf("authorities (security.trust.anchors): %w", err)
		}
		list, err := authorities(text)
		if err != nil {
			return nil, fmt.Errorf("authorities in %s (security.trust.anchors): %w", path, err)
		}
		a.seen = append(a.seen, modified)
		for _, c := range list {
			a.all = append(a.all, c)
			if bytes.Equal(c.RawSubject, c.RawIssuer) {
				a.roots.AddCert(c)
			} else {
				a.intermediates.AddCert(c)
			}
		}
	}
	return a, nil
}

func authorities(text []byte) (list []*x509.Certificate, err error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		if !c.IsCA || !c.BasicConstraintsValid {
			return nil, fmt.Errorf("%s is not an authority's certificate: certificates of enterprise users are registered, not trusted as authorities", c.Subject)
		}
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < smallestKey {
			return nil, fmt.Errorf("%s has a key of %d bits: %d are the least", c.Subject, key.N.BitLen(), smallestKey)
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no certificate in PEM form")
	}
	return list, nil
}

// rereadAnchors replaces the anchors when a file changed. While what is there
// is unusable, those before stay.
func (t *Trust) rereadAnchors() {
	before := t.anchors.Load()
	same := true
	for i, path := range t.settings.Anchors {
		info, err := os.Stat(path)
		same = same && err == nil && info.ModTime().Equal(before.seen[i])
	}
	if same {
		return
	}
	after, err := readAnchors(t.settings.Anchors)
	if err != nil {
		t.log.Error("authorities stay as they were", "error", err)
		return
	}
	t.anchors.Store(after)
	t.log.Info("authorities read again", "certificates", len(after.all))
	t.lists.forgetFiles()
	t.chooseSources()
}

// readFile reads a file of limited size, and says when it was changed.
func readFile(path string, limit int64) ([]byte, time.Time, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, time.Time{}, err
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return text, info.ModTime(), err
}
