package token

import (
	"context"
	"errors"

	"github.com/go-jose/go-jose/v4/jwt"

	"overgang/rest"
)

// Issuers verifies tokens of several issuers: the embedded one and those that
// are configured beside it. Which one a token says it comes from only chooses
// who checks it.
type Issuers struct {
	own     *Verifier
	foreign map[string]*Foreign // by iss
}

// NewIssuers puts them together. An issuer that is listed twice, or has the
// embedded one's name, is an error.
func NewIssuers(own *Verifier, foreign ...*Foreign) (*Issuers, error) {
	all := &Issuers{own: own, foreign: map[string]*Foreign{}}
	for _, f := range foreign {
		name := f.issuer.Issuer
		if all.foreign[name] != nil || name == own.issuer {
			return nil, errors.New("token issuers: " + name + " is there twice")
		}
		all.foreign[name] = f
	}
	return all, nil
}

// Verify checks a token as [Verifier.Verify] does.
func (i *Issuers) Verify(ctx context.Context, raw rest.Secret) (rest.Caller, error) {
	if len(i.foreign) == 0 || len(raw) > maxToken {
		return i.own.Verify(ctx, raw)
	}
	parsed, err := jwt.ParseSigned(raw.Reveal(), everyAlgorithm)
	if err != nil {
		return rest.Caller{}, refuse(err)
	}
	var said jwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&said); err != nil {
		return rest.Caller{}, refuse(err)
	}
	if f := i.foreign[said.Issuer]; f != nil {
		return f.Verify(ctx, raw)
	}
	return i.own.Verify(ctx, raw)
}
