package reporteearchiveexternal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
)

func TestOwnerKey(t *testing.T) {
	year := func(n int) time.Time { return time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC) }
	soon, late := rest.ServiceCertificate{DER: []byte("soon"), ValidTo: year(2027)}, rest.ServiceCertificate{DER: []byte("late"), ValidTo: year(2030)}
	app := &rest.Application{Certificates: []rest.ServiceCertificate{late, soon}}
	unknown, forSoon := rest.OwnerKey{Owner: "TTD", Certificate: 7, Key: "unknown"}, rest.OwnerKey{Certificate: soon.Number(), Key: "soon"}
	forLate, foreign := rest.OwnerKey{Owner: "ttd", Certificate: late.Number(), Key: "late"}, rest.OwnerKey{Owner: "SKD", Certificate: late.Number(), Key: "foreign"}
	text := func(s string) *string { return &s }
	// The thumbprints are those of sha1sum.
	shownSoon := &Key{CertificateThumbprint: text("3F934E4F1268BB825D92D751958EBD7E75019FBA"), Key: text("soon"), KeyID: soon.Number()}
	shownLate := &Key{CertificateThumbprint: text("5D6200F8CF98AF475EDCAC2C97F966AD156ED51F"), Key: text("late"), KeyID: late.Number()}
	for name, c := range map[string]struct {
		keys *rest.EncryptedKeys
		want *Key
	}{
		"no keys":                       {},
		"the party's alone":             {&rest.EncryptedKeys{Party: "a"}, nil},
		"another owner's":               {&rest.EncryptedKeys{Owners: []rest.OwnerKey{foreign}}, nil},
		"a certificate not known":       {&rest.EncryptedKeys{Owners: []rest.OwnerKey{unknown, {Certificate: 8, Key: "second"}}}, &Key{Key: text("unknown"), KeyID: 7}},
		"a known one before others":     {&rest.EncryptedKeys{Owners: []rest.OwnerKey{unknown, forSoon}}, shownSoon},
		"the one that is valid longest": {&rest.EncryptedKeys{Owners: []rest.OwnerKey{foreign, forSoon, forLate, unknown}}, shownLate},
		"whatever their order":          {&rest.EncryptedKeys{Owners: []rest.OwnerKey{forLate, forSoon}}, shownLate},
	} {
		i := &rest.Instance{App: rest.AppID{Org: "ttd", App: "melding"}, Keys: c.keys}
		if diff := cmp.Diff(c.want, ownerKey(i, app)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
