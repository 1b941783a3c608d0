package trust

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"

	"overgang/cmd/overgang/config"
	"overgang/rest"
)

// maxAnswer bounds an OCSP answer, in bytes.
const maxAnswer = 64 << 10

// answer is what a responder said last of a certificate.
type answer struct {
	status     int // ocsp.Good, ocsp.Revoked, ocsp.Unknown
	this, next time.Time
}

// answers are the responders' answers at hand.
type answers struct {
	mu      sync.Mutex
	of      map[rest.Thumbprint]answer
	due     map[rest.Thumbprint]time.Time
	failing map[string]int // responders, with their failures in a row
	failed  uint64         // ever
}

// judge says whether a responder vouches for a certificate; the error is for
// one that is revoked, or that nobody vouches for where somebody must.
// Responders are asked about registered certificates only, never about
// authorities.
func (a *answers) judge(cert *x509.Certificate, settings config.Trust, at time.Time) (vouched bool, err error) {
	if settings.OCSP == "off" || cert.IsCA {
		return false, nil
	}
	a.mu.Lock()
	said, ok := a.of[rest.ThumbprintOf(cert.Raw)]
	a.mu.Unlock()
	switch {
	case ok && said.status == ocsp.Revoked:
		return false, errRevoked
	case ok && said.status == ocsp.Good && !at.After(said.next.Add(settings.Stale)):
		return true, nil
	case settings.OCSP == "hard":
		return false, errors.New("no responder vouches for the certificate")
	}
	return false, nil
}

// question is a certificate to ask about.
type question struct {
	thumbprint   rest.Thumbprint
	cert, issuer *x509.Certificate
	responder    string
}

// askResponders asks about the registered certificates that are due. A
// responder that fails is left alone for a while.
func (t *Trust) askResponders(ctx context.Context) {
	if t.settings.OCSP == "off" {
		return
	}
	down := map[string]bool{}
	for _, q := range t.questions() {
		if ctx.Err() != nil {
			return
		}
		if down[q.responder] {
			t.answers.later(q, t.now().Add(retryFirst))
			continue
		}
		said, err := t.ask(ctx, q)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			down[q.responder] = true
			t.answers.later(q, t.now().Add(min(time.Minute, t.settings.Refresh)))
			if t.answers.fail(q.responder) {
				t.log.Error("no OCSP answer", "responder", shownAddress(q.responder), "thumbprint", q.thumbprint.String(), "error", err)
			}
			continue
		}
		t.answers.put(q, said, t.now().Add(t.settings.Refresh))
	}
}

// questions are those that are due. Answers for certificates that nobody has
// any more are forgotten.
func (t *Trust) questions() (list []question) {
	a, r, now := t.anchors.Load(), t.register.Load(), t.now()
	t.answers.forget(r)
	t.answers.mu.Lock()
	defer t.answers.mu.Unlock()
	for thumbprint, cert := range r.parsed {
		if now.Before(t.answers.due[thumbprint]) {
			continue
		}
		q := question{thumbprint: thumbprint, cert: cert, responder: t.settings.OCSPResponder}
		if i := slices.IndexFunc(cert.OCSPServer, fetchable); q.responder == "" && i >= 0 {
			q.responder = cert.OCSPServer[i]
		}
		for _, c := range a.named(cert.RawIssuer) {
			if cert.CheckSignatureFrom(c) == nil {
				q.issuer = c
			}
		}
		if q.issuer != nil && q.responder != "" {
			list = append(list, q)
		}
	}
	return list
}

// ask asks one responder about one certificate.
func (t *Trust) ask(ctx context.Context, q question) (answer, error) {
	request, err := ocsp.CreateRequest(q.cert, q.issuer, nil)
	if err != nil {
		return answer{}, err
	}
	raw, err := t.get(ctx, http.MethodPost, q.responder, bytes.NewReader(request), maxAnswer)
	if err != nil {
		return answer{}, err
	}
	r, err := ocsp.ParseResponseForCert(raw, q.cert, q.issuer)
	if err != nil {
		return answer{}, err
	}
	now := t.now()
	if err := mayAnswer(r.Certificate, q.issuer, now); err != nil {
		return answer{}, err
	}
	if r.NextUpdate.IsZero() { // newer information is always available, RFC 6960 §2.4
		r.NextUpdate = now.Add(t.settings.Refresh)
	}
	switch {
	case r.ThisUpdate.After(now.Add(clockSkew)):
		return answer{}, fmt.Errorf("an answer of a time to come, %v", r.ThisUpdate)
	case r.NextUpdate.Before(now.Add(-clockSkew)):
		return answer{}, fmt.Errorf("an old answer, good until %v", r.NextUpdate)
	}
	return answer{status: r.Status, this: r.ThisUpdate, next: r.NextUpdate}, nil
}

// mayAnswer says whether a responder's own certificate, if it has one, is made
// for that by the issuer (RFC 6960 §4.2.2.2). The library has checked that the
// issuer signed it.
func mayAnswer(responder, issuer *x509.Certificate, now time.Time) error {
	if responder == nil || responder.Equal(issuer) {
		return nil
	}
	switch {
	case !slices.Contains(responder.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning):
		return errors.New("the responder's certificate is not for OCSP")
	case now.Before(responder.NotBefore) || now.After(responder.NotAfter):
		return errors.New("the responder's certificate is not valid now")
	}
	return nil
}

// put keeps an answer, unless it is older than the one before: somebody could
// hide a revocation with it, and of a responder's machines some are late.
func (a *answers) put(q question, said answer, due time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.init()
	if kept, ok := a.of[q.thumbprint]; !ok || !said.this.Before(kept.this) {
		a.of[q.thumbprint] = said
	}
	a.due[q.thumbprint] = due
	delete(a.failing, q.responder)
}

func (a *answers) later(q question, due time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.init()
	a.due[q.thumbprint] = due
}

// fail counts a failure and says whether it is the first in a row.
func (a *answers) fail(responder string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.init()
	a.failed++
	a.failing[responder]++
	return a.failing[responder] == 1
}

func (a *answers) forget(r *register) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for thumbprint := range a.due {
		if r.parsed[thumbprint] == nil {
			delete(a.due, thumbprint)
			delete(a.of, thumbprint)
		}
	}
}

func (a *answers) init() {
	if a.of == nil {
		a.of, a.due, a.failing = map[rest.Thumbprint]answer{}, map[rest.Thumbprint]time.Time{}, map[string]int{}
	}
}
