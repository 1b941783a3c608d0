package sqlstore

import (
	"sync"
	"time"
)

// checkpointEvery is the pause between checkpoints. The log is copied into the
// database while updates go on; only when it has grown past Options.LogLimit are
// updates held back for the short rest, after which SQLite starts the log from
// its beginning again.
const checkpointEvery = 100 * time.Millisecond

// checkpointer copies the write-ahead log into the database, in a goroutine and
// over a connection of its own, so that no commit waits for it.
type checkpointer struct {
	s     *Store
	c     *conn
	wake  chan struct{}
	quit  chan struct{}
	ended sync.WaitGroup
}

var checkpoint = sql("PRAGMA wal_checkpoint(PASSIVE)")

func newCheckpointer(s *Store) (*checkpointer, error) {
	c, err := connect(s.opts, readerCache, false)
	if err != nil {
		return nil, err
	}
	k := &checkpointer{s: s, c: c, wake: make(chan struct{}, 1), quit: make(chan struct{})}
	k.ended.Go(k.run)
	return k, nil
}

// wrote says that there is something to copy. It never blocks.
func (k *checkpointer) wrote() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// stop ends the goroutine. No update runs any more.
func (k *checkpointer) stop() {
	close(k.quit)
	k.ended.Wait()
}

func (k *checkpointer) run() {
	defer k.c.close()
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-k.quit:
			k.try(func() { k.copy() })
			return
		case <-k.wake:
		}
		k.try(k.round)
		pause.Reset(checkpointEvery)
		select {
		case <-k.quit:
			k.try(func() { k.copy() })
			return
		case <-pause.C:
		}
	}
}

// try does a step, and goes on if it panics.
func (k *checkpointer) try(step func()) {
	k.s.opts.Supervisor.Try("checkpoint", func() error { step(); return nil })
}

// round copies the log. When it is long, what came in meanwhile is copied too,
// so that little is left for finish to do while updates wait.
func (k *checkpointer) round() {
	if k.copy()*pageSize > k.s.opts.LogLimit {
		k.copy()
		k.finish()
	}
}

// copy copies what it can without waiting for anybody, and returns how many
// pages the log has.
func (k *checkpointer) copy() (pages int64) {
	err := k.c.query(checkpoint, func(r *row) error {
		r.int() // busy
		pages = r.int()
		return nil
	})
	if err != nil {
		k.s.opts.Logger.Warn("checkpoint failed", "err", err)
	}
	return pages
}

// finish copies the rest of a long log while no update runs. The next commit
// then begins the log anew, unless a View still reads it.
func (k *checkpointer) finish() {
	k.s.writer.gate.Lock()
	defer k.s.writer.gate.Unlock()
	k.copy()
}
