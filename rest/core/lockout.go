package core

import (
	"context"
	"errors"
	"time"

	"overgang/rest"
	"overgang/store"
)

// Lockout (operations.md, "Who calls"): five wrong credentials in a row lock
// for an hour, whether the account exists or not.
const (
	lockAfter = 5
	lockFor   = time.Hour
)

// knownLockout is what the process knows of a lockout row, and since when.
type knownLockout struct {
	store.Lockout
	at time.Time
}

// locked returns LockedOut while the account is. Names that no account has are
// counted in memory only: made-up ones must not fill the store.
func (c *Core) locked(ctx context.Context, key string, stored bool) error {
	now := c.now()
	known, ok := c.logins.locks.get(key)
	if stored && (!ok || now.Sub(known.at) >= lockoutFreshness || now.Before(known.at)) {
		row, err := c.lockout(ctx, key)
		if err != nil {
			return err
		}
		known = knownLockout{Lockout: row, at: now}
		c.logins.locks.put(key, known)
	}
	return lockedUntil(known.Until, now)
}

// lockedUntil is LockedOut before a time, and nil from then on.
func lockedUntil(until, now time.Time) error {
	if !now.Before(until) {
		return nil
	}
	return &rest.Error{Kind: rest.LockedOut, Code: "locked", RetryAfter: until.Sub(now),
		Detail: "The account is locked after too many wrong credentials."}
}

// lockout reads the stored row; the zero row when there is none.
func (c *Core) lockout(ctx context.Context, key string) (row store.Lockout, err error) {
	err = c.cfg.Store.View(ctx, func(r store.Reader) error {
		row, err = r.Lockout(key)
		if errors.Is(err, store.ErrNotFound) {
			row, err = store.Lockout{Key: key}, nil
		}
		return err
	})
	return row, failure(err)
}

// wrong counts wrong credentials, and returns the error for them.
func (c *Core) wrong(ctx context.Context, key string, stored bool, address string) error {
	now := c.now()
	c.logins.blame(address, now)
	if !stored {
		c.logins.locks.change(key, func(k knownLockout, _ bool) (knownLockout, bool) {
			k.Lockout = failedOnce(k.Lockout, key, now)
			return k, true
		})
		// The disk takes its time for a known account, and so it must for nobody's.
		if _, err := c.countWrong(ctx, nobody, now); err != nil {
			return err
		}
		return wrongCredentials()
	}
	row, err := c.countWrong(ctx, key, now)
	if err != nil {
		return err
	}
	c.logins.locks.put(key, knownLockout{Lockout: row, at: now})
	return wrongCredentials()
}

// nobody is the one key under which wrong credentials of all unknown names are
// stored. It locks nothing.
const nobody = "nobody"

// countWrong stores one more, durably.
func (c *Core) countWrong(ctx context.Context, key string, now time.Time) (row store.Lockout, err error) {
	err = c.update(ctx, func(tx store.Tx) error {
		before, err := tx.Lockout(key)
		if err := ignoreAbsent(err); err != nil {
			return err
		}
		row = failedOnce(before, key, now)
		return tx.PutLockout(row)
	})
	return row, err
}

func failedOnce(l store.Lockout, key string, now time.Time) store.Lockout {
	if !l.Until.IsZero() && !now.Before(l.Until) {
		l = store.Lockout{} // an expired lock starts over
	}
	l.Key, l.Failed, l.Last = key, l.Failed+1, now
	if l.Failed >= lockAfter && l.Until.IsZero() {
		l.Until = now.Add(lockFor)
	}
	return l
}

// right forgets the wrong credentials before. It writes only when there were any.
func (c *Core) right(ctx context.Context, key string) error {
	known, ok := c.logins.locks.get(key)
	if !ok || known.Failed == 0 {
		return nil
	}
	err := c.update(ctx, func(tx store.Tx) error {
		err := tx.DeleteLockout(key)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	if err == nil {
		c.logins.locks.put(key, knownLockout{Lockout: store.Lockout{Key: key}, at: c.now()})
	}
	return err
}

func wrongCredentials() error {
	return rest.Errorf(rest.Unauthenticated, "credentials", "Wrong user name, password or code.")
}

const (
	addressBurst = 30              // wrong credentials at once
	addressEvery = 6 * time.Second // and one more each
)

// blame takes one from what wrong credentials an address has left. Credentials
// that were proven from there never look at it, so a flood from behind a shared
// address does not stop those who are logged in.
func (l *logins) blame(address string, now time.Time) {
	if address == "" {
		return
	}
	l.addresses.change(address, func(b budget, ok bool) (budget, bool) {
		return b.refilled(ok, now, addressBurst, addressEvery).spent(), true
	})
}

// admit returns RateLimited when the address has used its budget up.
func (l *logins) admit(address string, now time.Time) error {
	var b budget
	known := false
	l.addresses.change(address, func(old budget, ok bool) (budget, bool) {
		b, known = old.refilled(ok, now, addressBurst, addressEvery), ok
		return b, ok
	})
	if !known || b.left >= 1 {
		return nil
	}
	return &rest.Error{Kind: rest.RateLimited, Code: "address", RetryAfter: b.wait(addressEvery),
		Detail: "Too many wrong credentials from this address."}
}
