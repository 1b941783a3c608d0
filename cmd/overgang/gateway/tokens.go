package gateway

import (
	"context"
	"crypto"
	"log/slog"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/token"
)

// newTokens makes what verifies bearer tokens: the embedded issuer's and those
// of the issuers that are configured beside it.
func (g *Gateway) newTokens() (api.Tokens, error) {
	c := g.config.Tokens
	own, err := token.NewVerifier(token.VerifierConfig{
		Keys: []crypto.PublicKey{g.issuer.Public()}, Issuer: c.Issuer, Audience: c.Audience, Now: g.now})
	if err != nil {
		return nil, err
	}
	var foreign []*token.Foreign
	for _, i := range c.Issuers {
		foreign = append(foreign, token.NewForeign(token.ForeignIssuer{
			Issuer: i.Issuer, Audience: i.Audience, Keys: i.Keys, OwnerClaim: i.OwnerClaim, Owners: i.Owners,
			PersonClaim: i.PersonClaim, PartyClaim: i.PartyClaim, Scopes: i.Scopes,
		}, g.now, g.person, nil))
	}
	issuers, err := token.NewIssuers(own, foreign...)
	if err != nil {
		return nil, err
	}
	return standing{token.NewRemembered(func(ctx context.Context, raw rest.Secret) (rest.Caller, error) {
		c, err := issuers.Verify(ctx, raw)
		if err == nil {
			err = g.trusted(ctx, c)
		}
		return c, err
	}, g.now), g.core}, nil
}

// person finds the person with a national identity number.
func (g *Gateway) person(ctx context.Context, number rest.NationalID) (rest.PartyID, error) {
	p, err := g.core.Party(ctx, rest.PartyRef{SSN: number})
	return p.ID, err
}

// auditLog is where decisions about access go; nil = nowhere.
func (g *Gateway) auditLog() *slog.Logger {
	if !g.config.Log.Audit {
		return nil
	}
	return g.log
}
