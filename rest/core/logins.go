package core

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/store"
)

// Bounds of what logging in keeps in memory.
const (
	verifiedFor      = 10 * time.Minute
	verifiedEntries  = 10_000
	lockoutEntries   = 50_000
	addressEntries   = 50_000
	sessionEntries   = 50_000
	lockoutFreshness = time.Second // how long another process's lockout may go unseen
)

// logins is the state behind Accounts.
type logins struct {
	hasher    *hasher
	verified  *recent[[sha256.Size]byte, time.Time] // credentials proven lately, until when
	macs      sync.Pool                             // of verified's keys, under a random key that is never stored
	checking  sync.Mutex
	pending   map[[sha256.Size]byte]*verification
	locks     *recent[string, knownLockout]
	addresses *recent[string, budget]
	sessions  *recent[sessionKey, knownSession]
}

func (l *logins) init(cfg Config) error {
	secret := make([]byte, sha256.Size)
	if _, err := io.ReadFull(cfg.Rand, secret); err != nil {
		return fmt.Errorf("core: key of the credential cache: %w", err)
	}
	l.macs.New = func() any { return &credentialMAC{mac: hmac.New(sha256.New, secret)} }
	// The dummy is what unknown users are verified against: it costs what a
	// real hash costs.
	dummy, err := password.Hash(cfg.Rand, "", cfg.PasswordCost)
	if err != nil {
		return err
	}
	l.hasher = &hasher{dummy: dummy, slots: make(chan struct{}, cfg.HashWorkers), queue: int64(cfg.HashQueue), verify: password.Verify, hashing: cfg.Hashing}
	l.verified = newRecent[[sha256.Size]byte, time.Time](verifiedEntries)
	l.pending = map[[sha256.Size]byte]*verification{}
	l.locks = newRecent[string, knownLockout](lockoutEntries)
	l.addresses = newRecent[string, budget](addressEntries)
	l.sessions = newRecent[sessionKey, knownSession](sessionEntries)
	return nil
}

// hasher runs password hashes, few at a time: they are slow by design, and a
// flood of wrong passwords must not take the processors from everybody else.
type hasher struct {
	dummy   string
	slots   chan struct{}
	queue   int64
	waiting atomic.Int64
	runs    atomic.Int64 // hashes computed since start
	verify  func(encoded string, p rest.Secret) (bool, error)
	hashing func() // [Config] Hashing
}

func (h *hasher) check(ctx context.Context, encoded string, p rest.Secret) (bool, error) {
	if h.waiting.Add(1) > h.queue {
		h.waiting.Add(-1)
		return false, &rest.Error{Kind: rest.RateLimited, Code: "logins", RetryAfter: time.Second,
			Detail: "Too many logins at once. Try again in a second."}
	}
	select {
	case h.slots <- struct{}{}:
		h.waiting.Add(-1)
	case <-ctx.Done():
		h.waiting.Add(-1)
		return false, ctx.Err()
	}
	defer func() { <-h.slots }()
	h.runs.Add(1)
	h.last()
	ok, err := h.verify(encoded, p)
	h.last()
	return ok, err
}

// last calls hashing unless another hash waits.
func (h *hasher) last() {
	if h.hashing != nil && h.waiting.Load() == 0 {
		h.hashing()
	}
}

// verification is one password check that several callers may wait for.
type verification struct {
	done chan struct{}
	ok   bool
	err  error
}

// proven says whether the password was verified against this very hash lately,
// for somebody at this very address: to all others it is a guess like any other.
func (l *logins) proven(account store.Account, p rest.Secret, address string, now time.Time) ([sha256.Size]byte, bool) {
	key := l.credentialKey(account, p, address)
	until, ok := l.verified.get(key)
	return key, ok && now.Before(until)
}

// credentialKey depends on the stored hash: a changed password never meets an
// old entry. Lengths are part of it, so that fields cannot run into each other.
func (l *logins) credentialKey(account store.Account, p rest.Secret, address string) (key [sha256.Size]byte) {
	m := l.macs.Get().(*credentialMAC)
	m.text = m.text[:0]
	for _, field := range [...]string{string(account.Subject), account.Password, p.Reveal(), address} {
		m.text = binary.BigEndian.AppendUint64(m.text, uint64(len(field)))
		m.text = append(m.text, field...)
	}
	m.mac.Reset()
	m.mac.Write(m.text)
	m.sum = m.mac.Sum(m.sum[:0])
	copy(key[:], m.sum)
	clear(m.text) // it holds the password
	l.macs.Put(m)
	return key
}

// credentialMAC is what one computation of a credential's key needs.
type credentialMAC struct {
	mac       hash.Hash
	text, sum []byte
}

// verify checks a password that is not proven yet. Callers with the same
// credential share one hash: a hundred connections that start at once cost one.
func (l *logins) verify(ctx context.Context, account store.Account, p rest.Secret, key [sha256.Size]byte, now time.Time) (bool, error) {
	for {
		l.checking.Lock()
		v := l.pending[key]
		if v == nil {
			if until, ok := l.verified.get(key); ok && now.Before(until) { // since the caller looked
				l.checking.Unlock()
				return true, nil
			}
			v = &verification{done: make(chan struct{}), err: errUnfinished}
			l.pending[key] = v
			l.checking.Unlock()
			l.finish(v, key, now, func() (bool, error) { return l.hasher.check(ctx, account.Password, p) })
			return v.ok, v.err
		}
		l.checking.Unlock()
		select {
		case <-v.done:
		case <-ctx.Done():
			return false, ctx.Err()
		}
		// The one who hashed may have given up; then somebody else has to.
		if v.err == nil {
			return v.ok, nil
		}
		if rest.KindOf(v.err) == rest.RateLimited || ctx.Err() != nil {
			return false, v.err
		}
	}
}

var errUnfinished = errors.New("core: a password's hash was not finished")

// finish finds out what a verification waits for, and lets go of it however that ends.
func (l *logins) finish(v *verification, key [sha256.Size]byte, now time.Time, check func() (bool, error)) {
	defer func() {
		l.checking.Lock()
		defer l.checking.Unlock()
		delete(l.pending, key)
		close(v.done)
	}()
	v.ok, v.err = check()
	if v.ok {
		l.verified.put(key, now.Add(verifiedFor))
	}
}

// spend hashes for nothing, so that an unknown user takes as long as a known one.
func (l *logins) spend(ctx context.Context, p rest.Secret) error {
	_, err := l.hasher.check(ctx, l.hasher.dummy, p)
	return err
}
