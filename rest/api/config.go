package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"overgang/rest"
)

// Core is what the API needs of [rest.Core].
type Core interface {
	rest.Registry
	rest.Uploads
	rest.Instances
	rest.Lifecycle
	rest.Processes
	rest.Delegations
	rest.Elements
	rest.Events
	rest.Repeats
}

// Tokens says who a bearer token's caller is: token.Verifier, for one. A token
// that is not valid gives a [rest.Error] of kind Unauthenticated.
type Tokens interface {
	Verify(ctx context.Context, raw rest.Secret) (rest.Caller, error)
}

// Config of the API. Fields without a default are required.
type Config struct {
	Core   Core
	Tokens Tokens
	// AppsURL and PlatformURL are the public addresses that links are made
	// from, without the paths /{org}/{app} and /storage: "https://apps.example.org".
	// A request's Host header is never used.
	AppsURL, PlatformURL string
	// Secret keys the cursors; at least 32 bytes, the same for all gateways
	// that a client may talk to. What is derived from it is bound to its use.
	Secret []byte
	Rand   io.Reader
	Now    func() time.Time
	NewID  func() string // ids of requests and errors, unique
	Logger *slog.Logger
	Limits Limits
	// Allow says whether the caller may make one more request now; its error,
	// RateLimited with a RetryAfter, is what the caller gets. nil allows all.
	Allow func(ctx context.Context, c rest.Caller) error
	// RemoteAddr is the client's address, for audit; nil = the connection's.
	RemoteAddr func(*http.Request) string
	// Audit is told of every decision about access; nil = nobody is.
	Audit *slog.Logger
	// Stopping is closed when a graceful stop begins: streams end then. nil = never.
	Stopping <-chan struct{}
	// Observe is told of every request once it is answered; nil = nobody is.
	Observe func(Record)
}

// Record is what is known of a request once it is answered. It holds no
// identity numbers, no query and no content.
type Record struct {
	ID        string // X-Request-Id of the answer
	Operation string // operationId; "" = no such endpoint
	Method    string
	Route     string // with names in place of values: "/storage/instances/:guid"
	Caller    string // rest.Caller.Name; "" = unknown
	Status    int
	Code      string // of the problem; "" = none
	Sent      int64  // bytes of content
	Panicked  bool   // the handler did; always a defect
	Duration  time.Duration
}

// Limits of requests. A zero field takes its default.
type Limits struct {
	JSON     int64 // bytes of a JSON body, inline data included; default 4 MiB
	Depth    int   // nesting of a JSON body; default 16
	Element  int64 // bytes of one element where its type sets no limit; default 1 GiB
	Create   int64 // bytes of a multipart body; default 1 GiB
	Elements int   // elements of one creation; default 100
	// Streams are event feeds that stay open: in all, and of one caller.
	Streams, CallerStreams int           // default 64 and 4
	Heartbeat              time.Duration // of a quiet stream; default 15 s
}

func (l Limits) withDefaults() Limits {
	def := func(v *int64, d int64) {
		if *v == 0 {
			*v = d
		}
	}
	def(&l.JSON, 4<<20)
	def(&l.Element, 1<<30)
	def(&l.Create, 1<<30)
	count := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	count(&l.Depth, 16)
	count(&l.Elements, 100)
	count(&l.Streams, 64)
	count(&l.CallerStreams, 4)
	if l.Heartbeat == 0 {
		l.Heartbeat = 15 * time.Second
	}
	return l
}

// check returns everything that is wrong with the configuration.
func (c Config) check() error {
	var errs []error
	missing := func(is bool, name string) {
		if is {
			errs = append(errs, fmt.Errorf("api: %s is required", name))
		}
	}
	missing(c.Core == nil, "Core")
	missing(c.Tokens == nil, "Tokens")
	missing(c.Rand == nil, "Rand")
	missing(c.Now == nil, "Now")
	missing(c.NewID == nil, "NewID")
	missing(c.Logger == nil, "Logger")
	if len(c.Secret) < 32 {
		errs = append(errs, errors.New("api: Secret needs 32 bytes at least"))
	}
	for name, text := range map[string]string{"AppsURL": c.AppsURL, "PlatformURL": c.PlatformURL} {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.Fragment != "" {
			errs = append(errs, fmt.Errorf("api: %s is not an absolute http(s) URL", name))
		}
	}
	return errors.Join(errs...)
}

func trimSlash(url string) string { return strings.TrimRight(url, "/") }
