package core

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
)

const address = "192.0.2.9"

func (w *world) login(user string, password rest.Secret) error {
	_, err := w.System(w.ctx, user, password, address)
	return err
}

func TestSystem(t *testing.T) {
	w := newWorld(t)
	got, err := w.System(w.ctx, "1023", "systempassord", address)
	if err != nil || got.System != 1023 || got.Person != 0 || got.Owner != "" || got.Address != address {
		t.Fatalf("%+v, %v", got, err)
	}
	standIn, err := w.System(w.ctx, "kari", "personpassord", address)
	if err != nil || standIn.System != rest.StandIn(w.person.ID) || standIn.Person != 0 {
		t.Fatalf("stand-in %+v, %v", standIn, err)
	}
	if ok, err := w.Allowed(w.ctx, standIn, w.person.ID, nil, rest.Write); err != nil || !ok {
		t.Errorf("a stand-in may not write for itself: %v", err)
	}
	if ok, _ := w.Allowed(w.ctx, standIn, w.person.ID, nil, rest.Sign); ok {
		t.Error("a stand-in without code may sign")
	}
	var texts []string
	for _, c := range []struct{ user, password string }{
		{"1023", "feil"}, {"9999", "systempassord"}, {"ukjent", "x"}, {"kari", "feil"}, {"", ""}, {"01023", "systempassord"},
		{"+1023", "systempassord"}, {"-1", "x"}, {"99999999999", "x"}, {"1023", ""},
	} {
		err := w.login(c.user, rest.Secret(c.password))
		wantKind(t, err, rest.Unauthenticated)
		texts = append(texts, fmt.Sprint(err))
	}
	for _, text := range texts {
		if text != texts[0] {
			t.Errorf("%q differs from %q", text, texts[0])
		}
	}
}

// Every wrong login costs one hash, whatever is wrong: that is what makes them
// take the same time.
func TestWrongLoginsCostTheSame(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ user, password string }{{"1023", "feil"}, {"9999", "feil"}, {"ukjent", "feil"}, {"", "feil"}} {
		before := w.logins.hasher.runs.Load()
		wantKind(t, w.login(c.user, rest.Secret(c.password)), rest.Unauthenticated)
		if n := w.logins.hasher.runs.Load() - before; n != 1 {
			t.Errorf("%q cost %d hashes", c.user, n)
		}
	}
	for range 5 {
		w.login("1023", "feil")
	}
	before := w.logins.hasher.runs.Load()
	wantKind(t, w.login("1023", "feil igjen"), rest.LockedOut)
	if n := w.logins.hasher.runs.Load() - before; n != 1 {
		t.Errorf("a locked account cost %d hashes", n)
	}
	before = w.logins.hasher.runs.Load()
	ch, err := w.Challenge(w.ctx, "1023", rest.PersonLogin{SSN: "01810100288", Password: "x", Method: rest.LetterCodes}, "")
	if err != nil || ch.Status != rest.ChallengeInvalidCredentials || w.logins.hasher.runs.Load()-before != 1 {
		t.Errorf("unknown person: %+v, %v, %d hashes", ch, err, w.logins.hasher.runs.Load()-before)
	}
}

func TestVerifiedCredentialsAreRemembered(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		if err := w.login("1023", "systempassord"); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.logins.hasher.runs.Load(); n != 1 {
		t.Errorf("%d hashes for five logins", n)
	}
	w.clock.add(verifiedFor)
	if err := w.login("1023", "systempassord"); err != nil || w.logins.hasher.runs.Load() != 2 {
		t.Errorf("after ten minutes: %v, %d hashes", err, w.logins.hasher.runs.Load())
	}
	if _, err := w.admin.SetPassword(w.ctx, "system:1023", "nyttpassord"); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() error {
		if err := w.login("1023", "systempassord"); rest.KindOf(err) != rest.Unauthenticated {
			return fmt.Errorf("the old password still works: %v", err)
		}
		return nil
	})
	if err := w.login("1023", "nyttpassord"); err != nil {
		t.Error(err)
	}
	if err := w.admin.SetDisabled(w.ctx, "system:1023", true); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() error {
		if err := w.login("1023", "nyttpassord"); rest.KindOf(err) != rest.Unauthenticated {
			return fmt.Errorf("a disabled account logs in: %v", err)
		}
		return nil
	})
}

