package core

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/core/password"
)

// spend uses up what wrong credentials an address has left.
func (w *world) spendAddress(address string) {
	w.t.Helper()
	for n := 0; ; n++ {
		_, err := w.System(w.ctx, fmt.Sprintf("nobody-%d", n), "feil", address)
		if rest.KindOf(err) == rest.RateLimited {
			return
		}
		if n > 2*addressBurst {
			w.t.Fatal("the address is never limited")
		}
	}
}

// An address without a try left learns nothing, not even of an account that
// somebody else has just proven.
func TestLimitedAddressCannotTellRightFromWrong(t *testing.T) {
	w := newWorld(t)
	if _, err := w.System(w.ctx, "1023", "systempassord", "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	w.spendAddress("192.0.2.66")
	for _, guess := range []rest.Secret{"feil", "systempassord"} {
		_, err := w.System(w.ctx, "1023", guess, "192.0.2.66")
		wantKind(t, err, rest.RateLimited)
	}
	if _, err := w.System(w.ctx, "1023", "systempassord", "192.0.2.1"); err != nil {
		t.Errorf("whoever is logged in elsewhere is stopped: %v", err)
	}
}

// Guesses that are under way when an account is locked come too late, the right
// one among them.
func TestGuessesAtOnceAreNoMoreThanGuesses(t *testing.T) {
	w := newWorld(t)
	hashing, wrongDone := make(chan struct{}), make(chan struct{})
	w.logins.hasher.slots = make(chan struct{}, 2)
	w.logins.hasher.verify = func(encoded string, p rest.Secret) (bool, error) {
		if p == "systempassord" {
			close(hashing)
			<-wrongDone
		}
		return password.Verify(encoded, p)
	}
	outcome := make(chan error)
	go func() {
		_, err := w.System(w.ctx, "1023", "systempassord", "192.0.2.7")
		outcome <- err
	}()
	<-hashing
	for n := range lockAfter {
		_, err := w.System(w.ctx, "1023", rest.Secret(fmt.Sprint("feil ", n)), "192.0.2.8")
		wantKind(t, err, rest.Unauthenticated)
	}
	close(wrongDone)
	wantKind(t, <-outcome, rest.LockedOut)
}

// One-time codes have few digits: however many are tried at once, five are.
func TestCodesAtOnceAreNoMoreThanGuesses(t *testing.T) {
	w := newWorld(t)
	login := rest.PersonLogin{SSN: ssnA, Password: "personpassord", Method: rest.LetterCodes}
	if _, err := w.Person(w.ctx, w.system, login); rest.KindOf(err) != rest.SessionExpired {
		t.Fatalf("the password is not proven: %v", err)
	}
	var tries sync.WaitGroup
	begin, outcomes := make(chan struct{}), make([]error, 40)
	for n := range outcomes {
		tries.Go(func() {
			mine := login
			mine.Code = rest.Secret(fmt.Sprintf("%06d", n)) // a code has five digits
			<-begin
			_, outcomes[n] = w.Person(w.ctx, w.system, mine)
		})
	}
	close(begin)
	tries.Wait()
	tried := 0
	for _, err := range outcomes {
		switch rest.KindOf(err) {
		case rest.Unauthenticated:
			tried++
		case rest.LockedOut:
		default:
			t.Errorf("error = %v", err)
		}
	}
	if tried != lockAfter {
		t.Errorf("%d codes were tried, want %d", tried, lockAfter)
	}
	login.Code = w.codes[0]
	_, err := w.Person(w.ctx, w.system, login)
	wantKind(t, err, rest.LockedOut)
}

// A clock that is set back must not shut addresses out for as long.
func TestAddressBackoffSurvivesAClockSetBack(t *testing.T) {
	w := newWorld(t)
	w.spendAddress("192.0.2.66")
	w.clock.add(-3 * time.Hour)
	_, err := w.System(w.ctx, "1023", "systempassord", "192.0.2.66")
	wantKind(t, err, rest.RateLimited)
	w.clock.add(addressEvery)
	if _, err := w.System(w.ctx, "1023", "systempassord", "192.0.2.66"); err != nil {
		t.Errorf("still shut out: %v", err)
	}
}
