package core

import (
	"errors"
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
)

// claimed takes a key for the owner; the test releases it.
func (w *world) claimed(t *testing.T, key string) rest.Claim {
	t.Helper()
	claim, err := w.Claim(w.ctx, w.owner, key)
	if err != nil {
		t.Fatal(err)
	}
	return claim
}

func TestClaimsGiveBackTheFirstAnswerForADay(t *testing.T) {
	w := newWorld(t)
	claim := w.claimed(t, "k")
	if claim.Earlier() != nil {
		t.Fatal("the first has an earlier one")
	}
	if _, err := w.Claim(w.ctx, w.owner, "k"); rest.KindOf(err) != rest.Conflict {
		t.Errorf("a twin: %v", err)
	}
	answer := rest.FirstAnswer{Request: []byte{1}, Answer: []byte("one")}
	if err := claim.Answer(w.ctx, answer); err != nil {
		t.Fatal(err)
	}
	claim.Release()
	claim.Release() // as deferred

	again := w.claimed(t, "k")
	if e := again.Earlier(); e == nil || string(e.Answer) != "one" || string(e.Request) != "\x01" {
		t.Errorf("again: %+v", e)
	}
	again.Release()
	user, err := w.Claim(w.ctx, rest.Caller{Person: w.person.ID}, "k")
	if err != nil || user.Earlier() != nil {
		t.Errorf("another caller's: %v %v", user, err)
	}
	user.Release()

	w.clock.add(rest.RepeatWindow)
	late := w.claimed(t, "k")
	if late.Earlier() != nil {
		t.Error("after a day it is still known")
	}
	late.Release()
	if _, err := w.forget(w.ctx); err != nil {
		t.Fatal(err)
	}
	w.clock.add(time.Microsecond)
	if _, err := w.forget(w.ctx); err != nil {
		t.Fatal(err)
	}
	err = w.cfg.Store.View(w.ctx, func(r store.Reader) error { _, err := r.Repeat("owner:ttd", "k"); return err })
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after a day it is still kept: %v", err)
	}
}

