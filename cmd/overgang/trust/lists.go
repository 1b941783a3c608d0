package trust

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// mostSources bounds the addresses that certificates name.
const mostSources = 200

// source is where a revocation list comes from. Its fields are guarded by the
// lists' lock.
type source struct {
	address    string
	configured bool
	list       *list     // the last good one; nil = none yet
	due        time.Time // when to fetch again
	seen       time.Time // of a file: the modification time of what was read
	failures   int       // in a row
	failed     uint64    // ever
}

// isFile tells paths from addresses.
func (s *source) isFile() bool { return !strings.Contains(s.address, "://") }

// lists are the revocation lists at hand.
type lists struct {
	dir string

	mu      sync.Mutex
	sources map[string]*source
	cut     bool // there are more than mostSources
}

func (l *lists) open(dir string) error {
	l.dir, l.sources = dir, map[string]*source{}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("directory of revocation lists: %w", err)
	}
	return nil
}

// chooseSources decides where lists come from: what is configured, and the
// addresses that registered certificates and the intermediates name. A new
// address begins with the list of it that is kept on disk.
func (t *Trust) chooseSources() {
	wanted := slices.Clone(t.settings.RevocationLists)
	if t.settings.DistributionPoints {
		wanted = append(wanted, t.namedPoints()...)
	}
	for _, address := range t.lists.choose(wanted, len(t.settings.RevocationLists), t.log) {
		t.recall(address)
	}
	t.wakeUp()
}

// choose takes over the addresses that are wanted, of which the first are
// configured, and returns those that are new and no files.
func (l *lists) choose(wanted []string, configured int, log *slog.Logger) (added []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	cut := len(wanted) > mostSources+configured
	if cut && !l.cut {
		log.Error("certificates name too many addresses of revocation lists: those beyond are not fetched, and certificates that name only them are refused",
			"most", mostSources)
	}
	if l.cut = cut; cut {
		wanted = wanted[:mostSources+configured]
	}
	for address := range l.sources {
		if !slices.Contains(wanted, address) {
			delete(l.sources, address)
		}
	}
	for i, address := range wanted {
		if l.sources[address] != nil {
			continue
		}
		s := &source{address: address, configured: i < configured}
		l.sources[address] = s
		if !s.isFile() {
			added = append(added, address)
		}
	}
	return added
}

// wakeUp makes the fetcher look for work now.
func (t *Trust) wakeUp() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// namedPoints are the addresses in certificates by known authorities.
func (t *Trust) namedPoints() (points []string) {
	a, seen := t.anchors.Load(), map[string]bool{}
	add := func(c *x509.Certificate) {
		if len(a.named(c.RawIssuer)) == 0 {
			return
		}
		for _, p := range c.CRLDistributionPoints {
			if !seen[p] && fetchable(p) {
				seen[p] = true
				points = append(points, p)
			}
		}
	}
	for _, c := range a.all {
		add(c)
	}
	for _, h := range t.register.Load().rows {
		add(h.cert)
	}
	return points
}

// fetchable says whether an address in a certificate can be fetched: LDAP, for
// one, cannot.
func fetchable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// readFiles reads the configured files that changed.
func (t *Trust) readFiles() {
	for _, address := range t.settings.RevocationLists {
		seen, ok := t.lists.seenAt(address)
		if !ok {
			continue
		}
		if info, err := os.Stat(address); err == nil && info.ModTime().Equal(seen) {
			continue
		}
		text, modified, err := readFile(address, int64(t.settings.FetchSize))
		if err == nil {
			err = t.take(address, text, modified)
		}
		t.note(address, err)
	}
}

// seenAt says when a file was changed that was read last; ok is false for what
// is no file.
func (l *lists) seenAt(address string) (modified time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.sources[address]
	if s == nil || !s.isFile() {
		return time.Time{}, false
	}
	return s.seen, true
}

// forgetFiles makes everything be read again, since other authorities are known now.
func (l *lists) forgetFiles() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.sources {
		s.seen, s.due = time.Time{}, time.Time{}
	}
}

