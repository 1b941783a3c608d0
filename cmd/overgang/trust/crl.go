package trust

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"
)

// list is a revocation list whose signature is checked. It is never changed.
type list struct {
	authority  [sha256.Size]byte // who signed it, see authorityKey
	this, next time.Time
	revoked    map[string]struct{} // serial numbers
	scope      scope
}

// authorityKey tells authorities apart: by name and key, so that a renewed
// certificate of the same authority is the same.
func authorityKey(c *x509.Certificate) [sha256.Size]byte {
	h := sha256.New()
	h.Write(c.RawSubject)
	h.Write(c.RawSubjectPublicKeyInfo)
	return [sha256.Size]byte(h.Sum(nil))
}

// scope is what a list is about, RFC 5280 §5.2.5; the zero scope is everything
// that its authority issued.
type scope struct {
	points            []string // only certificates that name one of these; none = all
	onlyUser, onlyCAs bool
}

func (s scope) covers(cert *x509.Certificate) bool {
	if s.onlyUser && cert.IsCA || s.onlyCAs && !cert.IsCA {
		return false
	}
	return len(s.points) == 0 || slices.ContainsFunc(s.points, func(p string) bool { return slices.Contains(cert.CRLDistributionPoints, p) })
}

// clockSkew is how far an authority's clock may be ahead of ours.
const clockSkew = 5 * time.Minute

var (
	pointExtension = asn1.ObjectIdentifier{2, 5, 29, 28} // IssuingDistributionPoint
	deltaExtension = asn1.ObjectIdentifier{2, 5, 29, 27} // DeltaCRLIndicator
)

// readList parses a list, DER or PEM, and checks that one of the authorities
// signed it. What it says must be understood in full: partial lists by reason,
// indirect and delta lists are refused.
func readList(raw []byte, among *anchors, now time.Time) (*list, error) {
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("-----BEGIN")) {
		block, _ := pem.Decode(raw)
		if block == nil || block.Type != "X509 CRL" {
			return nil, errors.New("no revocation list in PEM form")
		}
		raw = block.Bytes
	}
	crl, err := x509.ParseRevocationList(raw)
	if err != nil {
		return nil, err
	}
	l := &list{this: crl.ThisUpdate, next: crl.NextUpdate}
	if err := l.signed(crl, among); err != nil {
		return nil, err
	}
	switch {
	case l.next.IsZero():
		return nil, errors.New("the list does not say when the next one comes")
	case l.this.After(now.Add(clockSkew)):
		return nil, fmt.Errorf("the list is of a time to come, %v", l.this)
	}
	if err := l.readExtensions(crl.Extensions); err != nil {
		return nil, err
	}
	l.revoked = make(map[string]struct{}, len(crl.RevokedCertificateEntries))
	for _, e := range crl.RevokedCertificateEntries {
		for _, x := range e.Extensions {
			if x.Critical {
				return nil, fmt.Errorf("an entry with the critical extension %v, which is not understood", x.Id)
			}
		}
		l.revoked[string(e.SerialNumber.Bytes())] = struct{}{}
	}
	return l, nil
}

// signed finds the authority that signed the list.
func (l *list) signed(crl *x509.RevocationList, among *anchors) error {
	candidates := among.named(crl.RawIssuer)
	if len(candidates) == 0 {
		return fmt.Errorf("the list's issuer %s is not among the authorities", crl.Issuer)
	}
	var err error
	for _, c := range candidates {
		if err = crl.CheckSignatureFrom(c); err == nil {
			l.authority = authorityKey(c)
			return nil
		}
	}
	return err
}

// issuingPoint is the ASN.1 of IssuingDistributionPoint, RFC 5280 §5.2.5.
type issuingPoint struct {
	Point struct {
		Full     []asn1.RawValue  `asn1:"optional,tag:0"`
		Relative pkix.RDNSequence `asn1:"optional,tag:1"`
	} `asn1:"optional,tag:0"`
	OnlyUser       bool           `asn1:"optional,tag:1"`
	OnlyCAs        bool           `asn1:"optional,tag:2"`
	Reasons        asn1.BitString `asn1:"optional,tag:3"`
	Indirect       bool           `asn1:"optional,tag:4"`
	OnlyAttributes bool           `asn1:"optional,tag:5"`
}

func (l *list) readExtensions(extensions []pkix.Extension) error {
	for _, x := range extensions {
		switch {
		case x.Id.Equal(deltaExtension):
			return errors.New("a delta list: give the address of the full one")
		case x.Id.Equal(pointExtension):
			if err := l.readScope(x.Value); err != nil {
				return err
			}
		case x.Critical:
			return fmt.Errorf("the critical extension %v is not understood", x.Id)
		}
	}
	return nil
}

func (l *list) readScope(der []byte) error {
	const uri = 6 // GeneralName uniformResourceIdentifier
	var p issuingPoint
	if rest, err := asn1.Unmarshal(der, &p); err != nil || len(rest) > 0 {
		return errors.Join(errors.New("the list's scope cannot be read"), err)
	}
	switch {
	case p.Reasons.BitLength > 0, p.Indirect, p.OnlyAttributes, len(p.Point.Relative) > 0:
		return errors.New("a list by reason, an indirect or an attribute list: give the address of the full one")
	}
	l.scope.onlyUser, l.scope.onlyCAs = p.OnlyUser, p.OnlyCAs
	for _, name := range p.Point.Full {
		if name.Class == asn1.ClassContextSpecific && name.Tag == uri {
			l.scope.points = append(l.scope.points, string(name.Bytes))
		}
	}
	if len(p.Point.Full) > 0 && len(l.scope.points) == 0 {
		return errors.New("a list for a distribution point without an address")
	}
	return nil
}
