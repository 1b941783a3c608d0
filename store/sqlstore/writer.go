package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"overgang/store"
)

// maxGroup is how many updates share a transaction at most. It bounds how long
// one commit holds the lock that other processes wait for.
const maxGroup = 128

// update is one call of Update on its way through the writer.
type update struct {
	ctx   context.Context
	fn    func(store.Tx) error
	state atomic.Int32
	err   error
	since time.Time
	done  chan struct{}
}

// States of an update. Its caller may only take it back while it waits.
const (
	waiting = iota
	running
	abandoned
)

var updates = sync.Pool{New: func() any { return &update{done: make(chan struct{}, 1)} }}

// writer is the one goroutine that writes, with the one connection it writes
// through. It commits in groups: whatever came in during a commit makes the next.
type writer struct {
	s *Store
	c *conn
	// gate is held through a group. The checkpointer takes it to finish a
	// checkpoint while nothing is written.
	gate sync.Mutex

	mu     sync.Mutex
	queue  []*update
	closed bool
	wake   chan struct{}
	ended  chan struct{}

	// numbers are pairs of official number and party that party_number has.
	// Only the writing goroutine uses it.
	numbers map[partyNumber]bool

	waiting atomic.Int64
	latency atomic.Int64 // ns, moving average
}

func newWriter(s *Store, c *conn) *writer {
	w := &writer{s: s, c: c, wake: make(chan struct{}, 1), ended: make(chan struct{}), numbers: make(map[partyNumber]bool)}
	go w.run()
	return w
}

func (w *writer) update(ctx context.Context, fn func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	u := updates.Get().(*update)
	u.ctx, u.fn, u.err, u.since = ctx, fn, nil, w.s.opts.Now()
	u.state.Store(waiting)
	if !w.enqueue(u) {
		updates.Put(u)
		return store.ErrClosed
	}
	if ctx.Done() == nil {
		<-u.done
	} else {
		select {
		case <-u.done:
		case <-ctx.Done():
			if u.state.CompareAndSwap(waiting, abandoned) {
				return ctx.Err() // the writer still has u, and drops it
			}
			<-u.done
		}
	}
	err := u.err
	u.ctx, u.fn, u.err = nil, nil, nil
	updates.Put(u)
	return err
}

func (w *writer) enqueue(u *update) bool {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return false
	}
	w.queue = append(w.queue, u)
	w.waiting.Add(1)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
	return true
}

// next waits for updates and returns those that are there. none = closed and empty.
func (w *writer) next(group []*update) []*update {
	for {
		w.mu.Lock()
		n := min(len(w.queue), maxGroup)
		group = append(group[:0], w.queue[:n]...)
		rest := copy(w.queue, w.queue[n:])
		clear(w.queue[rest:])
		w.queue = w.queue[:rest]
		closed := w.closed
		w.mu.Unlock()
		if n > 0 || closed {
			return group
		}
		<-w.wake
	}
}

// run commits groups until the writer is closed. A closure that ends its
// goroutine (testing.T.FailNow does) fails its group and gets a new one started.
func (w *writer) run() {
	var group []*update
	finished := false
	defer func() {
		if finished {
			close(w.ended)
			return
		}
		w.c.exec(rollback)
		w.answer(group, errGoexit)
		w.gate.Unlock()
		go w.run()
	}()
	for {
		if group = w.next(group); len(group) == 0 {
			finished = true
			return
		}
		w.gate.Lock()
		err := w.s.opts.Supervisor.Try("write to the database", func() error { return w.commitGroup(group) })
		if w.c.inTransaction() {
			w.c.exec(rollback) // it panicked
		}
		w.gate.Unlock()
		w.answer(group, err)
		w.s.check.wrote()
		// Those just answered come back with their next updates before we look:
		// groups get twice as large, which saves a fifth of the CPU an update takes.
		runtime.Gosched()
	}
}

var errGoexit = errors.New("sqlstore: an update ended the writing goroutine")

