package token

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"overgang/rest"
)

// maxToken is the longest token that is looked at, in bytes.
const maxToken = 8 << 10

// Verifier checks tokens and says who calls. It is safe for concurrent use.
type Verifier struct {
	issuer, audience string
	skew             time.Duration
	now              func() time.Time
	keys             map[string]verifyingKey // by kid
	algorithms       []jose.SignatureAlgorithm
}

type verifyingKey struct {
	key       crypto.PublicKey
	algorithm jose.SignatureAlgorithm
}

// VerifierConfig configures a [Verifier].
type VerifierConfig struct {
	Keys     []crypto.PublicKey // more than one while a key is replaced
	Issuer   string             // iss that is wanted
	Audience string             // aud that is wanted
	Skew     time.Duration      // how far the issuer's clock may be off; 0 = 30 s
	Now      func() time.Time
}

// NewVerifier makes a verifier.
func NewVerifier(c VerifierConfig) (*Verifier, error) {
	if c.Issuer == "" || c.Audience == "" || c.Now == nil || len(c.Keys) == 0 {
		return nil, errors.New("token verifier: Keys, Issuer, Audience and Now are required")
	}
	if c.Skew == 0 {
		c.Skew = defaultSkew
	}
	v := &Verifier{issuer: c.Issuer, audience: c.Audience, skew: c.Skew, now: c.Now, keys: map[string]verifyingKey{}}
	for _, key := range c.Keys {
		alg, err := algorithm(key)
		if err != nil {
			return nil, err
		}
		kid, err := keyID(key)
		if err != nil {
			return nil, err
		}
		v.keys[kid] = verifyingKey{key, alg}
		if !slices.Contains(v.algorithms, alg) {
			v.algorithms = append(v.algorithms, alg)
		}
	}
	return v, nil
}

// Verify checks a token and returns its caller, without an address. Its error
// is Unauthenticated; what it shows tells an expired token from any other bad
// one, no more.
func (v *Verifier) Verify(_ context.Context, raw rest.Secret) (rest.Caller, error) {
	if len(raw) > maxToken {
		return rest.Caller{}, refuse(errors.New("token is too long"))
	}
	parsed, err := jwt.ParseSigned(raw.Reveal(), v.algorithms)
	if err != nil {
		return rest.Caller{}, refuse(err)
	}
	if len(parsed.Headers) != 1 {
		return rest.Caller{}, refuse(errors.New("token has not exactly one signature"))
	}
	header := parsed.Headers[0]
	key, ok := v.keys[header.KeyID]
	if !ok || string(key.algorithm) != header.Algorithm {
		return rest.Caller{}, refuse(fmt.Errorf("no key for algorithm %s and the token's kid", header.Algorithm))
	}
	var registered jwt.Claims
	var own claims
	if err := parsed.Claims(key.key, &registered, &own); err != nil {
		return rest.Caller{}, refuse(err)
	}
	if err := current(registered, v.issuer, v.audience, v.now(), v.skew); err != nil {
		return rest.Caller{}, err
	}
	caller, err := own.caller(registered.Subject)
	caller.Until = registered.Expiry.Time().UTC()
	return caller, err
}

// defaultSkew is how far an issuer's clock may be off, unless configured.
const defaultSkew = 30 * time.Second

// current checks whom a token is from and for, and its times (RFC 7519 §4.1).
func current(c jwt.Claims, issuer, audience string, now time.Time, skew time.Duration) error {
	if c.Expiry == nil {
		return refuse(errors.New("token has no exp"))
	}
	err := c.ValidateWithLeeway(jwt.Expected{Issuer: issuer, AnyAudience: jwt.Audience{audience}, Time: now}, skew)
	if errors.Is(err, jwt.ErrExpired) {
		return &rest.Error{Kind: rest.Unauthenticated, Code: "token-expired", Detail: "The token has expired; get a new one.", Err: err}
	}
	if err != nil {
		return refuse(err)
	}
	return nil
}

// caller is who the claims name. The subject must say the same as org, party or
// enterprise.
func (c claims) caller(subject string) (rest.Caller, error) {
	scopes := strings.Fields(c.Scope)
	named := 0
	for _, claim := range []string{c.Org, c.Party, c.Enterprise} {
		if claim != "" {
			named++
		}
	}
	switch {
	case named > 1:
		return rest.Caller{}, refuse(errors.New("token names more than one of owner, party and enterprise user"))
	case c.Certificate != "" && c.Enterprise == "":
		return rest.Caller{}, refuse(errors.New("token has a certificate of nobody"))
	case c.Org != "":
		if !slices.Contains(scopes, rest.ScopeOwner) {
			return rest.Caller{}, refuse(errors.New("token has org without scope serviceowner"))
		}
		if subject != string(rest.OwnerSubject(c.Org)) {
			return rest.Caller{}, refuse(errors.New("token's sub is not its org"))
		}
		return rest.Caller{Owner: c.Org, Scopes: scopes}, nil
	case c.Party != "":
		id, err := number(c.Party)
		if err != nil || subject != string(rest.PersonSubject(rest.PartyID(id))) {
			return rest.Caller{}, refuse(errors.New("token's sub is not its party"))
		}
		return rest.Caller{Person: rest.PartyID(id), Scopes: scopes}, nil
	case c.Enterprise != "":
		id, err := number(c.Enterprise)
		if err != nil || subject != string(rest.EnterpriseSubject(rest.EnterpriseID(id))) {
			return rest.Caller{}, refuse(errors.New("token's sub is not its enterprise"))
		}
		if len(scopes) == 0 || slices.Contains(scopes, rest.ScopeOwner) {
			return rest.Caller{}, refuse(errors.New("token of an enterprise user without scopes, or with an owner's"))
		}
		return rest.Caller{System: rest.EnterpriseID(id).System(), Certificate: c.Certificate, Scopes: scopes}, nil
	}
	return rest.Caller{}, refuse(errors.New("token names nobody"))
}

// number is a party's or an enterprise user's.
func number(text string) (int32, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err == nil && n <= 0 {
		err = strconv.ErrRange
	}
	return int32(n), err
}

func refuse(cause error) error {
	return &rest.Error{Kind: rest.Unauthenticated, Code: "token-invalid", Detail: "The token is not valid here.", Err: cause}
}