// TestWhatIsDoneIsMarkedWithIt: had the process died between the commit and the
// answer, the repetition would know.
func TestWhatIsDoneIsMarkedWithIt(t *testing.T) {
	w := newWorld(t)
	claim := w.claimed(t, "k")
	failed := errors.New("no")
	if err := w.update(claim.Within(w.ctx), func(store.Tx) error { return failed }); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	claim.Release()
	claim = w.claimed(t, "k")
	if claim.Earlier() != nil {
		t.Fatal("a request that failed is known as carried out")
	}
	if err := w.update(claim.Within(w.ctx), func(store.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	claim.Release()
	claim = w.claimed(t, "k")
	defer claim.Release()
	if e := claim.Earlier(); e == nil || e.Answer != nil {
		t.Errorf("carried out without an answer: %+v", e)
	}
}

func TestKeysOfACallerAreBounded(t *testing.T) {
	w := newWorld(t)
	w.cfg.MaxRepeats = 1
	claim := w.claimed(t, "a")
	if err := claim.Answer(w.ctx, rest.FirstAnswer{Answer: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	claim.Release()
	for range 2 { // what is refused leaves nothing taken
		var e *rest.Error
		if _, err := w.Claim(w.ctx, w.owner, "b"); !errors.As(err, &e) || e.Kind != rest.RateLimited || e.RetryAfter == 0 {
			t.Errorf("one more key: %v", err)
		}
	}
	w.claimed(t, "a").Release()
	if _, err := w.Claim(w.ctx, rest.Caller{Person: w.person.ID}, "b"); err != nil {
		t.Errorf("another caller's first: %v", err)
	}
}

// TestKeysOutliveTheProcess: another core over the same store knows what this
// one has carried out, with its answer or without.
func TestKeysOutliveTheProcess(t *testing.T) {
	w := newWorld(t)
	answered, cut := w.claimed(t, "answered"), w.claimed(t, "cut off")
	for _, claim := range []rest.Claim{answered, cut} {
		n := rest.NewInstance{App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{ID: w.org.ID}}
		if _, err := w.CreateInstance(claim.Within(w.ctx), w.owner, n); err != nil {
			t.Fatal(err)
		}
	}
	if err := answered.Answer(w.ctx, rest.FirstAnswer{Answer: []byte("one")}); err != nil {
		t.Fatal(err)
	}
	// No Release: the process is gone.
	next, err := New(w.cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	for key, want := range map[string]string{"answered": "one", "cut off": ""} {
		claim, err := next.Claim(w.ctx, w.owner, key)
		if err != nil {
			t.Fatal(err)
		}
		if e := claim.Earlier(); e == nil || string(e.Answer) != want {
			t.Errorf("%s: %+v", key, e)
		}
		claim.Release()
	}
}

// TestAnswersAreToldToWhoStillMay: a repetition takes the rights that the first
// request took, of the caller as it is now.
func TestAnswersAreToldToWhoStillMay(t *testing.T) {
	w := newWorld(t)
	kari := rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}
	create := func(key string, owner rest.PartyRef) *rest.Instance {
		t.Helper()
		claim, err := w.Claim(w.ctx, kari, key)
		if err != nil {
			t.Fatal(err)
		}
		defer claim.Release()
		in, err := w.CreateInstance(claim.Within(w.ctx), kari, rest.NewInstance{App: rest.AppID{Org: "ttd", App: "signert"}, Owner: owner})
		if err != nil {
			t.Fatal(err)
		}
		if key == "lost" {
			return in
		}
		if err := claim.Answer(w.ctx, rest.FirstAnswer{Request: []byte{1}, Answer: []byte(key)}); err != nil {
			t.Fatal(err)
		}
		return in
	}
	create("company's", rest.PartyRef{ID: w.org.ID})
	create("lost", rest.PartyRef{ID: w.org.ID})
	create("own", rest.PartyRef{ID: w.person.ID})
	again := func(key string, c rest.Caller) error {
		claim, err := w.Claim(w.ctx, c, key)
		if err != nil {
			return err
		}
		defer claim.Release()
		if claim.Earlier() == nil {
			t.Errorf("%s: carried out again", key)
		}
		return nil
	}
	for _, key := range []string{"company's", "lost", "own"} {
		if err := again(key, kari); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	wantKind(t, again("own", rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}), rest.Forbidden)

	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{Code: "4503"}, rest.Read) // no longer to write
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	for key, told := range map[string]bool{"company's": false, "lost": false, "own": true} {
		err := again(key, kari)
		var e *rest.Error
		if told && err != nil || !told && (!errors.As(err, &e) || e.Code != "idempotency-access") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestAnswersAreToldToWhoIsStillAskedToSign: Ola, who may write but not read,
// reads an instance because he is named to sign it.
func TestAnswersAreToldToWhoIsStillAskedToSign(t *testing.T) {
	s := newSigners(t)
	s.grant(rest.PersonSubject(s.ola.Person), s.org.ID, rest.ServiceRef{}, rest.Write)
	if err := s.Refresh(s.ctx); err != nil {
		t.Fatal(err)
	}
	d := both()
	in := s.sent("spurt", true, &d)
	if _, err := s.DeleteInstance(s.ctx, s.ola, in.ID, false, 0); err != nil {
		t.Fatal(err)
	}
	claim, err := s.Claim(s.ctx, s.ola, "k")
	if err != nil {
		t.Fatal(err)
	}
	if in, err = s.UndeleteInstance(claim.Within(s.ctx), s.ola, in.ID, 0); err != nil {
		t.Fatal(err)
	}
	if err := claim.Answer(s.ctx, rest.FirstAnswer{Request: []byte{1}, Answer: []byte("the instance")}); err != nil {
		t.Fatal(err)
	}
	claim.Release()
	if claim, err = s.Claim(s.ctx, s.ola, "k"); err != nil || claim.Earlier() == nil {
		t.Fatalf("%+v, %v", claim, err)
	}
	claim.Release()
	d.Signers = d.Signers[1:]
	if _, err := s.DelegateSigning(s.ctx, s.system, in.ID, d, in.Version); err != nil {
		t.Fatal(err)
	}
	_, err = s.Instance(s.ctx, s.ola, in.ID)
	wantKind(t, err, rest.NotFound)
	_, err = s.Claim(s.ctx, s.ola, "k")
	wantCode(t, err, "idempotency-access")
}
