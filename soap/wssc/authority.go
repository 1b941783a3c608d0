package wssc

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// Config of an Authority. What is zero has its default.
type Config struct {
	Now  func() time.Time // required
	Rand io.Reader        // crypto/rand
	Ring *Ring            // required

	// Lifetime of a token, unless its request asks for less; 1 hour.
	Lifetime time.Duration
	// Grace is how long after its end a token can still be renewed by the
	// certificate that it was issued to; 12 hours. (Apache CXF renews a token
	// when it has ended, not before.)
	Grace time.Duration
	// Skew is how far the clocks of gateways and clients may be off; 1 minute.
	Skew time.Duration

	Seen       int // cookies kept for messages that only refer to a token; 10,000
	Requests   int // token requests of a principal in a minute; 600
	Principals int // principals whose requests are counted; 10,000

	Cancellations Cancellations // of this gateway alone, 100,000
}

// Authority issues security context tokens. It is safe for concurrent use.
type Authority struct {
	config Config
	ring   atomic.Pointer[Ring]
	seen   *lru[[16]byte, *session]
	pace   pace
}

// New makes an Authority.
func New(c Config) (*Authority, error) {
	switch {
	case c.Now == nil:
		return nil, errors.New("wssc: no clock")
	case c.Ring == nil:
		return nil, errors.New("wssc: no key ring")
	case c.Lifetime < 0 || c.Grace < 0 || c.Skew < 0 || c.Seen < 0 || c.Requests < 0 || c.Principals < 0:
		return nil, errors.New("wssc: a negative duration or limit")
	}
	c.Lifetime = orDefault(c.Lifetime, time.Hour)
	c.Grace = orDefault(c.Grace, 12*time.Hour)
	c.Skew = orDefault(c.Skew, time.Minute)
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Cancellations == nil {
		var err error
		if c.Cancellations, err = NewCancelled(c.Now, 100_000); err != nil {
			return nil, err
		}
	}
	a := &Authority{
		config: c, seen: newLRU[[16]byte, *session](orDefault(c.Seen, 10_000)),
		pace: pace{most: orDefault(c.Requests, 600), spent: newLRU[string, minute](orDefault(c.Principals, 10_000))},
	}
	a.ring.Store(c.Ring)
	return a, nil
}

func orDefault[T int | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

// SetRing replaces the key ring, at any time.
func (a *Authority) SetRing(r *Ring) error {
	if r == nil {
		return errors.New("wssc: no key ring")
	}
	a.ring.Store(r)
	return nil
}

// Generation of a contract, by its policy.
type Generation uint8

// Generations. In both, calls may be signed by the token's key and by keys
// derived from it.
const (
	Current Generation = iota // MustNotSendCancel
	Older                     // RequireDerivedKeys; tokens can be cancelled
)

// Site is where a token is good: what was issued at one is unknown at another.
// All gateways must name a site alike.
type Site struct {
	Address    string // the service's path, not longer than 255 bytes
	Generation Generation
}

// Endpoint issues and reads the tokens of one site.
type Endpoint struct {
	*Authority
	site Site
}

// At is the Endpoint for a site.
func (a *Authority) At(site Site) (*Endpoint, error) {
	if len(site.Address) > longestAddress || site.Generation > Older {
		return nil, fmt.Errorf("wssc: a site with an address of %d bytes, of generation %d", len(site.Address), site.Generation)
	}
	return &Endpoint{a, site}, nil
}
