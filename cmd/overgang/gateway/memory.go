package gateway

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	collectAtStart = 50       // percent of what is alive, where Go's default is 100
	collectAt      = 400      // the same, while requests are served
	heapAimAtStart = 48 << 20 // bytes that the collector tries to stay below
	heapAim        = 96 << 20 // the same, while requests are served
	heapRoom       = 32 << 20 // bytes that the aim leaves beside twice what is alive
)

// StartLean collects garbage often until [CollectLess]. Reading the contracts makes several times
// as much of it as stays alive, and what a process once took it gives back late.
func StartLean() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAtStart)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapAimAtStart)
	}
}

// CollectLess lets garbage grow before it is collected, once the start's is
// given back. What is alive of the gateway is a few megabytes, so the default
// collects hundreds of times a second under load; and where much is alive, as
// while passwords are hashed with 19 MB each, the aim keeps the process small.
// GOGC and GOMEMLIMIT win.
func CollectLess() {
	debug.FreeOSMemory()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapAim)
		followAlive(&collected{aim: heapAim})
	}
}

// collected is garbage whenever the collector looks: its end is that of a collection.
type collected struct{ aim int64 }

// followAlive moves the aim after each collection: one that is near what is
// alive, such as a million remembered signatures, would have the collector run
// all the time and still not be met.
func followAlive(c *collected) {
	runtime.SetFinalizer(c, func(c *collected) {
		alive := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(alive)
		if aim := aimFor(int64(alive[0].Value.Uint64())); aim > c.aim+c.aim/8 || aim < c.aim-c.aim/8 {
			debug.SetMemoryLimit(aim) // stops the world for a moment
			c.aim = aim
		}
		followAlive(c)
	})
}

func aimFor(alive int64) int64 { return max(heapAim, 2*alive+heapRoom) }
