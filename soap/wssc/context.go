package wssc

import (
	"context"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
)

var _ wss.Contexts = (*Endpoint)(nil)

// Context implements [wss.Contexts]: it opens the token's cookie. A token
// without one is known if its cookie was seen by this gateway before. The
// Owner is the principal that the token was issued to.
func (e *Endpoint) Context(ctx context.Context, which wss.ContextReference) (*wss.Context, error) {
	s, err := e.session(which.Identifier, which.Token)
	if err != nil {
		return nil, err
	}
	if err := e.live(ctx, s, 0); err != nil {
		return nil, err
	}
	e.remember(s)
	key := s.key
	if which.Derived != nil {
		if key, err = derive(s.key, which.Derived); err != nil {
			return nil, err
		}
	}
	return &wss.Context{Identifier: which.Identifier, Owner: s.owner, Expires: s.expires.Add(e.config.Skew), Key: key, Derived: which.Derived != nil}, nil
}

// session finds the session that an identifier means. token, if there is one,
// is the SecurityContextToken of that identifier.
func (e *Endpoint) session(name string, token *c14n.Node) (*session, error) {
	id, ok := idOf(name)
	if !ok {
		return nil, bad("an identifier that was not issued here")
	}
	var sealed, instances *c14n.Node
	if token != nil {
		for n := range token.Elements() {
			if n.Name == cookie && !once(&sealed, n) || n.Name == instance && !once(&instances, n) {
				return nil, bad("two of <%.40s> in a token", n.Name.Local)
			}
		}
	}
	var s *session
	if sealed == nil {
		if s, ok = e.seen.get(id); !ok {
			return nil, bad("a token without its cookie, which was not seen")
		}
	} else {
		b, ok := decoded(sealed, longestCookie)
		if !ok {
			return nil, bad("a cookie that is not base64, or too long")
		}
		var err error
		if s, err = e.ring.Load().open(b); err != nil {
			return nil, err
		}
	}
	switch text, _ := instances.Value(); {
	case s.id != id:
		return nil, bad("a token with the cookie of another")
	case instances != nil && text != s.instanceName():
		return nil, bad("a token of another instance than its cookie")
	case s.site != e.site:
		return nil, bad("a token of another site, %.80q", s.site.Address)
	}
	return s, nil
}

// live says whether a session is in its time and not cancelled. grace is added
// to its end.
func (e *Endpoint) live(ctx context.Context, s *session, grace time.Duration) error {
	now := e.config.Now()
	switch {
	case s.created.After(now.Add(e.config.Skew)):
		return bad("a token issued %v in the future", s.created.Sub(now))
	case !now.Before(s.expires.Add(e.config.Skew + grace)):
		return bad("a token that expired at %v", s.expires)
	}
	cancelled, err := e.config.Cancellations.Cancelled(ctx, s.id)
	if err != nil {
		return err
	}
	if cancelled {
		return bad("a cancelled token")
	}
	return nil
}

// remember keeps a session for messages that only refer to it. Of a token's
// instances that is the newest.
func (e *Endpoint) remember(s *session) {
	e.seen.change(s.id, func(kept *session) *session {
		if kept != nil && kept.created.After(s.created) {
			return kept
		}
		return s
	})
}
