package storetest

import (
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
)

func testLetters(t *testing.T, s store.Store) {
	letter := store.Letter{Person: 5, Date: start, Codes: [][]byte{{1, 2}, nil, {3, 4}, {}}}
	update(t, s, func(tx store.Tx) error { return tx.PutLetter(letter) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Letter(5)
		same(t, "Letter", got, letter)
		_, none := r.Letter(6)
		wantErr(t, "nobody's letter", none, store.ErrNotFound)
		return err
	})
	update(t, s, func(tx store.Tx) error { return tx.UseCode(5, 3) })
	for _, n := range []int{3, 2, 0, -1, 5} {
		wantUpdateErr(t, s, "a code that is used or was never there", store.ErrNotFound, func(tx store.Tx) error { return tx.UseCode(5, n) })
	}
	wantUpdateErr(t, s, "nobody's code", store.ErrNotFound, func(tx store.Tx) error { return tx.UseCode(6, 1) })
	letter.Codes[2] = nil
	view(t, s, func(r store.Reader) error {
		got, err := r.Letter(5)
		same(t, "letter with a used code", got, letter)
		return err
	})
	renewed := store.Letter{Person: 5, Date: start.Add(time.Hour), Codes: [][]byte{{9}}}
	update(t, s, func(tx store.Tx) error { return tx.PutLetter(renewed) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Letter(5)
		same(t, "renewed letter", got, renewed)
		return err
	})
}

func testSessions(t *testing.T, s store.Store) {
	pin := store.Session{Person: 5, Caller: "system:1", Code: []byte{1, 2}, Method: rest.LetterCodes, Opened: start, Used: start.Add(time.Minute), Number: 4}
	sms := store.Session{Person: 5, Caller: "system:1", Code: []byte{3}, Method: rest.MessageCodes, Opened: start, Pending: true, Expires: start.Add(time.Hour)}
	other := store.Session{Person: 5, Caller: "system:2", Method: rest.LetterCodes, Opened: start}
	update(t, s, func(tx store.Tx) error {
		for _, x := range []store.Session{pin, sms, other} {
			if err := tx.PutSession(x); err != nil {
				return err
			}
		}
		return nil
	})
	pin.Used, pin.Code = start.Add(2*time.Minute), []byte{7}
	update(t, s, func(tx store.Tx) error { return tx.PutSession(pin) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Sessions(5, "system:1")
		if err != nil {
			return err
		}
		byMethod := map[rest.CodeMethod]store.Session{}
		for _, x := range got {
			byMethod[x.Method] = x
		}
		same(t, "Sessions", byMethod, map[rest.CodeMethod]store.Session{rest.LetterCodes: pin, rest.MessageCodes: sms})
		none, err := r.Sessions(6, "system:1")
		if len(none) != 0 {
			t.Errorf("sessions of nobody: %v", none)
		}
		return err
	})
}

func testLockouts(t *testing.T, s store.Store) {
	lock := store.Lockout{Key: "system:1", Failed: 5, Last: start, Until: start.Add(time.Hour)}
	open := store.Lockout{Key: "address:10.0.0.1", Failed: 1, Last: start}
	update(t, s, func(tx store.Tx) error {
		if err := tx.PutLockout(lock); err != nil {
			return err
		}
		return tx.PutLockout(open)
	})
	open.Failed = 2
	update(t, s, func(tx store.Tx) error { return tx.PutLockout(open) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Lockout(lock.Key)
		same(t, "Lockout", got, lock)
		if err == nil {
			got, err = r.Lockout(open.Key)
			same(t, "replaced Lockout", got, open)
		}
		return err
	})
	for range 2 { // removing an absent one is no error
		update(t, s, func(tx store.Tx) error { return tx.DeleteLockout(lock.Key) })
	}
	view(t, s, func(r store.Reader) error {
		_, err := r.Lockout(lock.Key)
		wantErr(t, "deleted lockout", err, store.ErrNotFound)
		return nil
	})
}
