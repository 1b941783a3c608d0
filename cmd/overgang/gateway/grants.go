package gateway

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"

	"overgang/cmd/overgang/observe"
	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/oauth"
	"overgang/rest/api/reference"
)

// grants are what the token endpoints of all listeners share.
type grants struct {
	used  *oauth.Used
	allow *callerRate
}

func (g *Gateway) newGrants() *grants {
	s := g.config.Security
	shared := &grants{used: oauth.NewUsed(s.Replays, s.ClockSkew), allow: &callerRate{perMinute: s.TokenRequests, now: g.now}}
	observe.WatchReplays(g.figures, "assertion", func() (int, int64) { return shared.used.Held(), 0 })
	return shared
}

// besideGrants serves the token endpoint beside another handler.
func (g *Gateway) besideGrants(base api.Config, shared *grants, other http.Handler) (http.Handler, error) {
	if !g.config.Tokens.Enterprise {
		return other, nil
	}
	c := g.config.Tokens
	endpoint, err := oauth.New(oauth.Config{
		API: base, Accounts: g.core, Certificates: g.trust, Issue: g.issuer.Issue, Issuer: c.Issuer, URL: base.PlatformURL,
		Lifetime: c.Lifetime, Skew: g.config.Security.ClockSkew, Allow: shared.allow.take, Used: shared.used,
	})
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if oauth.Handles(r.URL.Path) {
			endpoint.ServeHTTP(w, r)
			return
		}
		other.ServeHTTP(w, r)
	}), nil
}

// grantReferences are what the pages at /docs say of it.
func (g *Gateway) grantReferences() []reference.Document {
	if !g.config.Tokens.Enterprise {
		return nil
	}
	return []reference.Document{{Name: "token", Text: oauth.Document(), Address: oauth.DocumentPath}}
}

// standing lets tokens of enterprise users in as long as they stand: every time
// the user is asked for, and each time that the token itself is checked anew, the
// trust in the certificate that it was got with.
type standing struct {
	tokens api.Tokens
	core   rest.Accounts
}

// Verify implements [api.Tokens].
func (s standing) Verify(ctx context.Context, raw rest.Secret) (rest.Caller, error) {
	c, err := s.tokens.Verify(ctx, raw)
	if err == nil && c.Enterprise() != 0 {
		err = s.core.EnterpriseStands(ctx, c.Enterprise(), c.Certificate)
	}
	if err != nil {
		return rest.Caller{}, err
	}
	return c, nil
}

// trusted refuses a token whose certificate has been revoked since.
func (g *Gateway) trusted(ctx context.Context, c rest.Caller) error {
	if c.Certificate == "" {
		return nil
	}
	err := errors.New("the token's certificate is registered no more")
	if sum, bad := hex.DecodeString(c.Certificate); bad == nil && len(sum) == len(rest.Thumbprint{}) {
		if cert := g.trust.Registered(rest.Thumbprint(sum)); cert != nil {
			err = g.trust.Check(ctx, cert, g.now())
		}
	}
	if err == nil {
		return nil
	}
	return &rest.Error{Kind: rest.Unauthenticated, Code: "token-invalid", Detail: "The token is not valid here.", Err: err}
}