// eventually waits for what the registry promises within a second, and what a
// busy machine adds.
func eventually(t *testing.T, fn func() error) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		err := fn()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestConcurrentFirstLoginsShareOneHash(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			if err := w.login("1023", "systempassord"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := w.logins.hasher.runs.Load(); n != 1 {
		t.Errorf("%d hashes", n)
	}
}

// TestLoginAfterAPanic: a hash that panics keeps nobody else from logging in.
func TestLoginAfterAPanic(t *testing.T) {
	w := newWorld(t)
	verify := w.logins.hasher.verify
	w.logins.hasher.verify = func(string, rest.Secret) (bool, error) { panic("out of luck") }
	func() {
		defer func() {
			if recover() == nil {
				t.Error("it did not panic")
			}
		}()
		w.login("1023", "systempassord")
	}()
	w.logins.hasher.verify = verify
	if err := w.login("1023", "systempassord"); err != nil {
		t.Error(err)
	}
}

func TestHashQueueIsBounded(t *testing.T) {
	release := make(chan struct{})
	h := &hasher{slots: make(chan struct{}, 1), queue: 2, verify: func(string, rest.Secret) (bool, error) { <-release; return true, nil }}
	var wg sync.WaitGroup
	wg.Go(func() { h.check(context.Background(), "", "") })
	for len(h.slots) == 0 {
		time.Sleep(time.Millisecond)
	}
	for range 2 {
		wg.Go(func() { h.check(context.Background(), "", "") })
	}
	for h.waiting.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	_, err := h.check(context.Background(), "", "")
	wantKind(t, err, rest.RateLimited)
	var e *rest.Error
	if errors.As(err, &e); e.RetryAfter <= 0 {
		t.Error("no RetryAfter")
	}
	close(release)
	wg.Wait()
	if _, err := h.check(context.Background(), "", ""); err != nil {
		t.Error(err)
	}
}

// TestHashing: memory is looked after around a hash, unless another waits.
func TestHashing(t *testing.T) {
	release := make(chan struct{})
	collected := 0
	h := &hasher{slots: make(chan struct{}, 1), queue: 4, hashing: func() { collected++ },
		verify: func(string, rest.Secret) (bool, error) { <-release; return true, nil }}
	var wg sync.WaitGroup
	wg.Go(func() { h.check(context.Background(), "", "") })
	for len(h.slots) == 0 {
		time.Sleep(time.Millisecond)
	}
	for range 2 {
		wg.Go(func() { h.check(context.Background(), "", "") })
	}
	for h.waiting.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	close(release)
	wg.Wait()
	if collected != 3 { // before the first, and around the last
		t.Errorf("collected %d times at three hashes", collected)
	}
}

func TestLockout(t *testing.T) {
	for name, c := range map[string]struct{ user, right string }{
		"known": {"1023", "systempassord"}, "unknown": {"4711", ""}, "person": {"kari", "personpassord"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			for range 4 {
				wantKind(t, w.login(c.user, "feil"), rest.Unauthenticated)
			}
			if c.right != "" { // a right one in between starts the count over
				if err := w.login(c.user, rest.Secret(c.right)); err != nil {
					t.Fatal(err)
				}
				for range 4 {
					wantKind(t, w.login(c.user, "feil"), rest.Unauthenticated)
				}
			}
			wantKind(t, w.login(c.user, "feil"), rest.Unauthenticated)
			err := w.login(c.user, rest.Secret(c.right))
			wantKind(t, err, rest.LockedOut)
			var e *rest.Error
			if errors.As(err, &e); e.RetryAfter <= 59*time.Minute || e.RetryAfter > time.Hour {
				t.Errorf("RetryAfter %v", e.RetryAfter)
			}
			w.clock.add(time.Hour)
			if c.right != "" {
				if err := w.login(c.user, rest.Secret(c.right)); err != nil {
					t.Errorf("after an hour: %v", err)
				}
			}
		})
	}
}

