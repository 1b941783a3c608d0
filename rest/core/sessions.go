package core

import (
	"context"
	"crypto/hmac"
	"time"

	"overgang/rest"
	"overgang/store"
)

// Life of a one-time code's session (contracts/README.md §6).
const (
	sessionIdle   = 30 * time.Minute
	sessionLife   = 8 * time.Hour
	sessionStored = time.Minute // a renewal is written this often at most
)

// sessionKey names a session: who, through whom, by which kind of code.
type sessionKey struct {
	person rest.PartyID
	caller string
	method rest.CodeMethod
}

// knownSession is a session as it is now, and when it was last written.
type knownSession struct {
	store.Session
	stored time.Time
}

func alive(s store.Session, now time.Time) bool {
	return !s.Pending && !s.Opened.IsZero() && now.Before(s.Used.Add(sessionIdle)) && now.Before(s.Opened.Add(sessionLife))
}

// pendingCaller is the caller under which a challenge waits for its code, so
// that it does not end the session that still lives.
func pendingCaller(caller string) string { return caller + " challenged" }

// session finds the person's session through the caller: with a method that
// one, otherwise a living one, otherwise any.
func (c *Core) session(ctx context.Context, person rest.PartyID, caller string, method rest.CodeMethod) (knownSession, bool, error) {
	now := c.now()
	methods := []rest.CodeMethod{rest.LetterCodes, rest.MessageCodes}
	if method != "" {
		methods = []rest.CodeMethod{method}
	}
	for _, m := range methods {
		if s, ok := c.logins.sessions.get(sessionKey{person, caller, m}); ok && alive(s.Session, now) {
			return s, true, nil
		}
	}
	// Not in memory, or over as far as this process knows: another process may
	// have renewed it.
	var rows []store.Session
	err := c.view(ctx, func(r store.Reader) (err error) {
		rows, err = r.Sessions(person, caller)
		return err
	})
	if err != nil {
		return knownSession{}, false, err
	}
	var found knownSession
	ok := false
	for _, row := range rows {
		if row.Pending || method != "" && row.Method != method {
			continue
		}
		if !ok || alive(row, now) && !alive(found.Session, now) {
			found, ok = knownSession{Session: row, stored: row.Used}, true
		}
	}
	return found, ok, nil
}

// renew marks a session as used now; at most once a minute on disk.
func (c *Core) renew(ctx context.Context, s knownSession) error {
	now := c.now()
	s.Used = now
	write := now.Sub(s.stored) >= sessionStored
	if write {
		s.stored = now
		err := c.update(ctx, func(tx store.Tx) error { return tx.PutSession(s.Session) })
		if err != nil {
			return err
		}
	}
	c.logins.sessions.put(sessionKey{s.Person, s.Caller, s.Method}, s)
	return nil
}

func sameCode(a, b []byte) bool { return len(a) > 0 && hmac.Equal(a, b) }
