package demo

import (
	"crypto/rsa"
	"crypto/x509"
	"os"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

func TestEnterpriseIsKeptAndRenewsInTime(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	d := &Demo{now: func() time.Time { return now }, accounts: &Environment{}}
	d.accounts.Set(keystorePassword, "et langt passord")
	first, err := d.ensureEnterprise(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := enterpriseFilesIn(dir)
	check := func(want *x509.Certificate) {
		t.Helper()
		store, err := os.ReadFile(files.p12)
		if err != nil {
			t.Fatal(err)
		}
		key, cert, chain, err := pkcs12.DecodeChain(store, "et langt passord")
		if err != nil {
			t.Fatal(err)
		}
		own, ok := key.(*rsa.PrivateKey)
		if !ok || !own.PublicKey.Equal(cert.PublicKey) || !cert.Equal(want) {
			t.Errorf("the key store's certificate is another one")
		}
		trusted, err := os.ReadFile(files.trust)
		if err != nil {
			t.Fatal(err)
		}
		anchors, err := pkcs12.DecodeTrustStore(trusted, "et langt passord")
		if err != nil || len(anchors) != 1 || len(chain) != 1 || !anchors[0].Equal(chain[0]) {
			t.Fatalf("trust store: %d certificates, chain of %d, %v", len(anchors), len(chain), err)
		}
		roots := x509.NewCertPool()
		roots.AddCert(anchors[0])
		if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
			t.Error(err)
		}
		for _, path := range []string{files.pem, files.p12, files.trust} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", path, info, err)
			}
		}
	}
	check(first)
	now = now.Add(300 * 24 * time.Hour)
	same, err := d.ensureEnterprise(dir)
	if err != nil || !same.Equal(first) {
		t.Fatalf("another certificate after 300 days, %v", err)
	}
	check(first)
	now = now.Add(40 * 24 * time.Hour)
	renewed, err := d.ensureEnterprise(dir)
	if err != nil || renewed.Equal(first) {
		t.Fatalf("the same certificate a month before its end, %v", err)
	}
	check(renewed)
	if err := os.WriteFile(files.pem, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ensureEnterprise(dir); err == nil {
		t.Error("a foreign file was overwritten")
	}
}
