package core

import (
	"context"
	"errors"

	"overgang/rest"
	"overgang/store"
)

// errWrongCode is a code that opens nothing.
var errWrongCode = errors.New("core: wrong one-time code")

// Person implements [rest.Accounts].
//
// A call without code needs a living session; the code that opened a session
// may be repeated while it lives. An ended session, or none, without a code is
// SessionExpired and does not count as a wrong credential; neither does the
// code of the session that just ended.
func (c *Core) Person(ctx context.Context, caller rest.Caller, login rest.PersonLogin) (rest.Caller, error) {
	if caller.System == 0 {
		return rest.Caller{}, wrongCredentials()
	}
	switch login.Method {
	case "", rest.LetterCodes, rest.MessageCodes:
	default:
		return rest.Caller{}, rest.Errorf(rest.Invalid, "code-method", "The authentication method is unknown: use %s or %s.", rest.LetterCodes, rest.MessageCodes)
	}
	subject, party, err := c.personBySSN(ctx, login.SSN)
	if err != nil {
		return rest.Caller{}, failure(err)
	}
	if err := c.prove(ctx, proof{subject: subject, unknownKey: c.unknownPerson(login.SSN), secret: login.Password, address: caller.Address}); err != nil {
		return rest.Caller{}, failure(err)
	}
	through := string(rest.SystemSubject(caller.System))
	if err := c.proveCode(ctx, party, through, login, caller.Address); err != nil {
		return rest.Caller{}, failure(err)
	}
	if err := c.right(ctx, string(subject)); err != nil {
		return rest.Caller{}, err
	}
	caller.Person = party
	language, err := c.languageOf(ctx, party)
	if err != nil {
		return rest.Caller{}, failure(err)
	}
	if language != "" {
		caller.Language = language
	}
	return caller, nil
}

// personBySSN finds a person's account; the empty subject is nobody.
func (c *Core) personBySSN(ctx context.Context, ssn rest.NationalID) (rest.Subject, rest.PartyID, error) {
	if ssn == "" {
		return "", 0, nil
	}
	p, err := c.party(ctx, c.registry.now(), rest.PartyRef{SSN: ssn})
	if errors.Is(err, store.ErrNotFound) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	return rest.PersonSubject(p.ID), p.ID, nil
}

// unknownPerson names an unknown person in memory without keeping the number.
func (c *Core) unknownPerson(ssn rest.NationalID) string {
	return "unknown:" + string(c.codes.hash(0, "", 0, rest.Secret(clip(ssn.Reveal(), 20))))
}

// proveCode renews the living session or opens one with the code.
func (c *Core) proveCode(ctx context.Context, person rest.PartyID, through string, login rest.PersonLogin, address string) error {
	s, found, err := c.session(ctx, person, through, login.Method)
	if err != nil {
		return err
	}
	lives := found && alive(s.Session, c.now())
	same := found && sameCode(s.Code, c.codes.hash(person, s.Method, s.Number, login.Code))
	if lives && (login.Code == "" || same) {
		return c.renew(ctx, s)
	}
	ended := rest.Errorf(rest.SessionExpired, "session-expired", "The session of the one-time code has ended. Ask for a new code.")
	if login.Code == "" {
		return ended
	}
	// The letter's next code may have the digits of the ended session's: it is tried first.
	opened, lockout, err := c.openSession(ctx, person, through, login, !same)
	switch {
	case errors.Is(err, errWrongCode):
		return ended
	case err != nil:
		return err
	case lockout.Failed > 0:
		c.logins.blame(address, lockout.Last)
		c.logins.locks.put(lockout.Key, knownLockout{Lockout: lockout, at: lockout.Last})
		return wrongCredentials()
	}
	c.logins.sessions.put(sessionKey{person, through, opened.Method}, knownSession{Session: opened, stored: opened.Opened})
	return nil
}

