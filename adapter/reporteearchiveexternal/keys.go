package reporteearchiveexternal

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"

	"overgang/adapter/optional"
	"overgang/rest"
)

// Key is KeyExternalBE: the symmetric key of encrypted fields and attachments,
// as its sender encrypted it.
type Key struct {
	CertificateThumbprint *string // see thumbprint; nil = the certificate is not known here
	Key                   *string
	KeyID                 int32 // the certificate's number; 0 = a password's
}

// partyKey is the key that the reportee's password opens, nil when there is none.
func partyKey(i *rest.Instance) *Key {
	if i.Keys == nil || i.Keys.Party == "" {
		return nil
	}
	return &Key{Key: optional.Of(i.Keys.Party.Reveal())}
}

// ownerKey is the key for the service's owner, nil when there is none. The
// answer has room for one: of several it is that for the owner's certificate
// that is valid longest, which the owner is likeliest to have the key of.
func ownerKey(i *rest.Instance, app *rest.Application) *Key {
	if i.Keys == nil {
		return nil
	}
	var best *rest.OwnerKey
	var known *rest.ServiceCertificate
	for n := range i.Keys.Owners {
		k := &i.Keys.Owners[n]
		if k.Owner != "" && !strings.EqualFold(k.Owner, i.App.Org) {
			continue // somebody else's
		}
		c := certificate(app, k.Certificate)
		if best == nil || c != nil && (known == nil || c.ValidTo.After(known.ValidTo)) {
			best, known = k, c
		}
	}
	if best == nil {
		return nil
	}
	out := &Key{Key: optional.Of(best.Key.Reveal()), KeyID: best.Certificate}
	if known != nil {
		out.CertificateThumbprint = optional.Of(thumbprint(known.DER))
	}
	return out
}

// thumbprint is a certificate's as .NET and Windows have it, by which its owner
// finds the private key: the DER's SHA-1, in upper case.
func thumbprint(der []byte) string {
	sum := sha1.Sum(der)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// certificate is the service's certificate with a number, nil when it has none.
func certificate(app *rest.Application, number int32) *rest.ServiceCertificate {
	for n := range app.Certificates {
		if c := &app.Certificates[n]; c.Number() == number {
			return c
		}
	}
	return nil
}
