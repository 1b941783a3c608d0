package demo

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"overgang/rest"
	"overgang/rest/core"
)

// records are what havbris, and the wage report's service, have beside the history.
type records struct {
	file        int32 // the number of a case
	certificate int32 // of the service's certificate
}

// References of the case and of the prefill.
const (
	caseReference    = "SAK-2026-09"
	prefillReference = "PREFILL-2026-10"
)

var (
	wagesApp  = rest.AppID{Org: owner, App: "lonnsmelding"}
	toHavbris = rest.PartyRef{OrgNumber: havbris}
	asOwner   = rest.Caller{Owner: owner, Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}, Address: "127.0.0.1"}
)

// addRecords adds what is not there.
func (d *Demo) addRecords(ctx context.Context) error {
	for _, add := range []struct {
		what string
		add  func(context.Context) error
	}{{"case", d.addCase}, {"prefill", d.addPrefill}, {"certificate", d.addServiceCertificate}} {
		if err := add.add(ctx); err != nil {
			return fmt.Errorf("the %s: %w", add.what, err)
		}
	}
	return nil
}

// addCase starts a case, and puts the submission into it that is still open.
func (d *Demo) addCase(ctx context.Context) error {
	c, repeated, err := d.gateway.Core().StartCase(ctx, d.caller(), rest.NewCase{
		App: wagesApp, Party: toHavbris, Reference: caseReference, Due: d.now().AddDate(0, 3, 0),
	})
	if err != nil {
		return err
	}
	d.records.file = c.Number
	if repeated {
		return nil
	}
	in, err := d.sent(ctx, history[len(history)-1].reference)
	if err == nil && in.Active() {
		_, err = d.gateway.Core().ChangeInstance(ctx, d.caller(), in.ID, rest.InstanceChange{Case: &c.Number}, 0)
	}
	switch rest.KindOf(err) {
	case rest.NotFound, rest.Gone:
		return nil // it was deleted meanwhile
	}
	return err
}

// addPrefill fills the next wage report in beforehand.
func (d *Demo) addPrefill(ctx context.Context) error {
	list, err := d.gateway.Core().Prefills(ctx, asOwner, wagesApp, toHavbris)
	if err != nil || slices.ContainsFunc(list, func(p rest.Prefill) bool { return p.Reference == prefillReference }) {
		return err
	}
	_, err = d.gateway.Core().PutPrefill(ctx, asOwner, rest.NewPrefill{App: wagesApp, Party: toHavbris, Prefill: rest.Prefill{
		Reference: prefillReference, Identity: []string{"2026-10"},
		Forms: []rest.PrefillForm{{DataFormatID: wagesForm, DataFormatVersion: wagesFormVersion, Reference: "skjema", Data: string(form("lonnsmelding.xml"))}},
	}})
	return err
}

// serviceFiles are the paths of the service's certificate and of its key.
type serviceFiles struct{ certificate, key string }

func serviceFilesIn(dir string) serviceFiles {
	return serviceFiles{filepath.Join(dir, "demo-service.pem"), filepath.Join(dir, "demo-service.key")}
}

// addServiceCertificate registers the certificate that sensitive fields of the
// wage report are encrypted with; it is made when there is none that is good for
// another month.
func (d *Demo) addServiceCertificate(ctx context.Context) error {
	cert, err := d.ensureServiceCertificate(d.gateway.Storage().Dir)
	if err != nil {
		return err
	}
	registered, err := core.ServiceCertificate(cert.Raw, "demonstration "+cert.NotAfter.UTC().Format("2006-01-02"))
	if err != nil {
		return err
	}
	d.records.certificate = registered.Number()
	app, err := d.gateway.Core().Application(ctx, wagesApp)
	if err != nil || slices.ContainsFunc(app.Certificates, func(c rest.ServiceCertificate) bool { return c.Number() == registered.Number() }) {
		return err
	}
	if err := d.admin.AddServiceCertificate(ctx, wages, registered); err != nil {
		return err
	}
	return d.gateway.Refresh(ctx)
}

func (d *Demo) ensureServiceCertificate(dir string) (*x509.Certificate, error) {
	files := serviceFilesIn(dir)
	ca, caKey, err := ensureCA(dir, d.now())
	if err != nil {
		return nil, err
	}
	cert, _, err := loadPair(files.certificate, files.key)
	if err == nil && d.now().Add(renewBefore).Before(cert.NotAfter) && cert.CheckSignatureFrom(ca) == nil {
		return cert, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, enterpriseBits)
	if err != nil {
		return nil, err
	}
	cert, _, err = issueFor(key, &x509.Certificate{
		Subject: pkix.Name{CommonName: "Oppdiktet etat, lønnsmelding"}, NotAfter: d.now().Add(enterpriseLife),
		KeyUsage: x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment,
	}, ca, caKey, d.now(), files.certificate, files.key)
	return cert, err
}
