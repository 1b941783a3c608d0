package oauth

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"time"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/token"
)

// Paths of what the package serves.
const (
	TokenPath    = "/token"
	MetadataPath = "/.well-known/oauth-authorization-server" // RFC 8414 §3
	DocumentPath = "/token/openapi.yaml"
)

// Handles says whether the path is one of the package's.
func Handles(path string) bool {
	return path == TokenPath || path == MetadataPath || path == DocumentPath
}

// scopes are all that an enterprise user may have.
var scopes = token.UserScopes()

// Certificates are the registered ones, and who judges them.
type Certificates interface {
	// Registered is the certificate with the thumbprint, if an enterprise user that
	// may log in has registered it; nil = none has.
	Registered(rest.Thumbprint) *x509.Certificate
	// Check says why a certificate must not be trusted at a time: its validity, its
	// issuer, its revocation. It fetches nothing.
	Check(ctx context.Context, cert *x509.Certificate, at time.Time) error
}

// Accounts says who is who: [rest.Accounts].
type Accounts interface {
	EnterpriseByCertificate(ctx context.Context, user, thumbprint, address string) (rest.Caller, error)
}

// Config of the endpoint. Every field is required.
type Config struct {
	API          api.Config // what all of the HTTP API shares; Core and Tokens are not asked
	Accounts     Accounts
	Certificates Certificates
	// Issue makes a token: [token.Issuer.Issue].
	Issue func(token.Grant) (rest.Secret, time.Time, error)
	// Issuer is the token issuer's name, which assertions have as aud.
	Issuer   string
	URL      string        // the public address that TokenPath is below, without a slash at the end
	Lifetime time.Duration // of tokens
	Skew     time.Duration // how far a caller's clock may be off
	// Allow says whether an address ("address 192.0.2.1") or an enterprise user
	// ("enterprise:7") may ask once more; its error is RateLimited, with a RetryAfter.
	Allow func(who string) error
	Used  *Used
}

// Used remembers which assertions were taken: one for all listeners of a gateway.
type Used struct{ *used }

// NewUsed makes one that remembers so many assertions at most, each for as long as
// it could be taken again, with clocks that are skew off.
func NewUsed(most int, skew time.Duration) *Used {
	return &Used{newUsed(maxLife+2*skew+time.Second, most)}
}

// Held is how many assertions are remembered.
func (u *Used) Held() int { return u.held() }

type server struct {
	config   Config
	face     *api.Face
	metadata metadata
}

// New returns the handler of [TokenPath], [MetadataPath] and [DocumentPath].
func New(c Config) (http.Handler, error) {
	if c.Accounts == nil || c.Certificates == nil || c.Issue == nil || c.Allow == nil || c.Used == nil {
		return nil, errors.New("oauth: Accounts, Certificates, Issue, Allow and Used are required")
	}
	if c.Issuer == "" || c.URL == "" || c.Lifetime <= 0 || c.Skew < 0 {
		return nil, errors.New("oauth: Issuer, URL and Lifetime are required")
	}
	face, err := api.NewFace(c.API)
	if err != nil {
		return nil, err
	}
	s := &server{config: c, face: face, metadata: describe(c.Issuer, c.URL)}
	return face.OpenHandler(document, DocumentPath,
		api.Open{Operation: "issueToken", Method: http.MethodPost, Path: TokenPath, Decides: true, Handle: s.token},
		api.Open{Operation: "getAuthorizationServer", Method: http.MethodGet, Path: MetadataPath, Handle: s.describe},
	), nil
}

// token answers a token request.
func (s *server) token(w http.ResponseWriter, r *http.Request) (out api.Outcome, err error) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache") // RFC 6749 §5.1
	refused := s.allow("address " + s.face.Address(r))
	if refused != nil {
		return refused.write(w, out)
	}
	form, refused := readForm(w, r)
	if refused != nil {
		return refused.write(w, out)
	}
	now := s.face.Now()
	a, refused := s.read(form.Get("assertion"), now)
	if refused != nil {
		return refused.write(w, out)
	}
	out.Signer = a.thumbprint.String()
	asked, refused := wanted(a.scopes, form.Get("scope"))
	if refused != nil {
		return refused.write(w, out)
	}
	caller, refused, err := s.prove(r, a, now)
	if err != nil {
		return out, err
	}
	if refused != nil {
		return refused.write(w, out)
	}
	out.Caller = caller.Name()
	raw, expires, err := s.config.Issue(token.Grant{
		Enterprise: caller.Enterprise(), Certificate: caller.Certificate, Scopes: asked, Lifetime: s.config.Lifetime})
	if err != nil {
		return out, err
	}
	return out, writeJSON(w, http.StatusOK, tokenAnswer{
		AccessToken: raw.Reveal(), TokenType: "Bearer", ExpiresIn: int64(expires.Sub(now) / time.Second), Scope: strings.Join(asked, " ")})
}

// prove says who signed an assertion. What it refuses depends on who is
// registered here, so that it tells nothing; err is a failure of ours.
func (s *server) prove(r *http.Request, a assertion, now time.Time) (rest.Caller, *refusal, error) {
	cert := s.config.Certificates.Registered(a.thumbprint)
	if cert == nil {
		return rest.Caller{}, unusable(errors.New("a certificate that is not registered")), nil
	}
	if err := s.config.Certificates.Check(r.Context(), cert, now); err != nil {
		return rest.Caller{}, unusable(err), nil
	}
	caller, err := s.config.Accounts.EnterpriseByCertificate(r.Context(), a.issuer, a.thumbprint.String(), s.face.Address(r))
	if err != nil && rest.KindOf(err) == rest.Unauthenticated {
		return rest.Caller{}, unusable(err), nil
	}
	if err != nil && rest.KindOf(err) == rest.Unavailable {
		return rest.Caller{}, later("The gateway cannot tell who is who now. Try again later.", err), nil
	}
	if err != nil {
		return rest.Caller{}, nil, err
	}
	if refused := s.allow(caller.Name()); refused != nil {
		return rest.Caller{}, refused, nil
	}
	switch first, room := s.config.Used.first(caller.Enterprise(), a.id, now); {
	case !room:
		return rest.Caller{}, later("Too many assertions were used of late. Try again later.", &rest.Error{Kind: rest.Unavailable, RetryAfter: maxLife}), nil
	case !first:
		return rest.Caller{}, unusable(errors.New("an assertion that was used before, by its jti")), nil
	}
	return caller, nil, nil
}

// allow asks whether somebody may come once more.
func (s *server) allow(who string) *refusal {
	err := s.config.Allow(who)
	if err == nil {
		return nil
	}
	f := later("Too many token requests. Keep a token until it expires.", err)
	f.status = http.StatusTooManyRequests
	return f
}

// later asks the caller to come again, when err says or in a second.
func later(text string, err error) *refusal {
	f := &refusal{code: temporarilyNothing, text: text, status: http.StatusServiceUnavailable, after: time.Second, cause: err}
	var e *rest.Error
	if errors.As(err, &e) && e.RetryAfter > 0 {
		f.after = e.RetryAfter
	}
	return f
}
