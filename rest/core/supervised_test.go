package core

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/rest/supervise"
	"overgang/store"
)

// brittle is a store some of whose rows make readers panic.
type brittle struct {
	store.Store
	overdue atomic.Int64 // how often overdue messages were read; the first time panics
	scanned uuid.UUID    // a transfer that is due, and panics
}

type brittleReader struct {
	store.Reader
	b *brittle
}

func (b *brittle) View(ctx context.Context, fn func(store.Reader) error) error {
	return b.Store.View(ctx, func(r store.Reader) error { return fn(brittleReader{r, b}) })
}

func (r brittleReader) OverdueMessages(now time.Time, limit int) ([]rest.OutboxMessage, error) {
	if r.b.overdue.Add(1) == 1 {
		panic("a row that nobody thought of")
	}
	return r.Reader.OverdueMessages(now, limit)
}

func (r brittleReader) DueTransfers(now time.Time, scan bool, limit int) ([]uuid.UUID, error) {
	if scan && r.b.scanned != (uuid.UUID{}) {
		return []uuid.UUID{r.b.scanned}, nil
	}
	return r.Reader.DueTransfers(now, scan, limit)
}

func (r brittleReader) Transfer(id uuid.UUID) (*rest.Transfer, error) {
	if id == r.b.scanned {
		panic("a transfer that nobody thought of")
	}
	return r.Reader.Transfer(id)
}

// TestHousekeepingGoesOn: a job that panics is told of and runs again; so do all others.
func TestHousekeepingGoesOn(t *testing.T) {
	w := newWorld(t)
	b := &brittle{Store: w.store}
	panicked := make(chan string, 10)
	c, err := New(Config{Store: b, Blobs: w.blobs, Secret: testSecret, Now: w.clock.now, PasswordCost: password.Params{Memory: 64, Time: 1, Threads: 1},
		Supervisor: &supervise.Supervisor{Pause: time.Millisecond, Panicked: func(worker string) { panicked <- worker }}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	patience := time.After(time.Minute)
	select {
	case worker := <-panicked:
		if worker != "give up messages of the outbox" {
			t.Errorf("%s panicked", worker)
		}
	case <-patience:
		t.Fatal("nobody is told of the panic")
	}
	for b.overdue.Load() < 2 {
		select {
		case <-patience:
			t.Fatal("the job does not run again")
		case <-time.After(time.Millisecond):
		}
	}
}

// panicky is a sender that panics about a recipient.
type panicky struct{ carrier }

func (p *panicky) Send(ctx context.Context, m rest.OutboxMessage) error {
	if m.To == "+4790000000" {
		panic("a number that nobody thought of")
	}
	return p.carrier.Send(ctx, m)
}

// TestSenderPanics: a message that the sender panics about waits for its next
// attempt, and holds no other one back.
func TestSenderPanics(t *testing.T) {
	w := newWorld(t)
	sender := &panicky{}
	w.cfg.Outbox.Sender = sender
	odd := w.enqueue(rest.OutboxMessage{Channel: rest.BySMS, To: "+4790000000", Text: "odd"})
	w.enqueue(rest.OutboxMessage{Channel: rest.BySMS, To: "+4790000001", Text: "even"})
	_, err := w.sendDue(w.ctx)
	var p *supervise.Panic
	if !errors.As(err, &p) {
		t.Errorf("error %v, want the panic", err)
	}
	if len(sender.sent) != 1 || sender.sent[0] != "sms +4790000001 even" {
		t.Errorf("sent %q, want the other message", sender.sent)
	}
	m, err := w.admin.OutboxMessage(w.ctx, odd)
	if err != nil || m.State != rest.OutboxPending || m.Attempts != 1 || !m.Next.After(w.clock.now()) {
		t.Errorf("%+v, %v: want one attempt, and another later", m, err)
	}
}

// TestScanPanics: a file that cannot be looked at is told of, and looked at again.
func TestScanPanics(t *testing.T) {
	w := newWorld(t)
	b := &brittle{Store: w.store, scanned: uuid.New()}
	b.overdue.Store(1) // nothing else panics
	panicked := make(chan string)
	enough := make(chan struct{})
	c, err := New(Config{Store: b, Blobs: w.blobs, Secret: testSecret, Now: w.clock.now, PasswordCost: password.Params{Memory: 64, Time: 1, Threads: 1},
		Transfers: TransferConfig{Every: time.Millisecond},
		Supervisor: &supervise.Supervisor{Panicked: func(worker string) {
			select {
			case panicked <- worker:
			case <-enough:
			}
		}}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	defer close(enough)
	for range 2 {
		select {
		case worker := <-panicked:
			if worker != scanFiles {
				t.Errorf("%s panicked", worker)
			}
		case <-time.After(time.Minute):
			t.Fatal("nobody is told of the panic")
		}
	}
}
