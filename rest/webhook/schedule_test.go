package webhook

import (
	"testing"
	"time"
)

var standard = Schedule{First: 5 * time.Second, Longest: 6 * time.Hour, For: 72 * time.Hour, Pause: 15 * time.Minute}

// TestSchedule walks the attempts of something that always fails.
func TestSchedule(t *testing.T) {
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var waits []time.Duration
	now := first
	for n := 1; ; n++ {
		next := standard.next(first, now, n, 0, .5)
		if next.IsZero() {
			break
		}
		waits = append(waits, next.Sub(now))
		now = next
	}
	want := []time.Duration{5 * time.Second, 20 * time.Second, 80 * time.Second, 320 * time.Second, 1280 * time.Second, 5120 * time.Second, 20480 * time.Second}
	for i, w := range want {
		if waits[i] != w {
			t.Errorf("wait %d is %v, want %v", i+1, waits[i], w)
		}
	}
	for _, w := range waits[len(want):] {
		if w != 6*time.Hour {
			t.Errorf("later wait of %v, want 6h", w)
		}
	}
	if given := now.Sub(first); given > 72*time.Hour || given < 66*time.Hour {
		t.Errorf("given up after %v", given)
	}
}

func TestJitterAndBounds(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for chance, want := range map[float64]time.Duration{0: 4 * time.Second, .5: 5 * time.Second, 1: 6 * time.Second} {
		if got := standard.after(1, time.Hour, chance); got != want {
			t.Errorf("chance %v: %v, want %v", chance, got, want)
		}
	}
	if got := standard.after(1_000_000, time.Hour, .5); got != time.Hour {
		t.Errorf("after very many failures: %v", got)
	}
	if got := standard.pause(now, 9, 0, .5); got.Sub(now) != 15*time.Minute {
		t.Errorf("a pause of %v", got.Sub(now))
	}
	if got := standard.next(now, now, 1, time.Hour, .5); got.Sub(now) != time.Hour {
		t.Errorf("asked to wait an hour: %v", got.Sub(now))
	}
	if got := standard.next(now, now, 1, time.Second, .5); got.Sub(now) != 5*time.Second {
		t.Errorf("asked to wait a second: %v", got.Sub(now))
	}
	if got := standard.pause(now, 1, 1000*time.Hour, .5); got.Sub(now) != 24*time.Hour {
		t.Errorf("asked to wait for ever: %v", got.Sub(now))
	}
	if got := standard.next(now, now.Add(71*time.Hour), 3, 2*time.Hour, .5); !got.IsZero() {
		t.Errorf("asked to wait beyond the end: %v", got)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "0": 0, "-5": 0, "soon": 0, "99999999999999": 0,
		"Thu, 01 Jan 2026 00:01:00 GMT": time.Minute, "Wed, 31 Dec 2025 23:00:00 GMT": 0,
	} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
