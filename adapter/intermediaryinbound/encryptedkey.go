package intermediaryinbound

import (
	"strings"

	"overgang/rest"
)

// EncryptedKey is EncryptedKeyBE: the symmetric key of encrypted fields and
// attachments, encrypted for those who shall read them.
type EncryptedKey struct {
	ReporteeSymmetricKey      *ReporteeKey
	ServiceOwnerSymmetricKeys []OwnerKey
}

// ReporteeKey is ReporteeSymmetricKeyBE: encrypted with the reportee's password.
type ReporteeKey struct {
	Key        rest.Secret
	ReporteeId rest.NationalID // official number of whose password it is
}

// OwnerKey is ServiceOwnerSymmetricKeyBE: encrypted with one of the certificates
// that GetCertificates gives.
type OwnerKey struct {
	ServiceOwnerCode string
	CertificateId    int32
	Key              rest.Secret
}

// keys are the keys in the core's words, nil when there are none. Keys that only
// are elements, without content, are none: serializers write them. A reportee's
// key must be for the shipment's reportee, where it says whose it is.
func (f *FormTaskShipment) keys() (*rest.EncryptedKeys, error) {
	if f.EncryptedKey == nil {
		return nil, nil
	}
	k := &rest.EncryptedKeys{}
	if r := f.EncryptedKey.ReporteeSymmetricKey; r != nil && r.Key != "" {
		_, number := rest.RefByNumber(strings.TrimSpace(r.ReporteeId.Reveal()))
		if number && strings.TrimSpace(r.ReporteeId.Reveal()) != strings.TrimSpace(f.Reportee) {
			return nil, rest.Errorf(rest.Invalid, "key-reportee", "ReporteeSymmetricKey is for another reportee than the shipment; nothing was stored")
		}
		k.Party = r.Key
	}
	for _, o := range f.EncryptedKey.ServiceOwnerSymmetricKeys {
		if o == (OwnerKey{}) {
			continue
		}
		k.Owners = append(k.Owners, rest.OwnerKey{Owner: strings.TrimSpace(o.ServiceOwnerCode), Certificate: o.CertificateId, Key: o.Key})
	}
	if k.Empty() {
		return nil, nil
	}
	return k, nil
}
