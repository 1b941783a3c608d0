package sqlstore

import (
	"overgang/rest"
	"overgang/store"
)

var (
	selectLetter = sql("SELECT person, date, codes FROM letter WHERE person = ?")
	putLetter    = sql("INSERT INTO letter (person, date, codes) VALUES (?, ?, ?) ON CONFLICT (person) DO UPDATE SET date = excluded.date, codes = excluded.codes")
	updateCodes  = sql("UPDATE letter SET codes = ? WHERE person = ?")

	selectSessions = sql("SELECT person, caller, code, method, opened, used, number, pending, expires FROM session WHERE person = ? AND caller = ? ORDER BY method")
	putSession     = sql(`INSERT INTO session (person, caller, code, method, opened, used, number, pending, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (person, caller, method) DO UPDATE SET code = excluded.code, opened = excluded.opened, used = excluded.used,
		number = excluded.number, pending = excluded.pending, expires = excluded.expires`)

	selectLockout = sql("SELECT key, failed, last, until FROM lockout WHERE key = ?")
	putLockout    = sql("INSERT INTO lockout (key, failed, last, until) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET failed = excluded.failed, last = excluded.last, until = excluded.until")
	deleteLockout = sql("DELETE FROM lockout WHERE key = ?")
)

// packCodes packs a letter's codes: a length of -1 is a used one.
func packCodes(codes [][]byte) []byte {
	p := newPacker(1 + 40*len(codes))
	for _, code := range codes {
		if code == nil {
			p.int(-1)
			continue
		}
		p.int(int64(len(code)))
		p.b = append(p.b, code...)
	}
	return p.b
}

func unpackCodes(b []byte) ([][]byte, error) {
	var codes [][]byte
	u := newUnpacker(b)
	for u.more() {
		n := u.int()
		switch {
		case n < 0:
			codes = append(codes, nil)
		case n > int64(len(u.b)):
			u.fail()
		default:
			codes = append(codes, append(make([]byte, 0, n), u.b[:n]...))
			u.b = u.b[n:]
		}
	}
	return codes, u.err
}

// Letter implements [store.RegistryReader].
func (r *reader) Letter(person rest.PartyID) (l store.Letter, err error) {
	err = r.one(selectLetter, func(row *row) (err error) {
		l.Person, l.Date = rest.PartyID(row.int32()), row.time()
		l.Codes, err = unpackCodes(row.bytes())
		return err
	}, int32(person))
	return l, err
}

// PutLetter implements [store.RegistryWriter].
func (t *tx) PutLetter(l store.Letter) error {
	return t.registry(t.exec(putLetter, int32(l.Person), l.Date, packCodes(l.Codes)))
}

// UseCode implements [store.SessionWriter].
func (t *tx) UseCode(person rest.PartyID, n int) error {
	l, err := t.Letter(person)
	if err != nil {
		return err
	}
	if n < 1 || n > len(l.Codes) || l.Codes[n-1] == nil {
		return store.ErrNotFound
	}
	l.Codes[n-1] = nil
	return t.change(updateCodes, packCodes(l.Codes), int32(person))
}

// Sessions implements [store.SessionReader].
func (r *reader) Sessions(person rest.PartyID, caller string) ([]store.Session, error) {
	var list []store.Session
	err := r.query(selectSessions, func(row *row) error {
		list = append(list, store.Session{
			Person: rest.PartyID(row.int32()), Caller: row.text(), Code: row.bytes(), Method: rest.CodeMethod(row.text()),
			Opened: row.time(), Used: row.time(), Number: int(row.int()), Pending: row.bool(), Expires: row.time(),
		})
		return nil
	}, int32(person), caller)
	return list, err
}

// PutSession implements [store.SessionWriter].
func (t *tx) PutSession(s store.Session) error {
	return t.exec(putSession, int32(s.Person), s.Caller, s.Code, string(s.Method), s.Opened, s.Used, s.Number, s.Pending, s.Expires)
}

// Lockout implements [store.SessionReader].
func (r *reader) Lockout(key string) (l store.Lockout, err error) {
	err = r.one(selectLockout, func(row *row) error {
		l = store.Lockout{Key: row.text(), Failed: int(row.int()), Last: row.time(), Until: row.time()}
		return nil
	}, key)
	return l, err
}

// PutLockout implements [store.SessionWriter].
func (t *tx) PutLockout(l store.Lockout) error {
	return t.exec(putLockout, l.Key, l.Failed, l.Last, l.Until)
}

// DeleteLockout implements [store.SessionWriter]; removing an absent one is no error.
func (t *tx) DeleteLockout(key string) error {
	_, err := t.c.change(deleteLockout, key)
	return t.spoil(err)
}
