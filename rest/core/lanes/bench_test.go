package lanes

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"
)

// BenchmarkStreams is what an upload does between two reads: MD5, SHA-256, a copy.
// Its figure is processor time, which other work on the machine alters least.
func BenchmarkStreams(b *testing.B) {
	for _, n := range []int{1, 2, 4, 8, 16} {
		for _, with := range []string{"stdlib", "lanes"} {
			b.Run(fmt.Sprintf("%d/%s", n, with), func(b *testing.B) {
				const each, piece = 64 << 20, 64 << 10
				b.SetBytes(int64(n * each))
				used := processorTime(b)
				for b.Loop() {
					var l Lanes
					var wg sync.WaitGroup
					for i := range n {
						wg.Go(func() {
							p, kept, sha, sum, alone := content(i, piece), make([]byte, piece), sha256.New(), l.New(), md5.New()
							for range each / piece {
								if with == "lanes" {
									sum.Begin(p)
								} else {
									alone.Write(p)
								}
								sha.Write(p)
								copy(kept, p)
								sum.End()
							}
						})
					}
					wg.Wait()
				}
				used = processorTime(b) - used
				b.ReportMetric(float64(used.Milliseconds())/float64(b.N*n*each)*1e9, "cpu-ms/GB")
			})
		}
	}
}

func processorTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
