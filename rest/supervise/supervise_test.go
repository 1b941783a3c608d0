package supervise

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestKeep: a worker that panics is told of, and begins again until it is through.
func TestKeep(t *testing.T) {
	var log bytes.Buffer
	counted := map[string]int{}
	s := &Supervisor{Logger: slog.New(slog.NewJSONHandler(&log, nil)), Panicked: func(worker string) { counted[worker]++ }, Pause: time.Nanosecond}
	runs := 0
	s.Keep(t.Context(), "purge", func(ctx context.Context) {
		if runs++; runs < 3 {
			var none []int
			_ = none[runs]
		}
	})
	if runs != 3 || counted["purge"] != 2 || len(counted) != 1 {
		t.Errorf("%d runs, counted %v: want 3 runs and 2 panics of purge", runs, counted)
	}
	for _, want := range []string{`"worker":"purge"`, "index out of range [1]", "supervise_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
}

// TestKeepEnds: a worker that panics does not begin again once its time is over.
func TestKeepEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	new(Supervisor).Keep(ctx, "purge", func(context.Context) {
		runs++
		cancel()
		panic("at last")
	})
	if runs != 1 {
		t.Errorf("%d runs, want 1", runs)
	}
}

func TestTry(t *testing.T) {
	var s *Supervisor // which nobody listens to
	var p *Panic
	if err := s.Try("work", func() error { panic("bang") }); !errors.As(err, &p) || p.Value != "bang" || !strings.Contains(string(p.Stack), "TestTry") {
		t.Errorf("a panic: %v", err)
	}
	wanted := errors.New("an error")
	if err := s.Try("work", func() error { return wanted }); err != wanted {
		t.Errorf("an error: %v", err)
	}
	told := 0
	s = &Supervisor{Panicked: func(string) { told++ }}
	if err := s.Try("work", func() error { return nil }); err != nil || told != 0 {
		t.Errorf("%v, told of %d panics", err, told)
	}
}
