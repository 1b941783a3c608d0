package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
)

// carrier is a sender that does what it is told.
type carrier struct {
	mu     sync.Mutex
	answer error
	sent   []string
	hangs  bool
}

func (c *carrier) Send(ctx context.Context, m rest.OutboxMessage) error {
	if c.hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, fmt.Sprintf("%s %s %s", m.Channel, m.To, m.Text.Reveal()))
	return c.answer
}

// outboxWorld is a world whose messages go to a carrier when the test says so.
func outboxWorld(t *testing.T) (*world, *carrier) {
	w, c := newWorld(t), &carrier{}
	w.cfg.Outbox.Sender = c // after New: no goroutine of the core's sends
	return w, c
}

func (w *world) enqueue(m rest.OutboxMessage) int64 {
	w.t.Helper()
	if m.At.IsZero() {
		m.At = w.now()
	}
	if err := w.store.Update(w.ctx, func(tx store.Tx) error { return enqueue(tx, m) }); err != nil {
		w.t.Fatal(err)
	}
	list, _, err := w.admin.OutboxMessages(w.ctx, rest.OutboxQuery{Descending: true, Limit: 1})
	if err != nil || len(list) != 1 {
		w.t.Fatal(list, err)
	}
	return list[0].ID
}

// run has due messages sent, and wants a message's state.
func (w *world) sends(id int64, state rest.OutboxState, attempts int, problem string) *rest.OutboxMessage {
	w.t.Helper()
	if _, err := w.sendDue(w.ctx); err != nil {
		w.t.Fatal(err)
	}
	m, err := w.admin.OutboxMessage(w.ctx, id)
	if err != nil {
		w.t.Fatal(err)
	}
	if m.State != state || m.Attempts != attempts || !strings.Contains(m.Problem, problem) || problem == "" && m.Problem != "" {
		w.t.Errorf("%+v, want %s after %d attempts, %q", m, state, attempts, problem)
	}
	return m
}

func TestOutboxSends(t *testing.T) {
	w, c := outboxWorld(t)
	code := w.enqueue(rest.OutboxMessage{Channel: rest.BySMS, To: "+4799999999", Text: "kode 123456", Purpose: rest.ForCode})
	mail := w.enqueue(rest.OutboxMessage{Channel: rest.ByEmail, To: "kari@example.org", Text: "hei", Purpose: rest.ForSigning})
	if m := w.sends(code, rest.OutboxSent, 1, ""); m.Text != "" || m.Settled.IsZero() {
		t.Errorf("a code that was sent is kept: %+v", m)
	}
	if m := w.sends(mail, rest.OutboxSent, 1, ""); m.Text.Reveal() != "hei" {
		t.Errorf("%+v", m)
	}
	if len(c.sent) != 2 {
		t.Errorf("sent %q", c.sent)
	}
	if n, err := w.dropMessages(w.ctx); n != 0 || err != nil {
		t.Errorf("dropped %d too early, %v", n, err)
	}
	w.clock.add(31 * 24 * time.Hour)
	if n, err := w.dropMessages(w.ctx); n != 2 || err != nil {
		t.Errorf("dropped %d, %v", n, err)
	}
}

// TestOutboxRetries: a failure is tried again later and later, a refusal never;
// what is over is given up, and a code forgotten.
func TestOutboxRetries(t *testing.T) {
	w, c := outboxWorld(t)
	c.answer = errors.New("the carrier is down")
	id := w.enqueue(rest.OutboxMessage{Channel: rest.BySMS, To: "+4799999999", Text: "kode 123456", Purpose: rest.ForCode, Until: w.now().Add(time.Minute)})
	w.sends(id, rest.OutboxPending, 1, "the carrier is down")
	w.sends(id, rest.OutboxPending, 1, "the carrier is down") // not yet
	w.clock.add(10 * time.Second)
	w.sends(id, rest.OutboxPending, 2, "the carrier is down")
	w.clock.add(19 * time.Second)
	w.sends(id, rest.OutboxPending, 2, "the carrier is down")
	w.clock.add(time.Minute)
	w.sends(id, rest.OutboxPending, 2, "the carrier is down") // it is over
	if n, err := w.giveUp(w.ctx); n != 1 || err != nil {
		t.Errorf("gave up %d, %v", n, err)
	}
	if m := w.sends(id, rest.OutboxFailed, 2, "it was not sent in time: the carrier is down"); m.Text != "" {
		t.Errorf("a code that is over is kept: %+v", m)
	}
	if err := w.admin.RetryMessage(w.ctx, id); rest.KindOf(err) != rest.Conflict {
		t.Errorf("retry of a forgotten code: %v", err)
	}

	c.answer = fmt.Errorf("no such number: %w", ErrRefused)
	id = w.enqueue(rest.OutboxMessage{Channel: rest.BySMS, To: "+4700000000", Text: "hei", Purpose: rest.ForCorrespondence})
	w.sends(id, rest.OutboxFailed, 1, "no such number")
	w.clock.add(24 * time.Hour)
	w.sends(id, rest.OutboxFailed, 1, "no such number")
	c.answer = nil
	if err := w.admin.RetryMessage(w.ctx, id); err != nil {
		t.Error(err)
	}
	w.sends(id, rest.OutboxSent, 1, "")
	if err := w.admin.RetryMessage(w.ctx, id); rest.KindOf(err) != rest.Conflict {
		t.Errorf("retry of what is sent: %v", err)
	}
}

