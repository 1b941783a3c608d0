package demo

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"overgang/rest"
	"overgang/rest/core"
)

// The enterprise user, who acts for havbris, and the names of its secrets.
const (
	enterpriseUser     = "havbris-lonn"
	enterprisePassword = "ENTERPRISE_PASSWORD"
	keystorePassword   = "ENTERPRISE_P12_PASSWORD"
	// keystoreAlias is what Java calls the only entry of a PKCS#12 that names none.
	keystoreAlias = "1"

	enterpriseLife = 365 * 24 * time.Hour
	enterpriseBits = 2048
)

// enterpriseFiles are the paths of the enterprise's certificate, of the same as
// PKCS#12, and of the authority's as a trust store for Java.
type enterpriseFiles struct{ pem, p12, trust string }

func enterpriseFilesIn(dir string) enterpriseFiles {
	return enterpriseFiles{filepath.Join(dir, "demo-enterprise.pem"), filepath.Join(dir, "demo-enterprise.p12"), filepath.Join(dir, "demo-trust.p12")}
}

// ensureEnterprise makes the enterprise's certificate when there is none that is
// good for another month, writes it in the forms that clients want, and returns it.
func (d *Demo) ensureEnterprise(dir string) (*x509.Certificate, error) {
	files := enterpriseFilesIn(dir)
	ca, caKey, err := ensureCA(dir, d.now())
	if err != nil {
		return nil, err
	}
	cert, key, err := loadEnterprise(files.pem)
	if err != nil || !d.now().Add(renewBefore).Before(cert.NotAfter) || cert.CheckSignatureFrom(ca) != nil {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if cert, key, err = newEnterprise(ca, caKey, d.now(), files.pem); err != nil {
			return nil, fmt.Errorf("demonstration enterprise: %w", err)
		}
	}
	// Old clients' libraries read nothing newer than triple DES.
	store, err := pkcs12.LegacyDES.Encode(key, cert, []*x509.Certificate{ca}, d.accounts.Get(keystorePassword))
	if err != nil {
		return nil, err
	}
	trusted, err := pkcs12.LegacyDES.EncodeTrustStoreEntries([]pkcs12.TrustStoreEntry{{Cert: ca, FriendlyName: "overgang-demo"}}, d.accounts.Get(keystorePassword))
	if err != nil {
		return nil, err
	}
	return cert, errors.Join(writeFile(files.p12, store, 0o600), writeFile(files.trust, trusted, 0o600))
}

// newEnterprise issues a certificate as Norwegian authorities do for
// enterprises, with the organisation's number in its subject.
func newEnterprise(ca *x509.Certificate, caKey crypto.Signer, now time.Time, path string) (*x509.Certificate, *rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, enterpriseBits)
	if err != nil {
		return nil, nil, err
	}
	id := sha1.Sum(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	template := &x509.Certificate{
		Subject: pkix.Name{
			Country: []string{"NO"}, Organization: []string{"Havbris Verft AS"}, CommonName: "Havbris Verft AS", SerialNumber: havbris,
			ExtraNames: []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{2, 5, 4, 97}, Value: "NTRNO-" + havbris}},
		},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(enterpriseLife), SubjectKeyId: id[:],
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, BasicConstraintsValid: true,
	}
	if template.SerialNumber, err = newSerial(); err != nil {
		return nil, nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca, &key.PublicKey, caKey)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	pem.Encode(&b, &pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	if err := writeFile(path, b.Bytes(), 0o600); err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, key, err
}

// loadEnterprise reads certificate and key from one file.
func loadEnterprise(path string) (*x509.Certificate, *rsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	unusable := func(err error) error {
		return fmt.Errorf("%s is not what the demonstration wrote (remove it and it is made again): %w", path, err)
	}
	certBlock, after := pem.Decode(text)
	keyBlock, _ := pem.Decode(after)
	if certBlock == nil || keyBlock == nil {
		return nil, nil, unusable(errors.New("no certificate and key in PEM form"))
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, nil, unusable(err)
	}
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, nil, unusable(err)
	}
	own, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, nil, unusable(errors.New("the key is not RSA"))
	}
	return cert, own, nil
}

// registerEnterprise registers the enterprise user, or what of it is missing.
// It may sign for its organisation, as its person may.
func (d *Demo) registerEnterprise(ctx context.Context) error {
	cert, err := d.ensureEnterprise(d.gateway.Storage().Dir)
	if err != nil {
		return err
	}
	certificate := core.NewCertificate{File: cert.Raw, Label: "demonstration " + cert.NotAfter.UTC().Format("2006-01-02")}
	party := rest.PartyRef{OrgNumber: havbris}
	put, _, err := d.admin.PutEnterprise(ctx, core.NewEnterprise{
		UserName: enterpriseUser, Party: party, Password: d.secret(enterprisePassword), Certificates: []core.NewCertificate{certificate}})
	if err != nil {
		return err
	}
	grant, err := d.admin.PutGrant(core.GrantSpec{Enterprise: enterpriseUser, Party: party, Rights: []rest.Right{rest.Read, rest.Write, rest.Sign}})
	if err != nil {
		return err
	}
	if err := d.admin.Apply(ctx, put, grant); err != nil {
		return err
	}
	return d.gateway.Refresh(ctx)
}
