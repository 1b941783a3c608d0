package gateway

import (
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// TestAimFollowsAlive: much that stays alive moves the collector's aim away
// from it, and its end moves the aim back.
func TestAimFollowsAlive(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	t.Cleanup(func() {
		debug.SetGCPercent(100)
		debug.SetMemoryLimit(math.MaxInt64)
	})
	CollectLess()
	func() {
		alive := make([]byte, 2*heapAimBusy)
		aimBecomes(t, func(aim int64) bool { return aim >= 4*heapAimBusy })
		runtime.KeepAlive(alive)
	}()
	aimBecomes(t, func(aim int64) bool { return aim < 3*heapAimBusy })
}

// TestAimFollowsLoad says what a process may hold while load comes and goes.
func TestAimFollowsLoad(t *testing.T) {
	const quiet, busy = heapAimQuiet >> 20, heapAimBusy >> 20
	type collection struct {
		after             time.Duration // since the one before
		made, alive, want int64         // MiB
	}
	for _, c := range []struct {
		name string
		then []collection
	}{
		{"files stream through", []collection{{time.Minute, 10, 5, quiet}, {time.Minute, 10, 5, quiet}}},
		{"logins now and then", []collection{{time.Second, 10, 15, quiet}, {time.Millisecond, 1, 15, quiet}, {time.Minute, 1, 5, quiet}, {time.Second, 10, 15, quiet}, {time.Second, 10, 15, quiet}}},
		{"load comes and goes", []collection{
			{time.Second, 10, 5, quiet}, {100 * time.Millisecond, 20, 5, quiet}, {100 * time.Millisecond, 50, 5, busy},
			{500 * time.Millisecond, 90, 5, busy}, {time.Second, 1, 5, busy}, {2 * time.Second, 90, 5, busy}, {lullStep, 90, 5, quiet},
		}},
		{"many files at once", append(slices.Repeat([]collection{{5 * time.Millisecond, 0, 13, quiet}}, vainMost),
			collection{5 * time.Millisecond, 0, 13, 36}, collection{time.Second, 10, 13, 36}, collection{time.Second, 10, 5, quiet})},
		{"a hash under load", append(slices.Repeat([]collection{{5 * time.Millisecond, 0, 24, quiet}}, vainMost/2), slices.Repeat([]collection{{5 * time.Millisecond, 1, 24, quiet}}, vainMost)...)},
		{"much is alive", []collection{{time.Minute, 10, 40, quiet}, {time.Minute, 10, 40, quiet}, {time.Minute, 10, 40, 90}, {time.Second, 100, 40, 112}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := time.Unix(0, 0)
			state := collected{since: now}
			var made int64
			for i, g := range c.then {
				now, made = now.Add(g.after), made+g.made
				if aim := state.next(g.alive<<20, made<<20, now); aim>>20 != g.want {
					t.Errorf("collection %d: %d MiB, want %d", i, aim>>20, g.want)
				}
			}
		})
	}
}

func aimBecomes(t *testing.T, want func(int64) bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		runtime.GC()
		if want(debug.SetMemoryLimit(-1)) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the aim stays at %d MB", debug.SetMemoryLimit(-1)>>20)
		}
	}
}