// TestOutboxHangs: a sender that does not come back is cut off.
func TestOutboxHangs(t *testing.T) {
	w, c := outboxWorld(t)
	c.hangs = true
	w.cfg.Outbox.Timeout = 20 * time.Millisecond
	id := w.enqueue(rest.OutboxMessage{Channel: rest.BySMS, To: "+4799999999", Text: "hei"})
	w.sends(id, rest.OutboxPending, 1, "deadline")
}

// TestOutboxSettledByHand: without a sender operators say what became of messages.
func TestOutboxSettledByHand(t *testing.T) {
	w := newWorld(t)
	a := w.enqueue(rest.OutboxMessage{Channel: rest.BySMS, To: "+4799999999", Text: "kode", Purpose: rest.ForCode})
	b := w.enqueue(rest.OutboxMessage{Channel: rest.ByEmail, To: "kari@example.org", Text: "hei"})
	for id, problem := range map[int64]string{a: "", b: "the mailbox is full"} {
		if err := w.admin.SettleMessage(w.ctx, id, problem); err != nil {
			t.Error(err)
		}
		if err := w.admin.SettleMessage(w.ctx, id, ""); rest.KindOf(err) != rest.Conflict {
			t.Errorf("settled twice: %v", err)
		}
	}
	if err := w.admin.SettleMessage(w.ctx, b+1, ""); rest.KindOf(err) != rest.NotFound {
		t.Errorf("%v", err)
	}
	if m := w.sends(a, rest.OutboxSent, 0, ""); m.Text != "" {
		t.Errorf("%+v", m)
	}
	w.sends(b, rest.OutboxFailed, 0, "the mailbox is full")
	if counts, err := w.OutboxCounts(w.ctx, rest.OutboxFailed); err != nil || counts[rest.ByEmail] != 1 || len(counts) != 1 {
		t.Errorf("%v, %v", counts, err)
	}
}

