package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"overgang/rest"
)

// ForeignIssuer is an issuer beside the embedded one whose tokens are taken,
// and what they may say. An issuer speaks for nobody that is not listed here.
type ForeignIssuer struct {
	Issuer   string // iss that is wanted, an https URL
	Audience string // aud that is wanted
	Keys     string // address of its JWKS; empty = where its metadata say (OpenID Connect Discovery)
	// OwnerClaim is the claim that names an application owner, as a path:
	// "consumer.ID". Owners are its values with the owners' codes; another value is refused.
	OwnerClaim string
	Owners     map[string]string
	// PersonClaim is the claim with a person's national identity number; PartyClaim
	// the one with a party's id. Empty = the issuer names none.
	PersonClaim, PartyClaim string
	// Scopes are the issuer's scopes with those of ours that they stand for;
	// others mean nothing. nil = it uses ours.
	Scopes map[string][]string
}

// Foreign verifies tokens of one [ForeignIssuer].
type Foreign struct {
	issuer ForeignIssuer
	keys   *keySet
	now    func() time.Time
	person func(context.Context, rest.NationalID) (rest.PartyID, error)
}

// NewForeign makes a verifier. person finds a person by number; its error is
// NotFound when there is none. client is what keys are fetched with; nil = one
// that waits 5 s and follows no redirects.
func NewForeign(i ForeignIssuer, now func() time.Time, person func(context.Context, rest.NationalID) (rest.PartyID, error), client *http.Client) *Foreign {
	if client == nil {
		client = newClient()
	}
	return &Foreign{issuer: i, now: now, person: person, keys: newKeySet(fetchKeys(client, i.Issuer, i.Keys), now)}
}

// SafeURL says whether keys may be fetched from an address: https, or a
// loopback address.
func SafeURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return errors.New("it is no absolute URL")
	}
	a, err := netip.ParseAddr(u.Hostname())
	loopback := u.Hostname() == "localhost" || err == nil && a.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback) {
		return errors.New("https is wanted")
	}
	if _, port, err := net.SplitHostPort(u.Host); err == nil {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return errors.New("it has no valid port")
		}
	}
	return nil
}

// Verify checks a token as [Verifier.Verify] does.
func (f *Foreign) Verify(ctx context.Context, raw rest.Secret) (rest.Caller, error) {
	parsed, err := jwt.ParseSigned(raw.Reveal(), everyAlgorithm)
	if err != nil {
		return rest.Caller{}, refuse(err)
	}
	if len(parsed.Headers) != 1 {
		return rest.Caller{}, refuse(errors.New("token has not exactly one signature"))
	}
	header := parsed.Headers[0]
	key, err := f.keys.key(ctx, header.KeyID)
	if err != nil {
		return rest.Caller{}, err
	}
	if !slices.ContainsFunc(key.algorithms, func(a jose.SignatureAlgorithm) bool { return string(a) == header.Algorithm }) {
		return rest.Caller{}, refuse(fmt.Errorf("algorithm %s is not the key's", header.Algorithm))
	}
	var registered jwt.Claims
	var own map[string]any
	if err := parsed.Claims(key.key, &registered, &own); err != nil {
		return rest.Caller{}, refuse(err)
	}
	if err := current(registered, f.issuer.Issuer, f.issuer.Audience, f.now(), defaultSkew); err != nil {
		return rest.Caller{}, err
	}
	caller, err := f.caller(ctx, own)
	caller.Until, caller.Issuer = registered.Expiry.Time().UTC(), f.issuer.Issuer
	return caller, err
}

// caller is who the claims name: an owner, or a person, never both.
func (f *Foreign) caller(ctx context.Context, claims map[string]any) (rest.Caller, error) {
	c := rest.Caller{Scopes: f.scopes(claims)}
	owner, person, party := text(claims, f.issuer.OwnerClaim), text(claims, f.issuer.PersonClaim), text(claims, f.issuer.PartyClaim)
	named := 0
	for _, claim := range []string{owner, person, party} {
		if claim != "" {
			named++
		}
	}
	switch {
	case named != 1:
		return rest.Caller{}, refuse(errors.New("token does not name exactly one of owner, person and party"))
	case owner != "":
		if c.Owner = f.issuer.Owners[owner]; c.Owner == "" {
			return rest.Caller{}, refuse(errors.New("token's owner is none that the issuer may speak for"))
		}
		if !slices.Contains(c.Scopes, rest.ScopeOwner) {
			return rest.Caller{}, refuse(errors.New("token of an owner without scope serviceowner"))
		}
	case party != "":
		id, err := strconv.ParseInt(party, 10, 32)
		if err != nil || id <= 0 {
			return rest.Caller{}, refuse(errors.New("token's party is no party id"))
		}
		c.Person = rest.PartyID(id)
	default:
		id, err := f.person(ctx, rest.NationalID(person))
		if rest.KindOf(err) == rest.NotFound && err != nil {
			return rest.Caller{}, refuse(errors.New("token's person is unknown here"))
		} else if err != nil {
			return rest.Caller{}, err
		}
		c.Person = id
	}
	return c, nil
}

// scopes are ours that the token's stand for. The claim is text with spaces
// (RFC 8693 §4.2), or a list as some issuers have it.
func (f *Foreign) scopes(claims map[string]any) []string {
	var given, scopes []string
	switch s := claims["scope"].(type) {
	case string:
		given = strings.Fields(s)
	case []any:
		for _, one := range s {
			if t, ok := one.(string); ok {
				given = append(given, t)
			}
		}
	}
	if f.issuer.Scopes == nil {
		return given
	}
	for _, s := range given {
		for _, ours := range f.issuer.Scopes[s] {
			if !slices.Contains(scopes, ours) {
				scopes = append(scopes, ours)
			}
		}
	}
	return scopes
}

// text is the claim at a path such as "consumer.ID"; empty when there is none.
func text(claims map[string]any, path string) string {
	if path == "" {
		return ""
	}
	name, rest, nested := strings.Cut(path, ".")
	if nested {
		inner, _ := claims[name].(map[string]any)
		return text(inner, rest)
	}
	switch v := claims[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