// openSession uses a code up and stores the session it opens, in one
// transaction: two calls with one code open one session between them. A wrong
// code is counted in that transaction, where counting is wanted, so that as many
// are tried as may be, however many come at once: lockout is how it stands then,
// and zero when a session was opened.
func (c *Core) openSession(ctx context.Context, person rest.PartyID, through string, login rest.PersonLogin, counting bool) (opened store.Session, lockout store.Lockout, err error) {
	now, key := c.now(), string(rest.PersonSubject(person))
	err = c.update(ctx, func(tx store.Tx) error {
		lockout = store.Lockout{}
		before, err := tx.Lockout(key)
		if err := ignoreAbsent(err); err != nil {
			return err
		}
		if err := lockedUntil(before.Until, now); err != nil {
			return err
		}
		if login.Method == rest.MessageCodes {
			opened, err = c.useMessageCode(tx, person, through, login.Code)
		} else {
			opened, err = c.useLetterCode(tx, person, through, login.Code)
		}
		if counting && errors.Is(err, errWrongCode) {
			lockout = failedOnce(before, key, now)
			return tx.PutLockout(lockout)
		}
		if err != nil {
			return err
		}
		opened.Opened, opened.Used = now, now
		return tx.PutSession(opened)
	})
	return opened, lockout, err
}

// useLetterCode accepts the code that a challenge would name: the letter's
// first unused one.
func (c *Core) useLetterCode(tx store.Tx, person rest.PartyID, through string, code rest.Secret) (store.Session, error) {
	letter, err := tx.Letter(person)
	if errors.Is(err, store.ErrNotFound) {
		return store.Session{}, wrongCode()
	}
	if err != nil {
		return store.Session{}, err
	}
	number := nextCode(letter)
	if number == 0 {
		return store.Session{}, wrongCode()
	}
	hash := c.codes.hash(person, rest.LetterCodes, number, code)
	if !sameCode(letter.Codes[number-1], hash) {
		if again, ok, err := c.openedMeanwhile(tx, person, through, rest.LetterCodes, code); err != nil || ok {
			return again, err
		}
		return store.Session{}, wrongCode()
	}
	if err := tx.UseCode(person, number); err != nil {
		return store.Session{}, err
	}
	return store.Session{Person: person, Caller: through, Method: rest.LetterCodes, Code: hash, Number: number}, nil
}

// useMessageCode accepts the code that was sent, until it expires.
func (c *Core) useMessageCode(tx store.Tx, person rest.PartyID, through string, code rest.Secret) (store.Session, error) {
	rows, err := tx.Sessions(person, pendingCaller(through))
	if err != nil {
		return store.Session{}, err
	}
	hash := c.codes.hash(person, rest.MessageCodes, 0, code)
	for _, row := range rows {
		if row.Pending && row.Method == rest.MessageCodes && c.now().Before(row.Expires) && sameCode(row.Code, hash) {
			spent := row
			spent.Expires, spent.Code = c.now(), nil
			if err := tx.PutSession(spent); err != nil {
				return store.Session{}, err
			}
			return store.Session{Person: person, Caller: through, Method: rest.MessageCodes, Code: hash}, nil
		}
	}
	if again, ok, err := c.openedMeanwhile(tx, person, through, rest.MessageCodes, code); err != nil || ok {
		return again, err
	}
	return store.Session{}, wrongCode()
}

// openedMeanwhile finds the session that a concurrent call with the same code
// has just opened.
func (c *Core) openedMeanwhile(tx store.Tx, person rest.PartyID, through string, method rest.CodeMethod, code rest.Secret) (store.Session, bool, error) {
	rows, err := tx.Sessions(person, through)
	if err != nil {
		return store.Session{}, false, err
	}
	for _, row := range rows {
		if row.Method == method && alive(row, c.now()) && sameCode(row.Code, c.codes.hash(person, method, row.Number, code)) {
			return row, true, nil
		}
	}
	return store.Session{}, false, nil
}

func wrongCode() error {
	return &rest.Error{Kind: rest.Unauthenticated, Code: "code", Err: errWrongCode}
}

// nextCode is the number of the first unused code, 0 when all are used.
func nextCode(l store.Letter) int {
	for i, h := range l.Codes {
		if h != nil {
			return i + 1
		}
	}
	return 0
}
