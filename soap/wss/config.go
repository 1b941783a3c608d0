package wss

import (
	"context"
	"crypto/x509"
	"errors"
	"math/big"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

// Config of a Verifier. Durations and limits that are zero mean their default.
type Config struct {
	Now func() time.Time // required
	// Skew is how far a caller's clock may be off, in either direction; 1 minute.
	Skew time.Duration
	// Freshness is how long a message without Expires, and a UsernameToken,
	// lives from its Created on; 5 minutes.
	Freshness time.Duration
	// Lifetime is the longest time from Created to Expires; 1 hour.
	Lifetime time.Duration

	// Repeats lets a signature come again within a security context where its
	// Timestamp is in whole seconds, if this header block, which is not signed,
	// tells another message: clients that write whole seconds sign all calls of
	// one second alike. Zero: no signature comes again.
	Repeats xmltok.Name

	Replays      Replays      // required
	Certificates Certificates // nil = signatures by certificates are refused
	Trust        Trust        // required with Certificates
	Contexts     Contexts     // nil = security context tokens are refused
}

// Certificates are the registered ones: the only keys that count.
type Certificates interface {
	// Find returns the registered certificates that a reference may mean, none
	// if there are none. It is called before anything of the message is proved.
	Find(ctx context.Context, which CertificateReference) ([]*x509.Certificate, error)
}

// CertificateReference has exactly one field set.
type CertificateReference struct {
	Thumbprint []byte   // SHA-1 of the certificate, 20 bytes
	SubjectKey []byte   // SubjectKeyIdentifier
	Serial     *big.Int // the issuer is compared by the Verifier
}

// Trust judges certificates: validity, issuer, revocation.
type Trust interface {
	// Check returns why a certificate must not be trusted at a time. It is
	// called when its key has proved itself.
	Check(ctx context.Context, cert *x509.Certificate, at time.Time) error
}

// Contexts turns security context tokens into keys, as soap/wssc does.
type Contexts interface {
	// Context finds the key that a reference means. An unknown, foreign or
	// expired one is an [*Error] with [BadContextToken]. It is called before
	// anything of the message is proved.
	Context(ctx context.Context, which ContextReference) (*Context, error)
}

// ContextReference is a security context token that a signature's KeyInfo leads
// to. All nodes are children of the Security header.
type ContextReference struct {
	Identifier string
	Token      *c14n.Node // the SecurityContextToken; nil if the message has the identifier only
	Derived    *c14n.Node // the DerivedKeyToken that signs; nil if the context's own key does
}

// Context is an established security context.
type Context struct {
	Identifier string
	Owner      string    // whose it is, in the words of the Contexts
	Expires    time.Time // when it ends
	Key        Secret    // what signs: the context's key, or the derived one; 16 bytes at least
	Derived    bool      // whether Key is derived from the context's
}

// Replays remembers what has been used.
type Replays interface {
	// Seen remembers a key until a time, and says whether it was remembered
	// already. The same key always comes with the same time.
	Seen(ctx context.Context, kind ReplayKind, key [32]byte, until time.Time) (bool, error)
}

// ReplayKind keeps what anybody can send apart from what took a key.
type ReplayKind uint8

// Kinds of replay keys.
const (
	SignatureReplay ReplayKind = iota // a signature that was verified
	NonceReplay                       // a UsernameToken's nonce; the password is not yet checked
)

// Verifier checks the Security header of messages. It is safe for concurrent use.
type Verifier struct{ Config }

// New makes a Verifier.
func New(c Config) (*Verifier, error) {
	switch {
	case c.Now == nil:
		return nil, errors.New("wss: no clock")
	case c.Replays == nil:
		return nil, errors.New("wss: nothing remembers replays")
	case c.Certificates != nil && c.Trust == nil:
		return nil, errors.New("wss: certificates without trust")
	case c.Skew < 0 || c.Freshness < 0 || c.Lifetime < 0:
		return nil, errors.New("wss: a negative duration")
	}
	c.Skew = orDefault(c.Skew, time.Minute)
	c.Freshness = orDefault(c.Freshness, 5*time.Minute)
	c.Lifetime = orDefault(c.Lifetime, time.Hour)
	return &Verifier{c}, nil
}

func orDefault(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return d
}
