package main

import (
	"os"
	"runtime/debug"
)

const (
	collectAt = 400      // percent of what is alive, where Go's default is 100
	heapAim   = 96 << 20 // bytes that the collector tries to stay below
)

// collectLess lets garbage grow before it is collected. What is alive of the
// gateway is a few megabytes, so the default collects hundreds of times a
// second under load; and where much is alive, as while passwords are hashed
// with 19 MB each, the aim keeps the process small. GOGC and GOMEMLIMIT win.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapAim)
	}
}
