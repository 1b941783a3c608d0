package core

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
)

// inspector is a scanner that does what it is told.
type inspector struct {
	mu      sync.Mutex
	answer  func(ctx context.Context, text string) (Verdict, error)
	scanned int
}

func (i *inspector) Scan(ctx context.Context, f ScannedFile) (Verdict, error) {
	text, err := io.ReadAll(f.Content)
	if err != nil {
		return Verdict{}, err
	}
	i.mu.Lock()
	i.scanned++
	answer := i.answer
	i.mu.Unlock()
	return answer(ctx, string(text))
}

func (i *inspector) set(answer func(context.Context, string) (Verdict, error)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = answer
}

func guarded(t *testing.T, answer func(context.Context, string) (Verdict, error)) (*post, *inspector) {
	i := &inspector{answer: answer}
	return newPost(t, func(c *Config) { c.Transfers.Scanner = i }), i
}

// heldBack waits until a scan of what is due has failed and is put off.
func (p *post) heldBack(tr *rest.Transfer) {
	p.t.Helper()
	for end := time.Now().Add(time.Minute); !p.see(tr.ID).Due.After(p.clock.now()); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatal("it is not put off")
		}
	}
}

// eventually waits for the scanning goroutine.
func (p *post) eventually(tr *rest.Transfer, want rest.TransferStatus) *rest.Transfer {
	p.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		got := p.see(tr.ID)
		if got.Status == want {
			return got
		}
		if time.Now().After(end) {
			p.t.Fatalf("status %s, want %s", got.Status, want)
		}
	}
}

func TestScanClean(t *testing.T) {
	hold := make(chan struct{})
	p, _ := guarded(t, func(context.Context, string) (Verdict, error) { <-hold; return Verdict{Clean: true}, nil })
	tr := p.sent("hei")
	if tr.Status != rest.TransferProcessing {
		t.Errorf("status %s", tr.Status)
	}
	_, err := p.Transfer(p.ctx, p.theirs, tr.ID)
	wantKind(t, err, rest.NotFound)
	_, err = p.fetch(p.mine, tr.ID)
	wantKind(t, err, rest.Conflict)
	_, err = p.send(tr.ID, "igjen")
	wantKind(t, err, rest.Conflict)
	close(hold)
	p.eventually(tr, rest.TransferPublished)
	if got, err := p.fetch(p.theirs, tr.ID); got != "hei" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestScanInfected(t *testing.T) {
	p, _ := guarded(t, func(context.Context, string) (Verdict, error) { return Verdict{Finding: "Eicar\r\nTest"}, nil })
	tr := p.sent(large)
	p.eventually(tr, rest.TransferFailed)
	text := "Rejected The uploaded file was stopped by the virus check: EicarTest"
	if diff := cmp.Diff([]string{text, text}, p.told(tr)); diff != "" {
		t.Error(diff)
	}
	for end := time.Now().Add(time.Minute); p.files("blobs") > 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	p.wantFiles(0, 0)
	_, err := p.fetch(p.theirs, tr.ID)
	wantKind(t, err, rest.NotFound)
}

// TestScanAgain: what could not be scanned, took too long or was under way when
// the process ended is held back, and scanned again.
func TestScanAgain(t *testing.T) {
	p, i := guarded(t, func(context.Context, string) (Verdict, error) { return Verdict{}, errors.New("the scanner is down") })
	scanned := func() int { i.mu.Lock(); defer i.mu.Unlock(); return i.scanned }
	tr := p.sent("hei")
	p.heldBack(tr)
	if n := scanned(); n != 1 {
		t.Errorf("%d scans, want one", n)
	}
	i.set(func(ctx context.Context, _ string) (Verdict, error) { <-ctx.Done(); return Verdict{}, ctx.Err() })
	patient := p.change
	p.change = func(c *Config) { patient(c); c.Transfers.ScanTimeout = 50 * time.Millisecond }
	p.clock.add(time.Minute)
	p.start()
	p.heldBack(tr)
	if got := p.see(tr.ID); got.Status != rest.TransferProcessing {
		t.Errorf("status %s", got.Status)
	}
	i.set(func(context.Context, string) (Verdict, error) { return Verdict{Clean: true}, nil })
	p.change = patient
	p.clock.add(time.Minute)
	p.start()
	p.eventually(tr, rest.TransferPublished)
	if n := scanned(); n < 2 {
		t.Errorf("%d scans", n)
	}
}

// TestScanNever: a file that cannot be scanned until it expires fails.
func TestScanNever(t *testing.T) {
	p, _ := guarded(t, func(context.Context, string) (Verdict, error) { return Verdict{}, errors.New("the scanner is down") })
	tr := p.sent(large)
	p.heldBack(tr)
	p.clock.add(49 * time.Hour)
	p.transfers.wakeScanner()
	if got := p.eventually(tr, rest.TransferFailed); got.Text != textNotScanned {
		t.Errorf("%+v", got)
	}
}
