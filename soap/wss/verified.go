package wss

import (
	"crypto/x509"
	"log/slog"
	"slices"
	"time"

	"overgang/soap/c14n"
)

// Verified is what a message has proved.
type Verified struct {
	Timestamp   *Timestamp        // nil = none
	Username    *Username         // nil = none; the password is not yet checked
	Certificate *x509.Certificate // the signer's, registered and trusted; nil = none
	Context     *Context          // the signer's security context; nil = none
	// Signed are the nodes that the signatures cover.
	Signed []*c14n.Node
	// Signatures are the signatures' values, for SignatureConfirmation.
	Signatures [][]byte
}

// Covers says whether a node is signed as a whole.
func (v *Verified) Covers(n *c14n.Node) bool { return slices.Contains(v.Signed, n) }

// Timestamp is when a message was made and when it ends.
type Timestamp struct {
	Created, Expires time.Time
}

// Username is a UsernameToken with a password in clear.
type Username struct {
	Name     string
	Password Password
}

// Password is a password that prints redacted.
type Password string

const redacted = "[redacted]"

// String implements fmt.Stringer.
func (Password) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Password) GoString() string { return redacted }

// LogValue implements slog.LogValuer.
func (Password) LogValue() slog.Value { return slog.StringValue(redacted) }

// Secret is a key that prints redacted.
type Secret []byte

// String implements fmt.Stringer.
func (Secret) String() string { return redacted }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return redacted }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