// answer tells every caller of a group its outcome: failed, or what it got itself.
func (w *writer) answer(group []*update, failed error) {
	now := w.s.opts.Now()
	for i, u := range group {
		group[i] = nil
		w.waiting.Add(-1)
		if u.state.Load() == abandoned {
			continue
		}
		if failed != nil {
			u.err = failed
		}
		old := w.latency.Load()
		w.latency.Store(old + (int64(now.Sub(u.since))-old)/16)
		u.done <- struct{}{}
	}
}

func (w *writer) backlog() (int, time.Duration) {
	return int(w.waiting.Load()), time.Duration(w.latency.Load())
}

// stop refuses new updates and waits for those accepted.
func (w *writer) stop() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
	<-w.ended
}

// commitGroup runs a group in one transaction. Most closures succeed, or fail
// before they write, so the first attempt runs them without savepoints. When
// one fails after it wrote, everything is undone and run again with a savepoint
// around each. An error is everybody's: nothing was stored.
func (w *writer) commitGroup(group []*update) error {
	err := w.attempt(group, false)
	if err == errIsolate {
		err = w.attempt(group, true)
	}
	return err
}

// errIsolate asks for another attempt with savepoints.
var errIsolate = errors.New("sqlstore: run again one by one")

func (w *writer) attempt(group []*update, isolate bool) (err error) {
	if err := w.c.exec(beginWrite); err != nil {
		return err
	}
	t := &tx{reader: reader{s: w.s, c: w.c, own: true}}
	defer func() {
		if err != nil {
			w.c.exec(rollback) // fails where SQLite has rolled back itself, which is as good
		}
	}()
	if err := t.n.load(w.c); err != nil {
		return err
	}
	t.generation = t.n.generation
	before, stored := t.n, false
	for _, u := range group {
		u.state.CompareAndSwap(waiting, running)
		if u.state.Load() != running {
			continue // its caller has left
		}
		wrote, err := w.runOne(t, u, isolate)
		if err != nil {
			return err
		}
		stored = stored || wrote
	}
	if !stored {
		return w.c.exec(rollback)
	}
	if t.n != before {
		if err := t.n.save(w.c); err != nil {
			return err
		}
	}
	if err := w.c.exec(commit); err != nil {
		return err
	}
	w.s.raiseGeneration(t.n.generation)
	if t.n.event != before.event {
		w.s.added.tell()
	}
	w.s.apps.committed(t.newApps)
	return nil
}

// runOne runs one update of a group and leaves its outcome in it. wrote says
// that it changed something. The error is the whole group's.
func (w *writer) runOne(t *tx, u *update, isolate bool) (wrote bool, err error) {
	if isolate {
		if err := w.c.exec(savepoint); err != nil {
			return false, err
		}
	}
	before, writes, apps := t.n, w.c.writes, len(t.newApps)
	u.err = t.run(u)
	wrote = w.c.writes != writes
	switch {
	case isGrave(t.broken):
		return false, t.broken
	case u.err != nil && !w.c.inTransaction():
		return false, u.err
	case u.err == nil:
	case wrote && !isolate:
		return false, errIsolate
	default:
		t.n, t.newApps = before, t.newApps[:apps]
		if isolate {
			if err := w.c.exec(rollbackToIt); err != nil {
				return false, err
			}
			wrote = false
		}
	}
	if isolate {
		err = w.c.exec(release)
	}
	return wrote, err
}

// run calls the closure, contains its panics, and writes what was put off.
func (t *tx) run(u *update) (err error) {
	t.ctx, t.broken, t.pending = context.Background(), nil, t.pending.reset()
	t.made = made{}
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
			t.s.opts.Logger.Error("update panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	if err := u.fn(t); err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		return err
	}
	return t.broken
}

// PanicError is the panic of a closure, returned by the Update that ran it.
type PanicError struct {
	Value any
	Stack []byte
}

// Error implements error.
func (e *PanicError) Error() string { return fmt.Sprintf("sqlstore: update panicked: %v", e.Value) }
