package core

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/core/password"
	"overgang/rest/core/xsdform"
	"overgang/rest/supervise"
	"overgang/store"
)

// Config is what a core runs on. Store, Blobs and Secret are required; every
// other field has a default.
type Config struct {
	Store store.Store
	Blobs store.Blobs
	// Secret keys the hashes of one-time codes. At least 32 bytes, the same for
	// all gateways over one store.
	Secret rest.Secret

	Logger *slog.Logger
	// Supervisor is told of housekeeping that panics; nil = one that logs.
	Supervisor *supervise.Supervisor

	Now     func() time.Time
	Rand    io.Reader        // crypto/rand
	NewID   func() uuid.UUID // version 7, so that rows arrive in index order
	Schemas xsdform.Compiler

	PasswordCost password.Params // [password.Default]
	HashWorkers  int             // hashes at once; half the processors, at least 1
	HashQueue    int             // hashes waiting; 32
	// Hashing is called before and after each hash that no other waits behind: it
	// takes, and then leaves as garbage, [password.Params] Memory. nil = nothing.
	Hashing func()

	MaxUpload      int64 // bytes of one element; 500 MB, as the old streamed service took
	MaxAttachments int64 // bytes of one submission's attachments; 30 MB, as documented for the old service

	MaxRepeats int // keys of one caller that are kept for a day; 20,000

	Transfers TransferConfig
	Outbox    OutboxConfig

	RegistryPoll time.Duration // how often the registry's generation is looked at; 400 ms
	SweepDelay   time.Duration // from start to the first sweep of orphaned blobs; 5 min
	SweepEvery   time.Duration // 1 h
	// Retention is how long an instance that is marked for hard deletion is kept;
	// 30 days. PurgeEvery is how often the job looks; 1 h, and first after SweepDelay.
	Retention  time.Duration
	PurgeEvery time.Duration
	// PublishEvery is how often messages that were sent ahead of their time are
	// looked for; 10 s. Their recipients see them on time all the same: only
	// notifications may be late.
	PublishEvery time.Duration

	// CheckEndpoint says, with a [rest.Error], why events may not be sent to an
	// address; nil = nobody may subscribe.
	CheckEndpoint    func(endpoint string) error
	MaxSubscriptions int           // of one subscriber; 100
	SecretOverlap    time.Duration // how long a signing secret serves on beside its successor; 24 h
	KeepDead         time.Duration // how long what could not be delivered is kept; 30 days
}

