package core

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"regexp"
	"slices"
	"strings"
	"time"

	"overgang/rest"
	"overgang/rest/core/number"
	"overgang/store"
)

// Bounds of what is registered.
const (
	maxCertificate         = 16 << 10 // bytes
	maxCertificates        = 20       // of one enterprise user
	maxLabel               = 60
	smallestKey            = 2048 // bits of an RSA key
	shortestThumbprintPart = 8    // digits that may name a certificate
)

// labels of certificates are shown in metrics: no national identity numbers.
var unfitLabel = regexp.MustCompile(`[0-9]{11}`)

// NewCertificate is a certificate to be registered.
type NewCertificate struct {
	File  []byte // one certificate, DER or PEM
	Label string // for lists and metrics; may be empty
	// OtherOrganisation allows a certificate whose subject has another
	// organisation number than the enterprise user's party, as a data processor's.
	OtherOrganisation bool
}

// preparedCertificate is a certificate that may be registered.
type preparedCertificate struct {
	rest.Certificate
	organisation string // the subject's number; empty = it has none
	end          time.Time
}

// prepare checks what needs no transaction. The certificate's issuer is no
// matter here: which authorities are trusted is the gateway's configuration.
func (a *Admin) prepare(n NewCertificate) (preparedCertificate, error) {
	der, err := certificateDER(n.File)
	if err != nil {
		return preparedCertificate{}, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return preparedCertificate{}, rest.Errorf(rest.Invalid, "certificate", "The file holds no X.509 certificate: %v", err)
	}
	key, isRSA := cert.PublicKey.(*rsa.PublicKey)
	curve, isEC := cert.PublicKey.(*ecdsa.PublicKey)
	switch {
	case !isRSA && (!isEC || curve.Curve != elliptic.P256()):
		return preparedCertificate{}, rest.Errorf(rest.Invalid, "certificate", "The certificate's key is neither RSA, which messages are signed with, nor on P-256, which will do for tokens.")
	case isRSA && key.N.BitLen() < smallestKey:
		return preparedCertificate{}, rest.Errorf(rest.Invalid, "certificate", "The certificate's key has %d bits: it needs %d at least.", key.N.BitLen(), smallestKey)
	case cert.IsCA:
		return preparedCertificate{}, rest.Errorf(rest.Invalid, "certificate", "The certificate is an authority's: register the enterprise's own.")
	case cert.KeyUsage != 0 && cert.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0:
		return preparedCertificate{}, rest.Errorf(rest.Invalid, "certificate", "The certificate is not for signatures.")
	}
	label := cleanLine(n.Label, maxLabel)
	if unfitLabel.MatchString(label) {
		return preparedCertificate{}, rest.Errorf(rest.Invalid, "certificate", "The label holds eleven digits, as a national identity number: metrics show it, so choose another one.")
	}
	p := preparedCertificate{Certificate: rest.Certificate{Thumbprint: rest.ThumbprintOf(der), Label: label, DER: der, Added: a.cfg.Now()}, end: cert.NotAfter}
	if !n.OtherOrganisation {
		p.organisation = organisationOf(cert)
	}
	return p, nil
}

// certificateDER reads one certificate.
func certificateDER(file []byte) ([]byte, error) {
	if !bytes.Contains(file, []byte("-----BEGIN")) {
		return file, checkSize(file)
	}
	var der []byte
	for block, after := pem.Decode(file); block != nil; block, after = pem.Decode(after) {
		switch {
		case strings.Contains(block.Type, "PRIVATE KEY"):
			return nil, rest.Errorf(rest.Invalid, "certificate", "The file holds a private key: it stays with the enterprise. Give the certificate alone.")
		case block.Type != "CERTIFICATE":
		case der != nil:
			return nil, rest.Errorf(rest.Invalid, "certificate", "The file holds more than one certificate: give the enterprise's own alone.")
		default:
			der = block.Bytes
		}
	}
	if der == nil {
		return nil, rest.Errorf(rest.Invalid, "certificate", "The file holds no X.509 certificate.")
	}
	return der, checkSize(der)
}

func checkSize(der []byte) error {
	if len(der) == 0 || len(der) > maxCertificate {
		return rest.Errorf(rest.Invalid, "certificate", "A certificate has 1 to %d bytes.", maxCertificate)
	}
	return nil
}

