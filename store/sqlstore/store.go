package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"overgang/rest"
	"overgang/rest/supervise"
	"overgang/store"
)

// Options of [Open]. Only Path is needed.
type Options struct {
	// Path of the database file. SQLite keeps "-wal" and "-shm" beside it, and
	// we ".lock" and ".users". The folder must exist.
	Path string
	// FirstNumber is the first legacy number of each kind (instance, element,
	// receipt); 0 = 1,000,001. It matters for new files only: numbers never go back.
	FirstNumber int32
	// FirstParty and FirstSystem are the first ids that the store assigns
	// itself; 0 = 50,001 and 1,001.
	FirstParty, FirstSystem int32
	// Readers is how many Views run at once; 0 = four, or two a core.
	Readers int
	// BusyTimeout is how long to wait for another process that writes; 0 = 5 s.
	BusyTimeout time.Duration
	// MaxSize caps the database file, in bytes: beyond it updates fail with
	// store.ErrFull; 0 = the disk is the limit.
	MaxSize int64
	// LogLimit is the size of the write-ahead log, in bytes, past which it is
	// begun anew; 0 = 64 MiB. Under load the file gets a little larger.
	LogLimit int64
	// MinFree is the space on the file system, in bytes, below which Check
	// reports store.ErrFull; 0 = 64 MiB.
	MinFree int64
	// Poll is how old Generation's view of other processes' changes may be; 0 = 100 ms.
	Poll   time.Duration
	Logger *slog.Logger // nil = silent
	// Supervisor is told of the writer's and the checkpointer's panics; nil = one that logs.
	Supervisor *supervise.Supervisor
	// Now measures queueing and the age of Generation; nil = time.Now.
	Now func() time.Time
}

func (o *Options) defaults() {
	if o.FirstNumber == 0 {
		o.FirstNumber = 1_000_001
	}
	if o.FirstParty == 0 {
		o.FirstParty = 50_001
	}
	if o.FirstSystem == 0 {
		o.FirstSystem = 1_001
	}
	if o.Readers == 0 {
		o.Readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	if o.BusyTimeout == 0 {
		o.BusyTimeout = 5 * time.Second
	}
	if o.LogLimit == 0 {
		o.LogLimit = 64 << 20
	}
	if o.MinFree == 0 {
		o.MinFree = 64 << 20
	}
	if o.Poll == 0 {
		o.Poll = 100 * time.Millisecond
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Supervisor == nil {
		o.Supervisor = &supervise.Supervisor{Logger: o.Logger}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// Store is a [store.Store] in one SQLite file. Several processes may have the
// same file open.
type Store struct {
	opts    Options
	apps    appNames
	users   *os.File // held while open: see prepareFile
	writer  *writer
	check   *checkpointer
	readers chan *conn
	closing chan struct{}
	close   sync.Once
	failed  error // of Close
	added   added

	generation atomic.Int64
	polled     atomic.Int64 // when another process's changes were last looked for
}

var _ store.Store = (*Store)(nil)

// Open opens the file, creating it and its schema where needed. The error is
// [store.ErrSchema] when the schema is a newer version's, or an older one's and
// another process has the file open.
func Open(ctx context.Context, o Options) (_ *Store, err error) {
	o.defaults()
	users, err := prepareFile(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			users.Close()
		}
	}()
	s := &Store{opts: o, users: users, readers: make(chan *conn, o.Readers), closing: make(chan struct{})}
	s.apps.init()
	c, err := connect(o, writerCache, false)
	if err != nil {
		return nil, err
	}
	if err := raiseCounters(c, o); err != nil {
		c.close()
		return nil, err
	}
	for range o.Readers {
		s.readers <- nil // connected at first use
	}
	if s.check, err = newCheckpointer(s); err != nil {
		c.close()
		return nil, err
	}
	s.writer = newWriter(s, c)
	if _, err := s.pollGeneration(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Update implements [store.Store].
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.writer.update(ctx, fn)
}

// View implements [store.Store].
func (s *Store) View(ctx context.Context, fn func(store.Reader) error) error {
	c, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { s.readers <- c }()
	if err := c.exec(beginRead); err != nil {
		return err
	}
	defer c.exec(rollback) // a reader has nothing to commit; this also ends what a panic left
	return fn(&reader{s: s, c: c, ctx: ctx})
}

// acquire takes a reader connection out of the pool. The caller puts it back.
func (s *Store) acquire(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-s.closing:
		return nil, store.ErrClosed
	default:
	}
	var c *conn
	select {
	case c = <-s.readers:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.closing:
		return nil, store.ErrClosed
	}
	if c != nil {
		return c, nil
	}
	c, err := connect(s.opts, readerCache, true)
	if err != nil {
		s.readers <- nil
		return nil, err
	}
	return c, nil
}

// Generation implements [store.Store]. What this process changed shows at once,
// what others changed within Options.Poll.
func (s *Store) Generation(ctx context.Context) (int64, error) {
	select {
	case <-s.closing:
		return 0, store.ErrClosed
	default:
	}
	now, last := s.opts.Now().UnixNano(), s.polled.Load()
	if now-last < int64(s.opts.Poll) && now >= last || !s.polled.CompareAndSwap(last, now) {
		return s.generation.Load(), nil
	}
	return s.pollGeneration(ctx)
}

var selectGeneration = sql("SELECT generation FROM counter")

func (s *Store) pollGeneration(ctx context.Context) (int64, error) {
	c, err := s.acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { s.readers <- c }()
	err = c.one(selectGeneration, func(r *row) error { s.raiseGeneration(r.int()); return nil })
	return s.generation.Load(), err
}

func (s *Store) raiseGeneration(n int64) {
	for {
		old := s.generation.Load()
		if n <= old || s.generation.CompareAndSwap(old, n) {
			return
		}
	}
}

// Backlog implements [store.Store]. The latency is a moving average over the
// last updates.
func (s *Store) Backlog() (int, time.Duration) { return s.writer.backlog() }

// Check implements [store.Store]: it commits a write, and looks at the space left.
func (s *Store) Check(ctx context.Context) error {
	if err := s.writer.update(ctx, func(t store.Tx) error { return t.(*tx).probe() }); err != nil {
		return err
	}
	free, err := freeSpace(s.opts.Path)
	if err != nil {
		return err
	}
	if free < s.opts.MinFree {
		return fmt.Errorf("%w: %d bytes left, %d are needed", store.ErrFull, free, s.opts.MinFree)
	}
	return nil
}

// Close implements [store.Store]. It waits for Views that run.
func (s *Store) Close() error {
	s.close.Do(func() {
		s.writer.stop()
		close(s.closing)
		for range s.opts.Readers {
			if c := <-s.readers; c != nil {
				c.close()
			}
		}
		s.check.stop()
		s.failed = errors.Join(s.writer.c.close(), s.users.Close())
	})
	return s.failed
}

// reader implements [store.Reader] over one connection.
type reader struct {
	s   *Store
	c   *conn
	ctx context.Context
	// own says that rows of a transaction that is not committed yet are seen.
	own bool
	// seen, if set, is told every text that lists put together.
	seen func(text string, args []any)
}

// query runs a fixed text, unless the caller has gone.
func (r *reader) query(st *statement, each func(*row) error, args ...any) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	return r.c.query(st, each, args...)
}

func (r *reader) one(st *statement, each func(*row) error, args ...any) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	return r.c.one(st, each, args...)
}

// app names an application by its short number.
func (r *reader) app(id int64) (rest.AppID, error) { return r.s.apps.name(r, id) }
