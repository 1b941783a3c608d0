package gateway

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/rest/core"
)

// selfSigned makes a certificate for this machine.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "Havbris"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func leafEnd(t *testing.T, c tls.Certificate) int64 {
	t.Helper()
	cert, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return cert.NotAfter.Unix()
}

// files writes a certificate and its key where a listener reads them.
func files(t *testing.T, c tls.Certificate) (cert, key string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: c.Certificate[0]}, key: {Type: "PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

const ec2Path = "/IntermediaryExternal/IntermediaryInboundExternalEC2.svc"

// EC2 endpoints that want a registered certificate on the connection believe
// their own TLS and trusted proxies, and nobody else (attacks, row 53).
func TestClientCertificates(t *testing.T) {
	mine, others, server := selfSigned(t), selfSigned(t), selfSigned(t)
	for _, proxy := range []string{"127.0.0.1", "192.0.2.1"} {
		t.Run("proxy "+proxy, func(t *testing.T) {
			g := serve(t, func(c *config.Config) {
				c.Security.Trust.Pinned = true
				c.Listen.TLS.Address = "127.0.0.1:0"
				c.Listen.TLS.Certificate, c.Listen.TLS.Key = files(t, server)
				c.Listen.ClientCertificates, c.Listen.ClientCertificateHeader = config.RegisteredCertificates, "Client-Cert"
				c.Listen.TrustedProxies = []config.Network{{Prefix: netip.MustParsePrefix(proxy + "/32")}}
			})
			log := &logBuffer{}
			g.edge.log = slog.New(slog.NewTextHandler(log, nil))
			register(t, g, mine.Certificate[0])
			header := func(c tls.Certificate) []string {
				return []string{"Client-Cert", ":" + base64.StdEncoding.EncodeToString(c.Certificate[0]) + ":"}
			}
			trusted := proxy == "127.0.0.1"
			for name, c := range map[string]struct {
				method, path string
				header       []string
				refused      bool
			}{
				"a registered one":       {"POST", ec2Path, header(mine), !trusted},
				"another one":            {"POST", ec2Path, header(others), true},
				"none":                   {"POST", ec2Path, nil, true},
				"in capitals":            {"POST", strings.ToUpper(ec2Path), nil, true},
				"in another header":      {"POST", ec2Path, []string{"X-Client-Cert", header(mine)[1]}, true},
				"the contract":           {"GET", ec2Path + "?wsdl", nil, false},
				"an endpoint of another": {"POST", "/IntermediaryExternal/IntermediaryInboundBasic.svc", nil, false},
			} {
				status, text := ask(t, g, "plain", c.method, c.path, c.header...)
				if refused := status == http.StatusForbidden; refused != c.refused {
					t.Errorf("%s: status %d, %.100s", name, status, text)
				}
			}
			if told := strings.Contains(log.String(), "code=forwarding-headers"); told == trusted {
				t.Errorf("told of a stranger's headers: %v\n%s", told, log)
			}
			_, figures := ask(t, g, "admin", "GET", "/metrics")
			if end := fmt.Sprintf("overgang_tls_certificate_expiry_timestamp_seconds %v\n", float64(leafEnd(t, server))); !strings.Contains(figures, end) {
				t.Errorf("the figures lack %s", end)
			}
			if none := strings.Contains(figures, "overgang_forwarding_headers_stripped_total 0\n"); none != trusted {
				t.Errorf("counted none: %v", none)
			}
			if trusted {
				return // this test's own connections are a proxy's, whose certificates are not the client's
			}
			for name, c := range map[string]struct {
				cert    []tls.Certificate
				refused bool
			}{"mine": {[]tls.Certificate{mine}, false}, "another's": {[]tls.Certificate{others}, true}, "none": {nil, true}} {
				if status := overTLS(t, g, c.cert); (status == http.StatusForbidden) != c.refused {
					t.Errorf("TLS with %s: status %d", name, status)
				}
			}
		})
	}
}

func register(t *testing.T, g *Gateway, der []byte) {
	t.Helper()
	admin, err := core.NewAdmin(core.AdminConfig{Store: g.storage.Store, Secret: g.storage.Secret})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.AddParty(t.Context(), rest.Party{Kind: rest.OrganisationParty, OrgNumber: "310440124", Name: "Havbris"}); err != nil {
		t.Fatal(err)
	}
	_, _, err = admin.AddEnterprise(t.Context(), core.NewEnterprise{
		UserName: "havbris", Party: rest.PartyRef{OrgNumber: "310440124"}, Certificates: []core.NewCertificate{{File: der}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func overTLS(t *testing.T, g *Gateway, certificates []tls.Certificate) int {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: certificates}}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Post(g.Server("tls").URL()+ec2Path, "application/soap+xml", strings.NewReader("<x/>"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// logBuffer is a log that a test reads while the gateway writes it.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