// take replaces a source's list by what was read. An older one than before is
// refused: somebody could hide a revocation with it.
func (t *Trust) take(address string, raw []byte, modified time.Time) error {
	list, err := readList(raw, t.anchors.Load(), t.now())
	t.lists.mu.Lock()
	defer t.lists.mu.Unlock()
	s := t.lists.sources[address]
	if s == nil {
		return nil // nobody names it any more
	}
	s.seen = modified
	if err != nil {
		return err
	}
	if s.list != nil && s.list.authority == list.authority && list.this.Before(s.list.this) {
		return fmt.Errorf("the list of %v is older than the one before, of %v", list.this.UTC(), s.list.this.UTC())
	}
	s.list = list
	return nil
}

// note counts and logs how reading a source went, and says when to fetch again.
func (t *Trust) note(address string, err error) {
	t.lists.mu.Lock()
	defer t.lists.mu.Unlock()
	s := t.lists.sources[address]
	if s == nil {
		return
	}
	s.due = t.now().Add(t.settings.Refresh)
	if err == nil {
		if s.failures > 0 {
			t.log.Info("revocation list read again", "source", shownAddress(s.address))
		}
		s.failures = 0
		return
	}
	s.failed++
	s.due = t.now().Add(min(retryFirst<<min(s.failures, 10), retryMost, t.settings.Refresh))
	if s.failures++; s.failures == 1 {
		t.log.Error("revocation list not read: the one before counts while it is not too old",
			"source", shownAddress(s.address), "have_one", s.list != nil, "error", err)
	}
}

// kept is the file of a fetched list.
func (l *lists) kept(address string) string {
	name := sha256.Sum256([]byte(address))
	return filepath.Join(l.dir, hex.EncodeToString(name[:])+".crl")
}

// recall takes the list of an earlier run from disk; it is checked as a fetched one is.
func (t *Trust) recall(address string) {
	raw, _, err := readFile(t.lists.kept(address), int64(t.settings.FetchSize))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		err = t.take(address, raw, time.Time{})
	}
	if err != nil {
		t.log.Warn("revocation list of an earlier run not taken", "source", shownAddress(address), "error", err)
	}
}

// keep writes a fetched list to disk, whole.
func (l *lists) keep(address string, raw []byte) error {
	f, err := os.CreateTemp(l.dir, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(raw)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), l.kept(address))
}

// revoked is the [wss.Chain]'s question: an error for a certificate that is
// revoked, or of which nobody can say it where somebody should.
func (t *Trust) revoked(_ context.Context, cert, issuer *x509.Certificate, at time.Time) error {
	listed, fresh, expected := t.lists.judge(cert, issuer, at.Add(-t.settings.Stale))
	if listed {
		return errRevoked
	}
	switch answered, err := t.answers.judge(cert, t.settings, at); {
	case err != nil:
		return err
	case answered, fresh:
		return nil
	case expected:
		return fmt.Errorf("no revocation list of %s that is new enough", issuer.Subject)
	case t.settings.RevocationRequired:
		return fmt.Errorf("nobody says what %s has revoked", issuer.Subject)
	}
	return nil
}

var errRevoked = errors.New("the certificate is revoked")

// judge looks through the lists: whether one of them has the certificate,
// whether one that covers it was still current at a time, and whether there
// should be one.
func (l *lists) judge(cert, issuer *x509.Certificate, then time.Time) (listed, fresh, expected bool) {
	key, serial := authorityKey(issuer), cert.SerialNumber.Bytes()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.sources {
		switch {
		case s.list == nil:
			// Whose it would be is unknown.
			expected = expected || s.configured || slices.Contains(cert.CRLDistributionPoints, s.address)
		case s.list.authority == key:
			if _, listed := s.list.revoked[string(serial)]; listed {
				return true, false, true
			}
			if s.list.scope.covers(cert) {
				expected = true
				fresh = fresh || !then.After(s.list.next)
			}
		}
	}
	if l.cut {
		expected = expected || slices.ContainsFunc(cert.CRLDistributionPoints, fetchable)
	}
	return false, fresh, expected
}