func (cfg *Config) complete() error {
	switch {
	case cfg.Store == nil:
		return errors.New("core: Config.Store is missing")
	case cfg.Blobs == nil:
		return errors.New("core: Config.Blobs is missing")
	case len(cfg.Secret.Reveal()) < 32:
		return errors.New("core: Config.Secret needs at least 32 bytes")
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.NewID == nil {
		cfg.NewID = func() uuid.UUID { return uuid.Must(uuid.NewV7FromReader(cfg.Rand)) }
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Supervisor == nil {
		cfg.Supervisor = &supervise.Supervisor{Logger: cfg.Logger}
	}
	if cfg.Schemas == nil {
		cfg.Schemas = xsdform.Streaming{}
	}
	if cfg.PasswordCost == (password.Params{}) {
		cfg.PasswordCost = password.Default
	}
	setDefault(&cfg.HashWorkers, max(1, runtime.GOMAXPROCS(0)/2))
	setDefault(&cfg.HashQueue, 32)
	setDefault(&cfg.MaxUpload, 500<<20)
	setDefault(&cfg.MaxRepeats, 20_000)
	setDefault(&cfg.MaxAttachments, 30<<20)
	setDefault(&cfg.RegistryPoll, 400*time.Millisecond)
	setDefault(&cfg.SweepDelay, 5*time.Minute)
	setDefault(&cfg.SweepEvery, time.Hour)
	setDefault(&cfg.Retention, 30*24*time.Hour)
	setDefault(&cfg.PurgeEvery, time.Hour)
	cfg.Transfers.complete()
	cfg.Outbox.complete()
	setDefault(&cfg.PublishEvery, 10*time.Second)
	setDefault(&cfg.MaxSubscriptions, 100)
	setDefault(&cfg.SecretOverlap, 24*time.Hour)
	setDefault(&cfg.KeepDead, 30*24*time.Hour)
	return nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Core is the embedded core. Make it with [New], end it with Close.
type Core struct {
	cfg      Config
	log      *slog.Logger
	registry registry
	logins   logins
	codes    codeHasher
	repeats  repeats

	arriving  arriving
	transfers transfers
	knocks    *recent[rest.Subject, budget] // subscribers, with the subscriptions that they may make now

	stop    context.CancelFunc
	running sync.WaitGroup
}

var _ rest.Core = (*Core)(nil)

// New loads the registry, compiles its schemas, and starts the goroutines that
// keep it fresh, sweep orphaned blobs and purge what was deleted.
func New(cfg Config) (*Core, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	c := &Core{cfg: cfg, log: cfg.Logger, codes: newCodeHasher(cfg.Secret)}
	c.registry = registry{store: cfg.Store, schemas: cfg.Schemas, log: cfg.Logger}
	c.transfers.init(cfg.Blobs)
	c.knocks = newRecent[rest.Subject, budget](knockEntries)
	if err := c.logins.init(cfg); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	if err := c.registry.refresh(ctx); err != nil {
		stop()
		return nil, err
	}
	c.keep(ctx, "follow the registry", func(ctx context.Context) { c.registry.follow(ctx, cfg.RegistryPoll) })
	for _, j := range []job{
		{"remove orphaned blobs", cfg.SweepDelay, cfg.SweepEvery, c.sweep},
		{"purge deleted instances", cfg.SweepDelay, cfg.PurgeEvery, c.purge},
		{"forget keys of repeated requests", 0, forgetEvery, c.forget},
		{"remove prefill that is over", 0, forgetEvery, c.dropPrefills},
		{"end file transfers", 0, cfg.Transfers.Every, c.endDue},
		{"drop uploads in pieces", 0, cfg.Transfers.Every, c.expirePartials},
		{"remove orphaned pieces", cfg.SweepDelay, cfg.SweepEvery, c.sweepPartials},
		{"publish correspondences", 0, cfg.PublishEvery, c.publish},
		{"purge deleted correspondences", cfg.SweepDelay, cfg.PurgeEvery, c.purgeMessages},
		{"purge deleted lookups", cfg.SweepDelay, cfg.PurgeEvery, c.purgeLookups},
		{"drop old dead letters", cfg.SweepDelay, cfg.PurgeEvery, c.dropDeadLetters},
		{"give up messages of the outbox", 0, giveUpEvery, c.giveUp},
		{"drop settled messages of the outbox", cfg.SweepDelay, cfg.PurgeEvery, c.dropMessages},
	} {
		c.keep(ctx, j.name, func(ctx context.Context) { c.loop(ctx, j) })
	}
	if cfg.Outbox.Sender != nil {
		send := job{sendMessages, 0, cfg.Outbox.Every, c.sendDue}
		c.keep(ctx, send.name, func(ctx context.Context) { c.loop(ctx, send) })
	}
	c.keep(ctx, scanFiles, c.scanAll)
	return c, nil
}

// Workers that have others work for them.
const (
	sendMessages = "send messages"
	scanFiles    = "scan files"
)

// keep has a worker run until ctx ends.
func (c *Core) keep(ctx context.Context, worker string, run func(context.Context)) {
	c.running.Go(func() { c.cfg.Supervisor.Keep(ctx, worker, run) })
}

// Refresh makes changes of the registry visible now rather than at the next poll.
func (c *Core) Refresh(ctx context.Context) error {
	return failure(c.registry.refresh(ctx))
}

// Close ends the core's goroutines and waits for them. The store and the blobs
// stay open: they are their opener's.
func (c *Core) Close() error {
	c.stop()
	c.running.Wait()
	return nil
}

// now is the clock, in the resolution that every store keeps.
func (c *Core) now() time.Time { return c.cfg.Now().UTC().Truncate(time.Microsecond) }

// subkey derives a key for one purpose from the configured secret.
func subkey(secret rest.Secret, purpose string) []byte {
	m := hmac.New(sha256.New, []byte(secret.Reveal()))
	m.Write([]byte(purpose))
	return m.Sum(nil)
}
