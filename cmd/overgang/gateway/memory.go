package gateway

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	collectAtStart = 50       // percent of what is alive, where Go's default is 100
	collectAt      = 400      // the same, while requests are served
	heapAimAtStart = 48 << 20 // bytes that the collector tries to stay below
	heapAimQuiet   = 20 << 20 // the same, while requests are served that make little garbage
	heapAimBusy    = 96 << 20 // the same, while they make much
	heapRoomQuiet  = 10 << 20 // bytes that the aim leaves beside twice what is alive
	heapRoomBusy   = 32 << 20 // the same

	busyFrom = 12 << 20         // bytes of garbage a second
	busyStep = 64 << 20         // bytes after which it is seen how fast they came
	timeStep = 2 * time.Second  // the same, in time
	lullStep = 10 * time.Second // without a collection, after which it is seen whether load has ended

	vainBelow = 1 << 20 // bytes of garbage between two collections that the second was in vain for
	vainMost  = 16      // such collections in a row
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
// while passwords are hashed, the aim keeps the process small. How far garbage
// may grow follows the load: files of any size make next to none, and pass
// through a process that stays small. GOGC and GOMEMLIMIT win.
func CollectLess() {
	debug.FreeOSMemory()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapAimQuiet)
		c := &collected{aim: heapAimQuiet, since: time.Now(), lull: time.AfterFunc(lullStep, runtime.GC)}
		_, c.made = readHeap()
		followCollections(c)
	}
}

// collectHash makes room for a password's hash, and then collects what it took,
// so that the next one takes the same memory. Under load the collector comes soon enough.
func collectHash() {
	if debug.SetMemoryLimit(-1) < 2*heapAimQuiet {
		runtime.GC()
	}
}

// collected is garbage whenever the collector looks: its end is that of a collection.
type collected struct {
	aim   int64
	since time.Time // when the step began after which it is seen how fast garbage comes
	made  int64     // bytes since the process began, then
	busy  bool
	lull  *time.Timer
	alive [2]int64 // the least that collections left, in this step and the one before

	last      int64 // bytes made, at the last collection
	vain      int   // collections in vain, in a row
	vainAlive int64 // the least that they left
}

// followCollections moves the aim after each collection: one that is near what
// is alive, such as a million remembered signatures, would have the collector
// run all the time and still not be met.
func followCollections(c *collected) {
	runtime.SetFinalizer(c, func(c *collected) {
		alive, made := readHeap()
		if aim := c.next(alive, made, time.Now()); aim > c.aim+c.aim/8 || aim < c.aim-c.aim/8 {
			debug.SetMemoryLimit(aim) // stops the world for a moment
			c.aim = aim
		}
		if c.busy {
			c.lull.Reset(lullStep)
		}
		followCollections(c)
	})
}

// readHeap returns what the last collection left alive and what was allocated
// since the process began, in bytes.
func readHeap() (alive, made int64) {
	heap := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(heap)
	return int64(heap[0].Value.Uint64()), int64(heap[1].Value.Uint64())
}

// next is the aim after a collection. Of several the one that left least counts:
// what is alive in the midst of a password's hash is garbage soon. But where one comes
// right after the other and finds nothing, what they left is what files that stream
// through hold on to, and the aim is too near to be met.
func (c *collected) next(alive, made int64, now time.Time) int64 {
	c.alive[0] = min(c.alive[0], alive)
	if made-c.last >= vainBelow || c.vain == 0 {
		c.vain, c.vainAlive = 0, alive
	}
	c.vain, c.vainAlive, c.last = c.vain+1, min(c.vainAlive, alive), made
	if c.vain > vainMost {
		c.alive = [2]int64{c.vainAlive, c.vainAlive}
	}
	least := min(c.alive[0], c.alive[1])
	if bytes, passed := made-c.made, now.Sub(c.since); bytes >= busyStep || passed >= timeStep {
		c.busy = float64(bytes) >= busyFrom*passed.Seconds()
		c.since, c.made = now, made
		c.alive = [2]int64{alive, c.alive[0]}
	}
	if c.busy {
		return max(heapAimBusy, 2*least+heapRoomBusy)
	}
	return max(heapAimQuiet, 2*least+heapRoomQuiet)
}
