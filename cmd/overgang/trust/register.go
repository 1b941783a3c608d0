package trust

import (
	"context"
	"crypto/sha1"
	"crypto/x509"
	"errors"
	"time"

	"overgang/rest"
	"overgang/soap/wss"
	"overgang/store"
)

// registryPoll is how often the registry's generation is looked at: a change
// is seen within a second, wherever it was made.
const registryPoll = 400 * time.Millisecond

// register is what enabled enterprise users have registered, at one generation
// of the registry. It is shared and never changed.
type register struct {
	generation int64
	rows       []holding
	parsed     map[rest.Thumbprint]*x509.Certificate

	byThumbprint map[[sha1.Size]byte][]*x509.Certificate
	bySubjectKey map[string][]*x509.Certificate
	bySerial     map[string][]*x509.Certificate
}

// holding is a certificate and who registered it. Two may have the same.
type holding struct {
	rest.Certificate
	cert *x509.Certificate
}

// Find implements [wss.Certificates].
func (t *Trust) Find(_ context.Context, which wss.CertificateReference) ([]*x509.Certificate, error) {
	r := t.register.Load()
	switch {
	case len(which.Thumbprint) == sha1.Size:
		return r.byThumbprint[[sha1.Size]byte(which.Thumbprint)], nil
	case len(which.SubjectKey) > 0:
		return r.bySubjectKey[string(which.SubjectKey)], nil
	case which.Serial != nil:
		return r.bySerial[string(which.Serial.Bytes())], nil
	}
	return nil, nil
}

// Registered is the certificate with the thumbprint, if an enterprise user that
// may log in has registered it; nil = none has.
func (t *Trust) Registered(thumbprint rest.Thumbprint) *x509.Certificate {
	return t.register.Load().parsed[thumbprint]
}

// follow keeps the register fresh. A store that does not answer leaves the last
// one standing, and is logged once.
func (t *Trust) follow(ctx context.Context) {
	tick := time.NewTicker(registryPoll)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		before := t.register.Load()
		err := t.refresh(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			t.log.ErrorContext(ctx, "registered certificates not refreshed", "error", err)
		}
		failing = err != nil
		if t.register.Load() != before {
			t.chooseSources()
		}
	}
}

// Refresh makes changes of the registry visible now rather than at the next poll.
func (t *Trust) Refresh(ctx context.Context) error {
	err := t.refresh(ctx)
	t.chooseSources()
	return err
}

// refresh loads a new register if the registry changed.
func (t *Trust) refresh(ctx context.Context) error {
	// The generation is read first: what changes while loading is loaded again
	// at the next poll.
	generation, err := t.store.Generation(ctx)
	if err != nil {
		return err
	}
	last := t.register.Load()
	if last != nil && last.generation == generation {
		return nil
	}
	var rows []rest.Certificate
	err = t.store.View(ctx, func(r store.Reader) error {
		all, err := r.Certificates(0)
		if err != nil {
			return err
		}
		rows, err = enabled(r, all)
		return err
	})
	if err != nil {
		return err
	}
	t.register.Store(t.build(generation, rows, last))
	return nil
}

// enabled leaves out the certificates of those who may not log in. The list is
// ordered by enterprise user.
func enabled(r store.Reader, all []rest.Certificate) (rows []rest.Certificate, err error) {
	var who rest.EnterpriseID
	var may bool
	for _, c := range all {
		if c.Enterprise != who {
			account, err := r.Account(rest.EnterpriseSubject(c.Enterprise))
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return nil, err
			}
			who, may = c.Enterprise, err == nil && !account.Disabled
		}
		if may {
			rows = append(rows, c)
		}
	}
	return rows, nil
}

func (t *Trust) build(generation int64, rows []rest.Certificate, last *register) *register {
	r := &register{
		generation: generation, parsed: make(map[rest.Thumbprint]*x509.Certificate, len(rows)),
		byThumbprint: map[[sha1.Size]byte][]*x509.Certificate{}, bySubjectKey: map[string][]*x509.Certificate{}, bySerial: map[string][]*x509.Certificate{},
	}
	for _, row := range rows {
		cert := r.parsed[row.Thumbprint]
		if cert == nil {
			if cert = t.parse(row, last); cert == nil {
				continue
			}
			r.add(row.Thumbprint, cert)
		}
		r.rows = append(r.rows, holding{row, cert})
	}
	return r
}

// parse takes a certificate that was parsed before from the last register.
func (t *Trust) parse(row rest.Certificate, last *register) *x509.Certificate {
	if last != nil {
		if cert := last.parsed[row.Thumbprint]; cert != nil {
			return cert
		}
	}
	cert, err := x509.ParseCertificate(row.DER)
	if err != nil || rest.ThumbprintOf(row.DER) != row.Thumbprint {
		t.log.Error("registered certificate unreadable", "enterprise", int(row.Enterprise), "thumbprint", row.Thumbprint.String(), "error", err)
		return nil
	}
	return cert
}

func (r *register) add(thumbprint rest.Thumbprint, cert *x509.Certificate) {
	r.parsed[thumbprint] = cert
	short := sha1.Sum(cert.Raw)
	r.byThumbprint[short] = append(r.byThumbprint[short], cert)
	if id := string(cert.SubjectKeyId); id != "" {
		r.bySubjectKey[id] = append(r.bySubjectKey[id], cert)
	}
	serial := string(cert.SerialNumber.Bytes())
	r.bySerial[serial] = append(r.bySerial[serial], cert)
}
