package gateway

import (
	"io"
	"sync"
	"time"
)

// LogBuffer writes lines on in pieces, at the latest after a tenth of a
// second: a system call a request is too much. What an abrupt end of the
// process may lose is in the store's events too.
type LogBuffer struct {
	mu     sync.Mutex
	w      io.Writer
	text   []byte
	stop   chan struct{}
	ticker sync.WaitGroup
}

const (
	logPiece = 32 << 10
	logDelay = 100 * time.Millisecond
)

// NewLogBuffer makes a buffer before w. Close ends it.
func NewLogBuffer(w io.Writer) *LogBuffer {
	b := &LogBuffer{w: w, text: make([]byte, 0, logPiece), stop: make(chan struct{})}
	b.ticker.Go(b.run)
	return b
}

func (b *LogBuffer) run() {
	tick := time.NewTicker(logDelay)
	defer tick.Stop()
	for {
		select {
		case <-b.stop:
			return
		case <-tick.C:
			b.mu.Lock()
			b.flush()
			b.mu.Unlock()
		}
	}
}

// flush drops what the destination does not take: a broken log must not stop
// the gateway.
func (b *LogBuffer) flush() {
	if len(b.text) > 0 {
		b.w.Write(b.text)
		b.text = b.text[:0]
	}
}

// Write implements io.Writer. It fails never.
func (b *LogBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.text)+len(p) > logPiece {
		b.flush()
	}
	b.text = append(b.text, p...)
	return len(p), nil
}

// Close writes what is left. It is called once; what is written after it, as
// by a stop that was cut short, is lost.
func (b *LogBuffer) Close() {
	close(b.stop)
	b.ticker.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flush()
}
