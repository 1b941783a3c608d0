package wss_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"overgang/soap/wss"
)

func keyOf(i int) [32]byte { return sha256.Sum256([]byte(fmt.Sprint(i))) }

func TestMemory(t *testing.T) {
	c := &clock{noon}
	m, err := wss.NewMemory(c.Now, 100)
	if err != nil {
		t.Fatal(err)
	}
	seen := func(kind wss.ReplayKind, i int, until time.Time) bool {
		t.Helper()
		was, err := m.Seen(context.Background(), kind, keyOf(i), until)
		if err != nil {
			t.Fatal(err)
		}
		return was
	}
	end := noon.Add(6 * time.Minute)
	if seen(wss.SignatureReplay, 1, end) || !seen(wss.SignatureReplay, 1, end) || seen(wss.NonceReplay, 1, end) {
		t.Error("a key is remembered once for each kind")
	}
	c.now = end.Add(-time.Nanosecond)
	if !seen(wss.SignatureReplay, 1, end) {
		t.Error("forgotten before its time")
	}
	c.now = end.Add(time.Minute)
	if seen(wss.SignatureReplay, 2, c.now.Add(time.Minute)) || held(m) != 2 {
		t.Errorf("%d held, though only one signature and one nonce can be", held(m))
	}
	for i := range 100_000 {
		seen(wss.NonceReplay, i, c.now.Add(time.Duration(i%300)*time.Second))
		if i%1_000 == 0 && held(m) > 200 {
			t.Fatalf("%d held", held(m))
		}
	}
	if !seen(wss.SignatureReplay, 2, c.now.Add(time.Minute)) || m.Dropped(wss.SignatureReplay) != 0 {
		t.Error("nonces push out signatures")
	}
	if m.Dropped(wss.NonceReplay) < 99_000 {
		t.Errorf("%d dropped", m.Dropped(wss.NonceReplay))
	}
	if _, err := m.Seen(context.Background(), 9, keyOf(0), end); err == nil {
		t.Error("an unknown kind is taken")
	}
}

// TestReplayAtOnce: of many equal messages at once one gets through.
func TestReplayAtOnce(t *testing.T) {
	s := newStack(t, noon)
	message := signed(t, sessionMessage)
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			m, err := parse(t, message)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.Verify(context.Background(), m, policies["call"]); err == nil {
				taken.Add(1)
			}
		})
	}
	all.Wait()
	if taken.Load() != 1 {
		t.Errorf("%d were taken", taken.Load())
	}
}

// broken remembers nothing.
type broken struct{}

var errBroken = errors.New("broken")

func (broken) Seen(context.Context, wss.ReplayKind, [32]byte, time.Time) (bool, error) {
	return false, errBroken
}

// TestWithoutMemoryNobodyGetsIn: what cannot be remembered is not let in.
func TestWithoutMemoryNobodyGetsIn(t *testing.T) {
	s := newStack(t, noon)
	s.Replays = broken{}
	if v, err := s.verify(t, signed(t, sessionMessage), policies["call"]); !errors.Is(err, errBroken) || v != nil {
		t.Errorf("%v, %v", v, err)
	}
	if v, err := s.verify(t, userMessage(userName+userWord+userOnce+userTime), policies["user"]); !errors.Is(err, errBroken) || v != nil {
		t.Errorf("%v, %v", v, err)
	}
}

// TestRefusedIsNotRemembered: who cannot sign cannot make a message used.
func TestRefusedIsNotRemembered(t *testing.T) {
	s := newStack(t, noon)
	message := signed(t, sessionMessage)
	if _, err := s.verify(t, replace(t, message, "2026-11-22T12:05:00", "2026-11-22T12:06:00"), policies["call"]); codeOf(err) != "wsse:FailedCheck" {
		t.Fatal(err)
	}
	if _, err := s.verify(t, message, policies["call"]); err != nil {
		t.Errorf("got %v", err)
	}
}

func held(m *wss.Memory) int { return m.Held(wss.SignatureReplay) + m.Held(wss.NonceReplay) }
