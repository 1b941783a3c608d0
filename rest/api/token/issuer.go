package token

import (
	"crypto"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"overgang/rest"
)

// Grant is what a token says: who, and what for. Exactly one of Party, Owner
// and Enterprise is set.
type Grant struct {
	Party      rest.PartyID // a person
	Owner      string       // an application owner's org code
	Enterprise rest.EnterpriseID
	// Certificate is the thumbprint of the certificate that the enterprise user
	// proved itself with: without it the token is good no more. Empty = none.
	Certificate string
	Scopes      []string      // nil = all that such a caller may have
	Lifetime    time.Duration // 0 = an hour
}

// Issuer signs tokens. It is safe for concurrent use.
type Issuer struct {
	issuer, audience string
	now              func() time.Time
	newID            func() string
	signer           jose.Signer
	public           crypto.PublicKey
}

// IssuerConfig configures an [Issuer]. Every field is required.
type IssuerConfig struct {
	Key      []byte // PEM, see [ParseKey]
	Issuer   string // iss
	Audience string // aud
	Now      func() time.Time
	NewID    func() string // jti; unique
}

// claims are the token's, beside the registered ones.
type claims struct {
	Scope string `json:"scope"`           // RFC 8693 §4.2: separated by spaces
	Org   string `json:"org,omitempty"`   // the application owner's code
	Party string `json:"party,omitempty"` // the person's party id, decimal
	// Enterprise is the enterprise user's number, decimal; Certificate the SHA-256
	// thumbprint of the certificate that the token was got with, in hexadecimal. It
	// binds no connection, so it is no cnf (RFC 8705 §3.1).
	Enterprise  string `json:"enterprise,omitempty"`
	Certificate string `json:"certificate,omitempty"`
}

// NewIssuer makes an issuer from the bytes of a key file.
func NewIssuer(c IssuerConfig) (*Issuer, error) {
	if c.Issuer == "" || c.Audience == "" || c.Now == nil || c.NewID == nil {
		return nil, errors.New("token issuer: Issuer, Audience, Now and NewID are required")
	}
	key, err := ParseKey(c.Key)
	if err != nil {
		return nil, err
	}
	alg, err := algorithm(key.Public())
	if err != nil {
		return nil, err
	}
	kid, err := keyID(key.Public())
	if err != nil {
		return nil, err
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("token issuer: %w", err)
	}
	return &Issuer{issuer: c.Issuer, audience: c.Audience, now: c.Now, newID: c.NewID, signer: signer, public: key.Public()}, nil
}

// Public is the key that verifies what the issuer signs.
func (i *Issuer) Public() crypto.PublicKey { return i.public }

// Issue signs a token and says when it expires.
func (i *Issuer) Issue(g Grant) (rest.Secret, time.Time, error) {
	subject, scopes, err := g.whose()
	if err != nil {
		return "", time.Time{}, err
	}
	if g.Lifetime < 0 {
		return "", time.Time{}, errors.New("token: the lifetime is negative")
	}
	if g.Lifetime == 0 {
		g.Lifetime = time.Hour
	}
	own := claims{Org: g.Owner, Certificate: g.Certificate}
	if g.Party != 0 {
		own.Party = strconv.Itoa(int(g.Party))
	}
	if g.Enterprise != 0 {
		own.Enterprise = strconv.Itoa(int(g.Enterprise))
	}
	if g.Scopes != nil {
		scopes = g.Scopes
	}
	own.Scope = strings.Join(scopes, " ")

	now := i.now().UTC().Truncate(time.Second)
	expires := now.Add(g.Lifetime)
	text, err := jwt.Signed(i.signer).Claims(jwt.Claims{
		Issuer: i.issuer, Audience: jwt.Audience{i.audience}, Subject: string(subject), ID: i.newID(),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(expires),
	}).Claims(own).Serialize()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("token: %w", err)
	}
	return rest.Secret(text), expires, nil
}

// whose is whom the grant names, and the scopes that such a caller may have.
func (g Grant) whose() (subject rest.Subject, scopes []string, err error) {
	scopes = UserScopes()
	named := 0
	if g.Party != 0 {
		named, subject = named+1, rest.PersonSubject(g.Party)
	}
	if g.Owner != "" {
		named, subject, scopes = named+1, rest.OwnerSubject(g.Owner), append(scopes, rest.ScopeOwner)
	}
	if g.Enterprise != 0 {
		named, subject = named+1, rest.EnterpriseSubject(g.Enterprise)
	}
	switch {
	case named != 1:
		err = errors.New("token: exactly one of party, owner and enterprise user")
	case g.Certificate != "" && g.Enterprise == 0:
		err = errors.New("token: a certificate of somebody else than an enterprise user")
	case g.Scopes != nil && len(g.Scopes) == 0 && g.Enterprise != 0:
		err = errors.New("token: an enterprise user without scopes")
	}
	return subject, scopes, err
}

// UserScopes are the scopes that persons and enterprise users may have.
func UserScopes() []string { return []string{rest.ScopeRead, rest.ScopeWrite} }
