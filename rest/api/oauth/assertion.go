package oauth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"overgang/rest"
)

// Bounds of an assertion.
const (
	maxAssertion = 32 << 10          // bytes
	maxLife      = 120 * time.Second // from iat to exp, as Maskinporten has it
	maxID        = 255               // bytes of jti
)

// assertion is a JWT whose signature is its certificate's. Whose certificate
// that is, nobody has asked yet.
type assertion struct {
	thumbprint rest.Thumbprint
	issuer     string
	scopes     []string
	id         string
}

// claims are the assertion's beside the registered ones.
type claims struct {
	Scope string `json:"scope"` // separated by spaces
}

// read checks everything of an assertion that does not depend on what is
// registered here, for everybody alike. Its refusals may tell.
func (s *server) read(text string, now time.Time) (assertion, *refusal) {
	if len(text) > maxAssertion {
		return assertion{}, badGrant(fmt.Sprintf("The assertion has more than %d bytes.", maxAssertion), nil)
	}
	leaf, err := certificateOf(text)
	if err != nil {
		return assertion{}, badGrant("The assertion's header has no usable x5c: "+err.Error()+".", err)
	}
	fitting, err := algorithmsOf(leaf.PublicKey)
	if err != nil {
		return assertion{}, badGrant("The certificate in x5c will not do: "+err.Error()+".", err)
	}
	parsed, err := jwt.ParseSigned(text, algorithms)
	if err != nil {
		return assertion{}, badGrant("The assertion is not one JWT signed with "+algorithmNames()+".", err)
	}
	if len(parsed.Headers) != 1 || !slices.Contains(fitting, jose.SignatureAlgorithm(parsed.Headers[0].Algorithm)) {
		return assertion{}, badGrant("The assertion's alg is not one for the key of the certificate in x5c.", nil)
	}
	var registered jwt.Claims
	var own claims
	if err := parsed.Claims(leaf.PublicKey, &registered, &own); err != nil {
		if errors.Is(err, jose.ErrCryptoFailure) {
			return assertion{}, badGrant("The assertion's signature is not by the key of the certificate in x5c.", err)
		}
		return assertion{}, badGrant("The assertion's claims are not as RFC 7519 has them.", err)
	}
	if refused := s.checkClaims(registered, now); refused != nil {
		return assertion{}, refused
	}
	return assertion{
		thumbprint: rest.ThumbprintOf(leaf.Raw), issuer: registered.Issuer, id: registered.ID,
		scopes: strings.Fields(own.Scope),
	}, nil
}

// checkClaims checks who an assertion is for and its times (RFC 7523 §3). sub,
// which others ask for, may be left out: as at Maskinporten iss says it all.
func (s *server) checkClaims(c jwt.Claims, now time.Time) *refusal {
	skew := s.config.Skew
	switch {
	case c.Issuer == "":
		return badGrant("The assertion has no iss: the enterprise user's name.", nil)
	case c.Subject != "" && c.Subject != c.Issuer:
		return badGrant("The assertion's sub is another than its iss: leave it out.", nil)
	case len(c.Audience) != 1 || c.Audience[0] != s.config.Issuer:
		return badGrant("The assertion's aud is not the issuer as the metadata name it, and nothing else.", nil)
	case c.ID == "" || len(c.ID) > maxID:
		return badGrant(fmt.Sprintf("The assertion has no jti of 1 to %d bytes.", maxID), nil)
	case c.IssuedAt == nil || c.Expiry == nil:
		return badGrant("The assertion has no iat or no exp.", nil)
	}
	issued, expires := c.IssuedAt.Time(), c.Expiry.Time()
	switch {
	case !expires.After(issued) || expires.Sub(issued) > maxLife:
		return badGrant(fmt.Sprintf("The assertion's exp is not within %d seconds after its iat.", int(maxLife.Seconds())), nil)
	case issued.After(now.Add(skew)), c.NotBefore != nil && c.NotBefore.Time().After(now.Add(skew)):
		return badGrant("The assertion is not valid yet: compare the clocks.", nil)
	case !now.Before(expires.Add(skew)):
		return badGrant("The assertion has expired: make a new one for each request, and compare the clocks.", nil)
	}
	return nil
}

// wanted are the scopes that a request asks for: those of the assertion, of which
// the parameter (RFC 7521 §4.1) may name fewer, or the parameter's alone.
func wanted(signed []string, parameter string) ([]string, *refusal) {
	asked := signed
	if named := strings.Fields(parameter); len(named) > 0 {
		if len(signed) > 0 && slices.ContainsFunc(named, func(s string) bool { return !slices.Contains(signed, s) }) {
			return nil, &refusal{code: invalidScope, text: "The parameter scope names more than the assertion does."}
		}
		asked = named
	}
	if len(asked) == 0 {
		return nil, &refusal{code: invalidScope, text: "The assertion has no scope: ask for " + strings.Join(scopes, " or ") + ", or both."}
	}
	var out []string
	for _, one := range asked {
		if !slices.Contains(scopes, one) {
			return nil, &refusal{code: invalidScope, text: "An enterprise user gets no other scopes than " + strings.Join(scopes, " and ") + "."}
		}
		if !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out, nil
}

// unusable is why nobody may be told more than that an assertion is refused.
func unusable(cause error) *refusal { return badGrant(hidden, cause) }

// hidden is the one text for all that depends on what is registered here.
const hidden = "The assertion is not accepted: an iss, a certificate or a jti that is not good here, or no longer."
