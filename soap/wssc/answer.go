package wssc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
)

// Caller is who a token request has proved to come from.
type Caller struct {
	// Certificate names the principal whose certificate signed the request, as
	// by its thumbprint, in at most 128 bytes; "" = none did. Issue and Renew
	// need one.
	Certificate string
	// Context is the security context that signed it; nil = none did.
	Context *wss.Context
}

// Answer answers a token request, the body of a message whose Security header
// was verified. kind is what the message's action asks for. An error is a
// [*wss.Error] with one of this package's codes, unless something of the
// Config or the source of randomness failed.
func (e *Endpoint) Answer(ctx context.Context, kind Kind, body *c14n.Node, caller Caller) (*Response, error) {
	if kind > Cancel {
		return nil, fmt.Errorf("wssc: unknown kind of request %d", kind)
	}
	principal, err := caller.principal(kind)
	if err != nil {
		return nil, err
	}
	now := e.config.Now()
	if !e.pace.allows(principal, now) {
		return nil, refuse(RequestFailed, "more than %d token requests in a minute", e.pace.most)
	}
	r, err := readRequest(kind, body, now)
	if err != nil {
		return nil, err
	}
	switch kind {
	case Renew:
		return e.renew(ctx, r, principal, now)
	case Cancel:
		return e.cancel(ctx, r, principal, caller.Context != nil && caller.Context.Derived)
	}
	s := &session{}
	if err := e.chance(s.id[:]); err != nil {
		return nil, err
	}
	return e.issue(r, s, principal, now)
}

// principal is who asks.
func (c Caller) principal(kind Kind) (string, error) {
	switch {
	case len(c.Certificate) > longestOwner:
		return "", fmt.Errorf("wssc: the name of a principal has %d bytes", len(c.Certificate))
	case c.Certificate == "" && (kind != Cancel || c.Context == nil):
		return "", refuse(wss.FailedAuthentication, "%v is not signed as it must be", kind)
	case c.Certificate == "":
		return c.Context.Owner, nil
	case c.Context != nil && c.Context.Owner != c.Certificate:
		return "", bad("a token of another certificate signs")
	}
	return c.Certificate, nil
}

// chance fills b with random bytes that make a UUID of version 4.
func (e *Endpoint) chance(b []byte) error {
	if _, err := io.ReadFull(e.config.Rand, b); err != nil {
		return fmt.Errorf("wssc: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return nil
}

// issue completes a session whose identifier is set, and answers with it.
func (e *Endpoint) issue(r *request, s *session, principal string, now time.Time) (*Response, error) {
	s.created, s.owner, s.site = now.Truncate(time.Millisecond), principal, e.site
	life := e.config.Lifetime
	if r.lifetime > 0 {
		life = min(life, r.lifetime)
	}
	s.expires = s.created.Add(life).Truncate(time.Millisecond)
	secret := make(wss.Secret, r.size/8)
	if _, err := io.ReadFull(e.config.Rand, secret); err != nil {
		return nil, fmt.Errorf("wssc: %w", err)
	}
	s.key = secret
	if r.entropy != nil {
		s.key = prf(r.entropy, secret, 0, len(secret))
	}
	sealed, err := e.ring.Load().seal(s, e.config.Rand)
	if err != nil {
		return nil, err
	}
	return &Response{context: r.context, token: s, cookie: sealed, secret: secret, computed: r.entropy != nil}, nil
}

// renew answers with a new instance of a token, which has a key of its own, as
// WS-SecureConversation §5 has it. The old one lives on to its end.
func (e *Endpoint) renew(ctx context.Context, r *request, principal string, now time.Time) (*Response, error) {
	old, err := e.target(ctx, r, principal)
	if err != nil {
		return nil, err
	}
	s := &session{id: old.id}
	if err := e.chance(s.instance[:]); err != nil {
		return nil, err
	}
	return e.issue(r, s, principal, now)
}

// cancel ends all instances of a token. Clients of the older generation also
// call sites of the current one, and have a policy of their own, in which
// tokens are cancelled: derived says that the request is signed as only they do.
func (e *Endpoint) cancel(ctx context.Context, r *request, principal string, derived bool) (*Response, error) {
	if e.site.Generation != Older && !derived {
		return nil, refuse(RequestFailed, "tokens are not cancelled here")
	}
	s, err := e.target(ctx, r, principal)
	if err != nil {
		return nil, err
	}
	// An instance made a moment ago can be used and renewed as long as any.
	until := e.config.Now().Add(e.config.Lifetime)
	if until.Before(s.expires) {
		until = s.expires
	}
	until = until.Add(e.config.Grace + 2*e.config.Skew)
	err = e.config.Cancellations.Cancel(ctx, s.id, until)
	switch {
	case errors.Is(err, ErrFull):
		return nil, &wss.Error{Code: RequestFailed, Reason: "the token is not cancelled", Err: err}
	case err != nil:
		return nil, err
	}
	return &Response{context: r.context}, nil
}

// target is the session that a request is about: the token itself, or a
// reference to one whose cookie was seen, as when it signs the request.
func (e *Endpoint) target(ctx context.Context, r *request, principal string) (*session, error) {
	n := only(r.target)
	if n == nil {
		return nil, refuse(InvalidRequest, "a target that is not one token")
	}
	var name string
	var token *c14n.Node
	switch n.Name {
	case contextToken:
		token = n
		for c := range n.Elements() {
			if c.Name != identifier {
				continue
			}
			if name != "" {
				return nil, bad("a token with two identifiers")
			}
			name, _ = c.Value()
		}
	case tokenReference:
		ref := only(n)
		if ref == nil || ref.Name != reference {
			return nil, refuse(InvalidRequest, "a target by a reference of another kind")
		}
		if kind := attribute(ref, valueType); kind != "" && kind != tokenContext {
			return nil, refuse(InvalidRequest, "a target of type %.80q", kind)
		}
		name = attribute(ref, uri)
	default:
		return nil, refuse(InvalidRequest, "a target <%.40s>", n.Name.Local)
	}
	s, err := e.session(name, token)
	if err != nil {
		return nil, err
	}
	if s.owner != principal {
		return nil, bad("a token of somebody else")
	}
	return s, e.live(ctx, s, e.config.Grace)
}
