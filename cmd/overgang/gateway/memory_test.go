package gateway

import (
	"math"
	"runtime"
	"runtime/debug"
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
		alive := make([]byte, 2*heapAim)
		aimBecomes(t, func(aim int64) bool { return aim >= 4*heapAim })
		runtime.KeepAlive(alive)
	}()
	aimBecomes(t, func(aim int64) bool { return aim < 3*heapAim })
}

func aimBecomes(t *testing.T, want func(int64) bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		runtime.GC()
		if want(debug.SetMemoryLimit(-1)) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the aim stays at %d MB", debug.SetMemoryLimit(-1)>>20)
		}
	}
}
