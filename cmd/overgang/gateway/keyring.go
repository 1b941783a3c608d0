package gateway

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// keyRing is the key ring of session tokens, from where the configuration says.
type keyRing struct {
	file    string // "" = it does not change
	log     *slog.Logger
	seen    time.Time // modification time of what was read
	current *wssc.Ring
	user    interface{ SetRing(*wssc.Ring) error }
}

// openKeyRing reads the ring. Without one configured, its key is derived from
// the data directory's secret, so that tokens outlive a restart.
func openKeyRing(c config.Security, secret rest.Secret, log *slog.Logger) (*keyRing, error) {
	k := &keyRing{file: c.KeyRingFile, log: log}
	var err error
	switch {
	case k.file != "":
		k.current, k.seen, err = readRing(k.file)
	case len(c.KeyRing) > 0:
		var lines []string
		for _, key := range c.KeyRing {
			lines = append(lines, key.Reveal())
		}
		k.current, err = ringOf(lines)
	default:
		var key []byte
		if key, err = hkdf.Key(sha256.New, []byte(secret.Reveal()), nil, "overgang session tokens", wssc.KeySize); err == nil {
			k.current, err = wssc.NewRing(key)
		}
	}
	return k, err
}

// readRing reads a file of keys, one a line; empty lines and those that begin
// with # are skipped. The time is that of the very file that was read, which
// another may be put in the place of meanwhile.
func readRing(file string) (*wssc.Ring, time.Time, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, time.Time{}, err
	}
	const most = 64 << 10
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, time.Time{}, err
	}
	if len(text) > most {
		return nil, time.Time{}, fmt.Errorf("%s has more than %d bytes", file, most)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil, time.Time{}, errors.New(file + " holds no key")
	}
	ring, err := ringOf(lines)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("%s: %w", file, err)
	}
	return ring, info.ModTime(), nil
}

func ringOf(lines []string) (*wssc.Ring, error) {
	keys := make([]wss.Secret, len(lines))
	for i, line := range lines {
		key, err := config.RingKey(line)
		if err != nil {
			return nil, fmt.Errorf("key %d %w", i+1, err)
		}
		keys[i] = key
	}
	return wssc.NewRing(keys...)
}

// ringEvery is how often the file is looked at.
const ringEvery = time.Second

// watch takes over what the file says until ctx ends. While what is there is
// unusable, the ring before stays.
func (k *keyRing) watch(ctx context.Context) {
	if k.file == "" {
		return
	}
	tick := time.NewTicker(ringEvery)
	defer tick.Stop()
	var told string
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := k.look()
		switch {
		case err == nil:
			told = ""
		case err.Error() != told:
			told = err.Error()
			k.log.Error("key ring stays as it was", "error", err)
		}
	}
}

// look reads the file again if it has changed.
func (k *keyRing) look() error {
	info, err := os.Stat(k.file)
	if err != nil || info.ModTime().Equal(k.seen) {
		return err
	}
	ring, seen, err := readRing(k.file)
	if err != nil {
		return err
	}
	if err := k.user.SetRing(ring); err != nil {
		return err
	}
	k.current, k.seen = ring, seen
	k.log.Info("key ring read again", "file", k.file)
	return nil
}