// TestOutboxOfOwners: an application owner sees what was sent for it, and
// nothing else; above all no one-time code.
func TestOutboxOfOwners(t *testing.T) {
	w := newWorld(t)
	n := w.letter()
	n.Notifications = []rest.Notification{{Channel: rest.ByEmail, To: "kari@example.org", Text: "Du har post"}}
	sent, _, err := w.SendCorrespondence(w.ctx, w.owner, n)
	if err != nil {
		t.Fatal(err)
	}
	code := w.enqueue(rest.OutboxMessage{Channel: rest.BySMS, To: "+4799999999", Text: "kode", Purpose: rest.ForCode, Party: sent[0].Party})
	other := rest.Caller{Owner: "nav", Scopes: w.owner.Scopes}
	list, more, err := w.OutboxMessages(w.ctx, w.owner, rest.OutboxQuery{})
	if err != nil || more || len(list) != len(sent) || list[0].Correspondence != sent[0].ID || list[0].Subject == "" || list[0].Purpose != rest.ForCorrespondence {
		t.Fatalf("%+v, %v", list, err)
	}
	for name, c := range map[string]struct {
		caller rest.Caller
		id     int64
		kind   rest.Kind
	}{
		"own":         {w.owner, list[0].ID, -1},
		"code":        {w.owner, code, rest.NotFound},
		"absent":      {w.owner, code + 1, rest.NotFound},
		"another's":   {other, list[0].ID, rest.NotFound},
		"a person":    {rest.Caller{Person: sent[0].Party, Scopes: w.owner.Scopes}, list[0].ID, rest.Forbidden},
		"no scope":    {rest.Caller{Owner: "ttd"}, list[0].ID, rest.Forbidden},
		"the nobody":  {rest.Caller{Scopes: w.owner.Scopes}, code, rest.Forbidden},
		"unsaid code": {rest.Caller{Owner: "", Scopes: w.owner.Scopes}, code, rest.Forbidden},
	} {
		m, err := w.OutboxMessage(w.ctx, c.caller, c.id)
		if c.kind < 0 && (err != nil || m.ID != c.id) || c.kind >= 0 && rest.KindOf(err) != c.kind {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
	if list, _, err := w.OutboxMessages(w.ctx, other, rest.OutboxQuery{Org: "ttd"}); err != nil || len(list) != 0 {
		t.Errorf("another owner's list: %+v, %v", list, err)
	}
	for range 2 {
		if _, _, err := w.SendCorrespondence(w.ctx, w.owner, n); err != nil {
			t.Fatal(err)
		}
	}
	if list, more, err := w.OutboxMessages(w.ctx, w.owner, rest.OutboxQuery{Limit: 1}); err != nil || !more || len(list) != 1 {
		t.Errorf("%d, %v, %v", len(list), more, err)
	}
}

// Messages whose time is up wait for the job that gives them up: until then they
// are looked at once, and not again and again.
func TestOverdueMessagesAreNotSoughtInCircles(t *testing.T) {
	w, c := outboxWorld(t)
	for n := range sendPage {
		w.enqueue(rest.OutboxMessage{Channel: rest.BySMS, To: fmt.Sprint(n), Text: "hei", At: w.now().Add(-2 * time.Hour), Until: w.now().Add(-time.Hour)})
	}
	ctx, cancel := context.WithTimeout(w.ctx, 2*time.Second)
	defer cancel()
	if _, err := w.sendDue(ctx); err != nil {
		t.Fatal(err)
	}
	if len(c.sent) != 0 {
		t.Errorf("%d were sent", len(c.sent))
	}
}

// TestFailedMessagesTogether: after a sender was broken, everything that failed
// is sent again but for codes; or removed.
func TestFailedMessagesTogether(t *testing.T) {
	w, _ := outboxWorld(t)
	app := rest.AppID{Org: "ttd", App: "melding"}
	failed := func(m rest.OutboxMessage) int64 {
		m.Channel, m.To, m.Text = rest.BySMS, "+4799999999", "hei"
		id := w.enqueue(m)
		if err := w.admin.SettleMessage(w.ctx, id, "broken"); err != nil {
			t.Fatal(err)
		}
		return id
	}
	codes := failed(rest.OutboxMessage{Purpose: rest.ForCode})
	var ids []int64
	for range 2*outboxPage + 1 {
		ids = append(ids, failed(rest.OutboxMessage{Purpose: rest.ForSigning, App: app}))
	}
	counts, first, err := w.admin.OutboxStatus(w.ctx)
	if err != nil || len(counts) != 1 || counts[0] != (OutboxCount{rest.OutboxFailed, rest.BySMS, len(ids) + 1}) || first != nil {
		t.Errorf("%+v, %+v, %v", counts, first, err)
	}
	if n, err := w.admin.RetryFailed(w.ctx, "annen"); n != 0 || err != nil {
		t.Errorf("another owner's: %d, %v", n, err)
	}
	if n, err := w.admin.RetryFailed(w.ctx, ""); n != len(ids) || err != nil {
		t.Errorf("retried %d of %d, %v", n, len(ids), err)
	}
	if counts, first, err = w.admin.OutboxStatus(w.ctx); err != nil || len(counts) != 2 || counts[0] != (OutboxCount{rest.OutboxPending, rest.BySMS, len(ids)}) || first == nil || first.ID != ids[0] {
		t.Errorf("%+v, %+v, %v", counts, first, err)
	}
	wantKind(t, w.admin.DropMessage(w.ctx, ids[0]), rest.Conflict)
	if n, err := w.admin.DropFailed(w.ctx, ""); n != 1 || err != nil {
		t.Errorf("dropped %d, %v", n, err)
	}
	if _, err := w.admin.OutboxMessage(w.ctx, codes); rest.KindOf(err) != rest.NotFound {
		t.Errorf("%v", err)
	}
}
