package soap

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
	"overgang/wsdl"
)

// Security is what the endpoints of the flavours WS and EC2 need beside their
// contract. One Security serves them all.
type Security struct {
	// Verify is how Security headers are checked: Replays, and for EC2
	// Certificates and Trust, are required. Now is the Server's, and Contexts
	// are Tokens' own for each endpoint.
	Verify wss.Config
	// Login checks a UsernameToken (WS) and says who it is, for Call.Identity.
	// An [*wss.Error] refuses; any other error is a failure, for FaultFor. It is
	// called before anything of the Body is read.
	Login func(ctx context.Context, call *Call, user string, password wss.Password) (identity any, err error)
	// Tokens issues and reads security context tokens (EC2). A token is good at
	// the endpoint that issued it, whatever spelling of its address is used.
	Tokens *wssc.Authority
	// Confirm adds SignatureConfirmation to the answers to signed messages, for
	// clients that were configured to require it (SOAP Message Security 1.1 §8).
	Confirm bool
	// Lifetime of the Timestamp of answers; 0 = 5 minutes.
	Lifetime time.Duration
}

// guard is the security of one endpoint.
type guard struct {
	*Security
	verifier *wss.Verifier
	policy   wss.Policy     // of calls
	tokens   *wssc.Endpoint // nil = token requests are unknown here
}

var addressingTo = xmltok.Name{Space: addressingSpace, Local: "To"}

// tokenPolicies are what token requests must have (contracts, "Policies per
// flavour"): the certificate signs, and wsa:To with the Timestamp. A renewal is
// signed by the token, too, and who cancels may have signed with the token only.
var tokenPolicies = [...]wss.Policy{
	wssc.Issue:  {Signature: wss.CertificateKey, Signed: []xmltok.Name{addressingTo}},
	wssc.Renew:  {Signature: wss.CertificateKey | wss.ContextKey, Signed: []xmltok.Name{addressingTo}},
	wssc.Cancel: {Signature: wss.CertificateKey | wss.ContextKey},
}

// newGuard makes the guard of an endpoint; nil for flavours without WS-Security.
func newGuard(s *Security, e *wsdl.Endpoint, now func() time.Time) (g *guard, err error) {
	if e.Flavour != wsdl.WS && e.Flavour != wsdl.EC2 {
		return nil, nil
	}
	if s == nil {
		return nil, fmt.Errorf("the flavour %s needs Options.Security", e.Flavour)
	}
	g = &guard{Security: s, policy: wss.Policy{Username: true}}
	verify := s.Verify
	verify.Now, verify.Contexts = now, nil
	switch {
	case e.Flavour == wsdl.WS && s.Login == nil:
		return nil, errors.New("nobody checks the passwords of UsernameTokens (Security.Login)")
	case e.Flavour == wsdl.WS:
		verify.Certificates = nil
	case s.Tokens == nil || verify.Certificates == nil:
		return nil, errors.New("the flavour ec2 needs Security.Tokens and Security.Verify.Certificates")
	default:
		g.policy = wss.Policy{Signature: wss.ContextKey}
		site := wssc.Site{Address: e.Paths[0]}
		if e.Cancel {
			site.Generation = wssc.Older
		}
		if g.tokens, err = s.Tokens.At(site); err != nil {
			return nil, err
		}
		verify.Contexts = g.tokens
	}
	g.verifier, err = wss.New(verify)
	return g, err
}

// secure verifies the head of a message at an endpoint that asks for security.
// It finds out who calls; what is signed is the head's own nodes.
func (x *exchange) secure(m wss.Message) error {
	g := x.endpoint.guard
	if g == nil {
		return nil
	}
	if len(m.Security) > 0 {
		// What the policy is depends on it.
		if err := x.requireAction(); err != nil {
			return err
		}
	}
	policy := g.policy
	if g.tokens != nil {
		if x.kind, x.token = wssc.KindOf(x.address.action); x.token {
			policy = tokenPolicies[x.kind]
			x.record.Token, x.record.Operation = true, "RST/"+x.kind.String()
		}
	}
	v, err := g.verifier.Verify(x.r.Context(), m, policy)
	if err != nil {
		return insecure(err)
	}
	if slices.Contains(policy.Signed, addressingTo) && !v.Covers(x.address.to) {
		return insecure(&wss.Error{Code: wss.InvalidSecurity, Reason: "the To that is signed is for another role: nobody has compared it"})
	}
	switch {
	case v.Certificate != nil:
		x.call.Certificate = thumbprint(v.Certificate.Raw)
	case v.Context != nil:
		x.call.Certificate = v.Context.Owner
	}
	if v.Username != nil {
		if x.call.Identity, err = g.Login(x.r.Context(), x.call, v.Username.Name, v.Username.Password); err != nil {
			return insecure(err)
		}
	}
	x.verified = v
	return nil
}

// thumbprint is the name of a certificate: its SHA-256, in lower-case hex.
func thumbprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// insecure is the fault of every message whose security is wrong. What is
// wrong with it is for the log: outwardly all read the same. Other errors are
// failures, and returned as they are.
func insecure(err error) error {
	var refused *wss.Error
	if !errors.As(err, &refused) {
		return err
	}
	return &Fault{
		Subcodes: []QName{{Space: refused.Code.Space, Prefix: refused.Code.Prefix, Local: refused.Code.Local}},
		Reason:   wss.FaultText,
		Err:      err,
		denied:   refused.Code.Local,
	}
}

// appendSecurity appends the Security header of an answer to a message that was
// verified.
func (x *exchange) appendSecurity(out []byte) []byte {
	if x.verified == nil {
		return out
	}
	s := x.endpoint.guard.Security
	life := s.Lifetime
	if life == 0 {
		life = 5 * time.Minute
	}
	return wss.Response{
		Envelope: x.version.Namespace(), Created: x.server.options.Now(), Lifetime: life,
		Confirm: s.Confirm && len(x.verified.Signatures) > 0, Signatures: x.verified.Signatures,
	}.Append(out)
}
