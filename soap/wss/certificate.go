package wss

import (
	"bytes"
	"crypto/sha1"
	"crypto/x509"

	"overgang/soap/c14n"
)

// certificate finds the registered certificate that a KeyInfo means.
func (w *work) certificate(info *c14n.Node) (*x509.Certificate, error) {
	if w.Certificates == nil {
		return nil, refuse(UnsupportedSecurityToken, "certificates are not in use")
	}
	to, err := referred(info)
	if err != nil {
		return nil, err
	}
	switch to.Name {
	case reference:
		return w.attached(to)
	case keyIdentifier:
		return w.identified(to)
	case x509Data:
		return w.issued(to)
	}
	return nil, refuse(UnsupportedSecurityToken, "a certificate by <%.40s>", to.Name.Local)
}

// attached is the certificate in a BinarySecurityToken, X.509 token profile 1.0
// §3.1, if it is a registered one.
func (w *work) attached(ref *c14n.Node) (*x509.Certificate, error) {
	n, err := w.token(ref)
	if err != nil {
		return nil, err
	}
	encoding := attribute(n, encodingType)
	if n.Name != binaryToken || !isType(ref, x509v3) || attribute(n, valueType) != x509v3 || encoding != "" && encoding != base64Binary {
		return nil, refuse(UnsupportedSecurityToken, "<%.40s> of type %.80q", n.Name.Local, attribute(n, valueType))
	}
	der, ok := decoded(n)
	if !ok {
		return nil, refuse(InvalidSecurityToken, "the BinarySecurityToken is not base64")
	}
	thumbprint := sha1.Sum(der)
	found, err := w.Certificates.Find(w.ctx, CertificateReference{Thumbprint: thumbprint[:]})
	if err != nil {
		return nil, err
	}
	for _, cert := range found {
		if bytes.Equal(cert.Raw, der) { // SHA-1 alone would not do
			return cert, nil
		}
	}
	return nil, refuse(FailedAuthentication, "a certificate that is not registered, SHA-1 %x", thumbprint)
}

// identified is the certificate with a thumbprint (SOAP Message Security 1.1
// §7.2) or a subject key identifier (X.509 token profile 1.0 §3.2).
func (w *work) identified(n *c14n.Node) (*x509.Certificate, error) {
	id, ok := decoded(n)
	if encoding := attribute(n, encodingType); !ok || encoding != "" && encoding != base64Binary {
		return nil, refuse(InvalidSecurity, "a KeyIdentifier is not base64")
	}
	var which CertificateReference
	switch kind := attribute(n, valueType); {
	case kind == thumbprintSHA1 && len(id) == sha1.Size:
		which.Thumbprint = id
	case kind == x509SubjectKey:
		which.SubjectKey = id
	default:
		return nil, refuse(UnsupportedSecurityToken, "a KeyIdentifier of type %.80q", kind)
	}
	found, err := w.Certificates.Find(w.ctx, which)
	if err != nil {
		return nil, err
	}
	return one(found)
}

// issued is the certificate with an issuer and a serial number, X.509 token
// profile 1.0 §3.2.
func (w *work) issued(data *c14n.Node) (*x509.Certificate, error) {
	pair := only(data, x509IssuerSerial)
	if pair == nil {
		return nil, refuse(InvalidSecurity, "X509Data is not one X509IssuerSerial")
	}
	c := within(pair)
	issuer, named := c.take(x509IssuerName).Value()
	number, numbered := serial(c.take(x509SerialNumber))
	if !named || !numbered || !c.done() {
		return nil, refuse(InvalidSecurity, "X509IssuerSerial is not a name and a number")
	}
	found, err := w.Certificates.Find(w.ctx, CertificateReference{Serial: number})
	if err != nil {
		return nil, err
	}
	var ofIssuer []*x509.Certificate
	for _, cert := range found {
		if isNamed(issuer, cert.RawIssuer) {
			ofIssuer = append(ofIssuer, cert)
		}
	}
	return one(ofIssuer)
}

// one is the only certificate found.
func one(found []*x509.Certificate) (*x509.Certificate, error) {
	if len(found) != 1 {
		return nil, refuse(SecurityTokenUnavailable, "%d registered certificates are meant", len(found))
	}
	return found[0], nil
}