func TestLockoutOutlivesTheProcess(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		w.login("1023", "feil")
	}
	again, err := New(Config{Store: w.store, Blobs: w.blobs, Secret: testSecret, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	_, err = again.System(w.ctx, "1023", "systempassord", address)
	wantKind(t, err, rest.LockedOut)
	if err := w.admin.Unlock(w.ctx, "system:1023"); err != nil {
		t.Fatal(err)
	}
	w.clock.add(lockoutFreshness)
	if _, err = again.System(w.ctx, "1023", "systempassord", address); err != nil {
		t.Error(err)
	}
}

func TestRightLoginsWriteNothing(t *testing.T) {
	w := newWorld(t)
	if err := w.login("1023", "systempassord"); err != nil {
		t.Fatal(err)
	}
	w.store.Close() // nothing can be written, nor read, from here on
	if err := w.login("1023", "systempassord"); err != nil {
		t.Error(err)
	}
}

func TestAddressBackoff(t *testing.T) {
	w := newWorld(t)
	if err := w.login("1023", "systempassord"); err != nil {
		t.Fatal(err)
	}
	for i := range addressBurst {
		wantKind(t, w.login(fmt.Sprint(5000+i), "feil"), rest.Unauthenticated)
	}
	wantKind(t, w.login("7000", "feil"), rest.RateLimited)
	if err := w.login("1023", "systempassord"); err != nil {
		t.Errorf("proven credentials from the same address: %v", err)
	}
	if _, err := w.System(w.ctx, "kari", "personpassord", "198.51.100.1"); err != nil {
		t.Errorf("another address: %v", err)
	}
	w.clock.add(addressEvery)
	wantKind(t, w.login("7000", "feil"), rest.Unauthenticated)
}

// person logs in through the test's system.
func (w *world) personLogin(code rest.Secret, method rest.CodeMethod) error {
	c, err := w.Person(w.ctx, rest.Caller{System: 1023, Address: address}, rest.PersonLogin{SSN: ssnA, Password: "personpassord", Code: code, Method: method})
	if err == nil && (c.Person != w.person.ID || c.System != 1023) {
		return fmt.Errorf("caller %+v", c)
	}
	return err
}

func TestPersonLetterCodes(t *testing.T) {
	w := newWorld(t)
	challenge := func() rest.Challenge {
		t.Helper()
		ch, err := w.Challenge(w.ctx, "1023", rest.PersonLogin{SSN: ssnA, Password: "personpassord", Method: rest.LetterCodes}, address)
		if err != nil {
			t.Fatal(err)
		}
		return ch
	}
	ch := challenge()
	if ch.Status != rest.ChallengeOK || ch.Number != 1 || ch.Letter.IsZero() {
		t.Fatalf("challenge %+v", ch)
	}
	wantKind(t, w.personLogin("", rest.LetterCodes), rest.SessionExpired)
	wantKind(t, w.personLogin(w.codes[1], rest.LetterCodes), rest.Unauthenticated) // not its turn
	if err := w.personLogin(w.codes[0], rest.LetterCodes); err != nil {
		t.Fatal(err)
	}
	if err := w.personLogin("", rest.LetterCodes); err != nil {
		t.Errorf("without code: %v", err)
	}
	if err := w.personLogin("", ""); err != nil {
		t.Errorf("without code and method: %v", err)
	}
	if err := w.personLogin(w.codes[0], rest.LetterCodes); err != nil {
		t.Errorf("the same code: %v", err)
	}
	if ch := challenge(); ch.Number != 2 {
		t.Errorf("second challenge %+v", ch)
	}
	if err := w.personLogin("", rest.LetterCodes); err != nil {
		t.Errorf("a challenge ended the session: %v", err)
	}
	w.clock.add(29 * time.Minute)
	if err := w.personLogin("", rest.LetterCodes); err != nil {
		t.Errorf("after 29 minutes: %v", err)
	}
	w.clock.add(29 * time.Minute)
	if err := w.personLogin("", rest.LetterCodes); err != nil {
		t.Errorf("renewed: %v", err)
	}
	w.clock.add(30 * time.Minute)
	wantKind(t, w.personLogin("", rest.LetterCodes), rest.SessionExpired)
	wantKind(t, w.personLogin(w.codes[0], rest.LetterCodes), rest.SessionExpired)
	if err := w.personLogin(w.codes[1], rest.LetterCodes); err != nil {
		t.Errorf("the next code: %v", err)
	}
	for elapsed := time.Duration(0); elapsed < sessionLife-20*time.Minute; elapsed += 20 * time.Minute {
		w.clock.add(20 * time.Minute)
		if err := w.personLogin("", rest.LetterCodes); err != nil {
			t.Fatalf("after %v: %v", elapsed, err)
		}
	}
	w.clock.add(20 * time.Minute)
	wantKind(t, w.personLogin("", rest.LetterCodes), rest.SessionExpired)
}

// A letter's codes are random: now and then two that follow each other are the same.
func TestNextCodeMayRepeatTheLast(t *testing.T) {
	w := newWorld(t)
	put, _, err := w.admin.PutPerson(w.ctx, NewPerson{SSN: ssnA, Name: "Kari Prøve", Letter: w.clock.now(), Codes: []rest.Secret{"31313", "31313"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.admin.Apply(w.ctx, put); err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		if err := w.personLogin("31313", rest.LetterCodes); err != nil {
			t.Fatalf("code %d: %v", n+1, err)
		}
		w.clock.add(31 * time.Minute)
	}
	wantKind(t, w.personLogin("31313", rest.LetterCodes), rest.SessionExpired)
}

func TestSessionsBelongToTheirSystem(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.admin.AddSystem(w.ctx, NewSystem{ID: 2000, Name: "Annet", Password: "systempassord"}); err != nil {
		t.Fatal(err)
	}
	if err := w.personLogin(w.codes[0], rest.LetterCodes); err != nil {
		t.Fatal(err)
	}
	_, err := w.Person(w.ctx, rest.Caller{System: 2000}, rest.PersonLogin{SSN: ssnA, Password: "personpassord"})
	wantKind(t, err, rest.SessionExpired)
	_, err = w.Person(w.ctx, rest.Caller{System: 2000}, rest.PersonLogin{SSN: ssnA, Password: "personpassord", Code: w.codes[0], Method: rest.LetterCodes})
	wantKind(t, err, rest.Unauthenticated) // used up by the other system
	_, err = w.Person(w.ctx, rest.Caller{}, rest.PersonLogin{SSN: ssnA, Password: "personpassord"})
	wantKind(t, err, rest.Unauthenticated)
}

func TestSessionOutlivesTheProcess(t *testing.T) {
	w := newWorld(t)
	if err := w.personLogin(w.codes[0], rest.LetterCodes); err != nil {
		t.Fatal(err)
	}
	w.clock.add(20 * time.Minute)
	if err := w.personLogin("", rest.LetterCodes); err != nil {
		t.Fatal(err)
	}
	again, err := New(Config{Store: w.store, Blobs: w.blobs, Secret: testSecret, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	w.clock.add(29 * time.Minute)
	if _, err := again.Person(w.ctx, w.system, rest.PersonLogin{SSN: ssnA, Password: "personpassord"}); err != nil {
		t.Error(err)
	}
}

func TestConcurrentUseOfOneCode(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := w.personLogin(w.codes[0], rest.LetterCodes); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ch, err := w.Challenge(w.ctx, "1023", rest.PersonLogin{SSN: ssnA, Password: "personpassord", Method: rest.LetterCodes}, address)
	if err != nil || ch.Number != 2 {
		t.Errorf("%+v, %v", ch, err)
	}
}

func TestPersonMessageCodes(t *testing.T) {
	w := newWorld(t)
	challenge := func() rest.Challenge {
		t.Helper()
		ch, err := w.Challenge(w.ctx, "1023", rest.PersonLogin{SSN: ssnA, Password: "personpassord", Method: rest.MessageCodes}, address)
		if err != nil || ch.Status != rest.ChallengeOK || ch.To.Sub(ch.From) != messageLife {
			t.Fatalf("challenge %+v, %v", ch, err)
		}
		return ch
	}
	sent := func(want int) rest.Secret {
		t.Helper()
		list, err := w.admin.Messages(w.ctx, 0, 100)
		if err != nil || len(list) != want {
			t.Fatalf("%d messages, want %d, %v", len(list), want, err)
		}
		m := list[len(list)-1]
		var code string
		if _, err := fmt.Sscanf(m.Text.Reveal(), "Din engangskode er %6s", &code); err != nil || m.To != "+4799999999" || m.Channel != "sms" {
			t.Fatalf("message to %q: %v", m.To, err)
		}
		return rest.Secret(code)
	}
	challenge()
	code := sent(1)
	challenge()
	if again := sent(1); again != code {
		t.Error("a second challenge at once sent another code")
	}
	wantKind(t, w.personLogin("000000x", rest.MessageCodes), rest.Unauthenticated)
	if err := w.personLogin(code, rest.MessageCodes); err != nil {
		t.Fatal(err)
	}
	if err := w.personLogin("", rest.MessageCodes); err != nil {
		t.Error(err)
	}
	w.clock.add(31 * time.Minute)
	wantKind(t, w.personLogin(code, rest.MessageCodes), rest.SessionExpired)
	challenge()
	late := sent(2)
	w.clock.add(messageLife)
	wantKind(t, w.personLogin(late, rest.MessageCodes), rest.Unauthenticated)
}

func TestChallengeStatuses(t *testing.T) {
	w := newWorld(t)
	poor, err := w.admin.AddPerson(w.ctx, NewPerson{SSN: "01810100288", Name: "Ola", Password: "personpassord", Codes: []rest.Secret{"11111"}})
	if err != nil {
		t.Fatal(err)
	}
	through := w.system
	if _, err := w.Person(w.ctx, through, rest.PersonLogin{SSN: "01810100288", Password: "personpassord", Code: "11111", Method: rest.LetterCodes}); err != nil {
		t.Fatal(err)
	}
	gone, err := w.admin.AddPerson(w.ctx, NewPerson{SSN: "01810100369", Name: "Per", Password: "personpassord", Disabled: true})
	if err != nil {
		t.Fatal(err)
	}
	_ = poor
	for name, c := range map[string]struct {
		system string
		login  rest.PersonLogin
		want   rest.ChallengeStatus
	}{
		"ok":              {"1023", rest.PersonLogin{SSN: ssnA, Password: "personpassord", Method: rest.LetterCodes}, rest.ChallengeOK},
		"stand-in":        {"kari", rest.PersonLogin{SSN: ssnA, Password: "personpassord", Method: rest.LetterCodes}, rest.ChallengeOK},
		"wrong password":  {"1023", rest.PersonLogin{SSN: ssnA, Password: "feil", Method: rest.LetterCodes}, rest.ChallengeInvalidCredentials},
		"unknown person":  {"1023", rest.PersonLogin{SSN: "01810100520", Password: "x", Method: rest.LetterCodes}, rest.ChallengeInvalidCredentials},
		"unknown system":  {"4711", rest.PersonLogin{SSN: ssnA, Password: "personpassord", Method: rest.LetterCodes}, rest.ChallengeInvalidCredentials},
		"method":          {"1023", rest.PersonLogin{SSN: ssnA, Password: "personpassord", Method: "TaxPin"}, rest.ChallengeInvalidMethod},
		"codes used up":   {"1023", rest.PersonLogin{SSN: "01810100288", Password: "personpassord", Method: rest.LetterCodes}, rest.ChallengeNoCodes},
		"no telephone":    {"1023", rest.PersonLogin{SSN: "01810100288", Password: "personpassord", Method: rest.MessageCodes}, rest.ChallengeNoPhone},
		"disabled person": {"1023", rest.PersonLogin{SSN: gone.Party.SSN, Password: "personpassord", Method: rest.LetterCodes}, rest.ChallengeInvalidCredentials},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := w.Challenge(w.ctx, c.system, c.login, address)
			if err != nil || got.Status != c.want {
				t.Errorf("%+v, %v; want %s", got, err, c.want)
			}
		})
	}
	for range 5 {
		w.personLogin("99999x", rest.LetterCodes)
	}
	got, err := w.Challenge(w.ctx, "1023", rest.PersonLogin{SSN: ssnA, Password: "personpassord", Method: rest.LetterCodes}, address)
	if err != nil || got.Status != rest.ChallengeLockedOut {
		t.Errorf("after five wrong codes: %+v, %v", got, err)
	}
}

func TestCodesAreStoredAsKeyedHashes(t *testing.T) {
	w := newWorld(t)
	err := w.store.View(w.ctx, func(r store.Reader) error {
		l, err := r.Letter(w.person.ID)
		if err != nil {
			return err
		}
		for i, h := range l.Codes {
			if len(h) != 32 || string(h) == w.codes[i].Reveal() {
				t.Errorf("code %d is stored as %d bytes", i+1, len(h))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func BenchmarkSystemCached(b *testing.B) {
	w := newWorld(b)
	w.login("1023", "systempassord")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := w.login("1023", "systempassord"); err != nil {
				b.Error(err)
			}
		}
	})
}
