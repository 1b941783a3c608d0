package demo

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Authority is the demonstration's certificate authority and the server
// certificate that it issued: PEM files in the data directory.
type Authority struct {
	CA, Certificate, Key string // paths
}

const (
	authorityLife = 10 * 365 * 24 * time.Hour
	serverLife    = 365 * 24 * time.Hour
	renewBefore   = 30 * 24 * time.Hour
)

// EnsureAuthority makes the authority when the directory has none, and a
// server certificate for this machine (and the named hosts) when there is none
// or it runs out within a month.
func EnsureAuthority(dir string, now time.Time, hosts ...string) (Authority, error) {
	a := Authority{
		CA:          caFile(dir),
		Certificate: filepath.Join(dir, "demo-server.pem"),
		Key:         filepath.Join(dir, "demo-server.key"),
	}
	ca, caKey, err := ensureCA(dir, now)
	if err != nil {
		return a, err
	}
	server := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "localhost"},
		NotAfter:    now.Add(serverLife),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range append([]string{"localhost", "127.0.0.1", "::1"}, hosts...) {
		if ip := net.ParseIP(h); ip != nil {
			server.IPAddresses = append(server.IPAddresses, ip)
		} else if h != "" {
			server.DNSNames = append(server.DNSNames, h)
		}
	}
	old, _, err := loadPair(a.Certificate, a.Key)
	if err == nil && now.Add(renewBefore).Before(old.NotAfter) && names(old, server) && old.CheckSignatureFrom(ca) == nil {
		return a, nil
	}
	if _, _, err := issue(server, ca, caKey, now, a.Certificate, a.Key); err != nil {
		return a, fmt.Errorf("demonstration certificate: %w", err)
	}
	return a, nil
}

// caFile is the authority's certificate in a data directory.
func caFile(dir string) string { return filepath.Join(dir, "demo-ca.pem") }

// ensureCA makes the authority when the directory has none.
func ensureCA(dir string, now time.Time) (*x509.Certificate, crypto.Signer, error) {
	path := filepath.Join(dir, "demo-ca.key")
	ca, key, err := loadPair(caFile(dir), path)
	if errors.Is(err, fs.ErrNotExist) {
		template := &x509.Certificate{
			Subject:  pkix.Name{CommonName: "Overgang demonstration authority"},
			NotAfter: now.Add(authorityLife), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
			KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
		ca, key, err = issue(template, nil, nil, now, caFile(dir), path)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("demonstration authority: %w", err)
	}
	return ca, key, nil
}

// newSerial draws a serial number.
func newSerial() (*big.Int, error) {
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
}

// names says whether the certificate has all the names of the wanted one.
func names(have, want *x509.Certificate) bool {
	for _, n := range want.DNSNames {
		if have.VerifyHostname(n) != nil {
			return false
		}
	}
	for _, ip := range want.IPAddresses {
		if have.VerifyHostname(ip.String()) != nil {
			return false
		}
	}
	return true
}

// issue makes a key and a certificate for it, signed by the parent (nil = by
// itself), and writes both.
func issue(template, parent *x509.Certificate, parentKey crypto.Signer, now time.Time, certPath, keyPath string) (*x509.Certificate, crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	return issueFor(key, template, parent, parentKey, now, certPath, keyPath)
}

// issueFor makes a certificate for a key, and writes both.
func issueFor(key crypto.Signer, template, parent *x509.Certificate, parentKey crypto.Signer, now time.Time, certPath, keyPath string) (_ *x509.Certificate, _ crypto.Signer, err error) {
	if template.SerialNumber, err = newSerial(); err != nil {
		return nil, nil, err
	}
	template.NotBefore = now.Add(-time.Hour)
	if parent == nil {
		parent, parentKey = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	// The key goes first: a certificate without its key would be taken for whole.
	if err := writeFile(keyPath, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600); err != nil {
		return nil, nil, err
	}
	if err := writeFile(certPath, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644); err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, key, err
}

// loadPair reads a certificate and its key. fs.ErrNotExist when the certificate is absent.
func loadPair(certPath, keyPath string) (*x509.Certificate, crypto.Signer, error) {
	certPEM, err := os.ReadFile(certPath)
	if err != nil {
		return nil, nil, err
	}
	keyPEM, err := os.ReadFile(keyPath)
	if err != nil {
		return nil, nil, fmt.Errorf("%s has no key beside it (remove it and it is made again): %v", certPath, err)
	}
	certBlock, _ := pem.Decode(certPEM)
	keyBlock, _ := pem.Decode(keyPEM)
	if certBlock == nil || keyBlock == nil {
		return nil, nil, fmt.Errorf("%s or %s is no PEM file: remove both and they are made again", certPath, keyPath)
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, nil, fmt.Errorf("%s holds no signing key", keyPath)
	}
	return cert, signer, nil
}

// writeFile replaces a file whole: a reader sees the old or the new one.
func writeFile(path string, text []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
