package gateway

import (
	"os"
	"runtime/debug"
)

const (
	collectAtStart = 50       // percent of what is alive, where Go's default is 100
	collectAt      = 400      // the same, while requests are served
	heapAimAtStart = 48 << 20 // bytes that the collector tries to stay below
	heapAim        = 96 << 20 // the same, while requests are served
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
	}
}
