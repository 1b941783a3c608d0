package core

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"overgang/rest"
)

// TestServiceCertificates: what is valid is handed out, importing again keeps
// what is there, and removing takes one.
func TestServiceCertificates(t *testing.T) {
	w := newWorld(t)
	ref := rest.ServiceRef{Code: "4599", Edition: 1}
	now := w.clock.now()
	valid, next := w.certificate(testKey, nil), w.certificate(otherKey, func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = now.Add(24*time.Hour), now.Add(48*time.Hour)
	})
	put := func(certificates ...rest.ServiceCertificate) {
		t.Helper()
		app := testApp("kryptert", ref.Code, rest.ValidationOff)
		app.Certificates = certificates
		change, err := w.admin.PutService(w.ctx, app)
		if err == nil {
			err = w.admin.Apply(w.ctx, change)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(ders ...[]byte) {
		t.Helper()
		if err := w.Refresh(w.ctx); err != nil {
			t.Fatal(err)
		}
		got, err := w.ServiceCertificates(w.ctx, ref)
		if err != nil || len(got) != len(ders) {
			t.Fatalf("%d certificates, want %d, %v", len(got), len(ders), err)
		}
		for i := range ders {
			if !bytes.Equal(got[i].DER, ders[i]) || got[i].Number() <= 0 {
				t.Errorf("certificate %d: %+v", i, got[i])
			}
		}
	}
	first, err := ServiceCertificate(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: valid}), " Én ")
	if err != nil || first.Label != "Én" || !first.ValidTo.Equal(now.Add(365*24*time.Hour)) {
		t.Fatalf("%+v, %v", first, err)
	}
	put(first)
	want(valid)
	later, err := ServiceCertificate(next, "")
	if err == nil {
		err = w.admin.AddServiceCertificate(w.ctx, ref, later)
	}
	if err != nil {
		t.Fatal(err)
	}
	want(valid) // the other's time has not come
	put()
	w.clock.add(25 * time.Hour)
	want(valid, next)
	put(first) // not there twice
	want(valid, next)
	if err := w.admin.RemoveServiceCertificate(w.ctx, ref, thumbprint(valid)[:12]); err != nil {
		t.Fatal(err)
	}
	want(next)
	w.clock.add(48 * time.Hour)
	want()

	wantKind(t, w.admin.RemoveServiceCertificate(w.ctx, ref, "00"), rest.Invalid)
	wantKind(t, w.admin.AddServiceCertificate(w.ctx, rest.ServiceRef{Code: "0", Edition: 1}, first), rest.NotFound)
	if _, err := w.ServiceCertificates(w.ctx, rest.ServiceRef{Code: "0", Edition: 1}); rest.KindOf(err) != rest.NotFound {
		t.Error(err)
	}
}

func TestServiceCertificateRefuses(t *testing.T) {
	w := newWorld(t)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"nothing":      nil,
		"text":         []byte("sertifikat"),
		"another key":  w.certificate(curve, nil),
		"a short key":  w.certificate(shortKey, nil),
		"signing only": w.certificate(testKey, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }),
	} {
		if _, err := ServiceCertificate(file, ""); rest.KindOf(err) != rest.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, err := ServiceCertificate(w.certificate(testKey, nil), "")
	if err != nil {
		t.Fatal(err)
	}
	longer := c
	longer.ValidTo = longer.ValidTo.Add(time.Hour)
	for name, list := range map[string][]rest.ServiceCertificate{"twice": {c, c}, "longer than it is": {longer}} {
		app := testApp("kryptert", "4599", rest.ValidationOff)
		app.Certificates = list
		if err := w.admin.CheckApplication(w.ctx, &app); rest.KindOf(err) != rest.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