var (
	serialNumberAttribute       = asn1.ObjectIdentifier{2, 5, 4, 5}
	organizationIdentifierOfNTR = asn1.ObjectIdentifier{2, 5, 4, 97}
)

// organisationOf is the organisation number in the subject of a Norwegian
// enterprise certificate: organizationIdentifier "NTRNO-…" (ETSI EN 319 412-1
// §5.1.4), in older ones serialNumber.
func organisationOf(cert *x509.Certificate) string {
	found := ""
	for _, a := range cert.Subject.Names {
		text, _ := a.Value.(string)
		switch {
		case a.Type.Equal(organizationIdentifierOfNTR):
			if n, ok := strings.CutPrefix(text, "NTRNO-"); ok && number.Organisation(n) == nil {
				return n
			}
		case a.Type.Equal(serialNumberAttribute) && number.Organisation(text) == nil:
			found = text
		}
	}
	return found
}

func addCertificate(tx store.Tx, of rest.EnterpriseID, party rest.Party, p preparedCertificate) error {
	if p.organisation != "" && p.organisation != party.OrgNumber {
		return rest.Errorf(rest.Conflict, "certificate",
			"The certificate is the organisation %s's, the enterprise user acts for %s: if that is meant, say so.", p.organisation, party.OrgNumber)
	}
	have, err := tx.Certificates(of)
	if err != nil {
		return err
	}
	known := slices.IndexFunc(have, func(h rest.Certificate) bool { return h.Thumbprint == p.Thumbprint })
	switch {
	case known >= 0: // the label may be new
		p.Added = have[known].Added
	case p.Added.After(p.end):
		return rest.Errorf(rest.Invalid, "certificate", "The certificate expired on %s.", p.end.UTC().Format("2006-01-02"))
	case len(have) >= maxCertificates:
		return rest.Errorf(rest.Conflict, "certificate", "The enterprise user has %d certificates already: remove one.", maxCertificates)
	}
	c := p.Certificate
	c.Enterprise = of
	return tx.PutCertificate(c)
}

// AddCertificate registers a certificate of an enterprise user. One that it has
// already gets the new label.
func (a *Admin) AddCertificate(ctx context.Context, userName string, n NewCertificate) (rest.Certificate, error) {
	p, err := a.prepare(n)
	if err != nil {
		return rest.Certificate{}, err
	}
	return p.Certificate, a.Apply(ctx, func(tx store.Tx) error {
		e, err := tx.EnterpriseByName(userName)
		if err != nil {
			return err
		}
		party, err := tx.Party(rest.PartyRef{ID: e.Party})
		if err != nil {
			return err
		}
		return addCertificate(tx, e.ID, party, p)
	})
}

// thumbprintPart reads a thumbprint, or the beginning of one.
func thumbprintPart(text string) (string, error) {
	which := strings.ToLower(strings.ReplaceAll(text, ":", ""))
	if len(which) < shortestThumbprintPart || strings.Trim(which, "0123456789abcdef") != "" {
		return "", rest.Errorf(rest.Invalid, "certificate", "Name the certificate by its SHA-256 thumbprint, %d digits of it at least.", shortestThumbprintPart)
	}
	return which, nil
}

// RemoveCertificate takes a certificate away, named by its thumbprint in
// hexadecimal or as much of its beginning as tells it from the user's others.
func (a *Admin) RemoveCertificate(ctx context.Context, userName, thumbprint string) error {
	which, err := thumbprintPart(thumbprint)
	if err != nil {
		return err
	}
	return a.Apply(ctx, func(tx store.Tx) error {
		e, err := tx.EnterpriseByName(userName)
		if err != nil {
			return err
		}
		have, err := tx.Certificates(e.ID)
		if err != nil {
			return err
		}
		var found []rest.Certificate
		for _, c := range have {
			if strings.HasPrefix(c.Thumbprint.String(), which) {
				found = append(found, c)
			}
		}
		switch len(found) {
		case 0:
			return store.ErrNotFound
		case 1:
			return tx.DeleteCertificate(e.ID, found[0].Thumbprint)
		}
		return rest.Errorf(rest.Conflict, "certificate", "%d certificates begin like that: write more of the thumbprint.", len(found))
	})
}
