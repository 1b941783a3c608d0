package listen

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookAgain is how often at most the files are looked at.
const lookAgain = time.Second

// Certificate is a certificate and its key from files. It is read again when
// they change; while what is there then is unusable, the one before stays.
type Certificate struct {
	cert, key string
	now       func() time.Time
	log       *slog.Logger

	mu      sync.Mutex
	looked  time.Time
	seen    [2]time.Time // modification times of what was read
	current *tls.Certificate
}

// LoadCertificate reads both PEM files.
func LoadCertificate(cert, key string, now func() time.Time, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key, now: now, log: log}
	c.looked = now()
	seen, err := c.modified()
	if err != nil {
		return nil, err
	}
	return c, c.read(seen)
}

// Config is a server's TLS configuration with this certificate: TLS 1.2 or later.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.Current(), nil },
	}
}

// Current is the newest usable certificate.
func (c *Certificate) Current() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked) >= lookAgain || now.Before(c.looked) {
		c.looked = now
		seen, err := c.modified()
		if err == nil && seen != c.seen {
			err = c.read(seen)
		}
		if err != nil {
			c.log.Error("certificate stays as it was", "error", err)
		}
	}
	return c.current
}

func (c *Certificate) modified() (seen [2]time.Time, err error) {
	for i, path := range []string{c.cert, c.key} {
		info, err := os.Stat(path)
		if err != nil {
			return seen, fmt.Errorf("TLS certificate: %w", err)
		}
		seen[i] = info.ModTime()
	}
	return seen, nil
}

func (c *Certificate) read(seen [2]time.Time) error {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("TLS certificate %s with key %s: %w", c.cert, c.key, err)
	}
	if c.current != nil {
		c.log.Info("certificate read again", "file", c.cert, "not_after", pair.Leaf.NotAfter)
	}
	c.current, c.seen = &pair, seen
	return nil
}
