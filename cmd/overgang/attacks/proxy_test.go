package attacks

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestClientCertificateHeaders is row 53: who is no configured proxy can put a
// client certificate in no header, and a configured one only in its own.
func TestClientCertificateHeaders(t *testing.T) {
	binary := build(t)
	for name, c := range map[string]struct {
		proxies  string
		believed bool
	}{"stranger": {"192.0.2.0/24", false}, "proxy": {"127.0.0.1", true}} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, binary, "OVERGANG_LISTEN_TRUSTED_PROXIES="+c.proxies,
				"OVERGANG_LISTEN_CLIENT_CERTIFICATE_HEADER=X-Client-Cert", "OVERGANG_LISTEN_CLIENT_CERTIFICATES=registered")
			mine := g.demoClient(t)
			b64 := base64.StdEncoding.EncodeToString(mine.der)
			pem := url.PathEscape("-----BEGIN CERTIFICATE-----\n" + b64 + "\n-----END CERTIFICATE-----\n")
			for _, forged := range [][]string{
				nil,
				{"X-Forwarded-Client-Cert", `Hash=` + mine.thumbprint() + `;Cert="` + pem + `"`},
				{"Client-Cert", ":" + b64 + ":"},
				{"X-SSL-Client-Cert", pem},
				{"X-Forwarded-For", "127.0.0.1", "X-Real-IP", "127.0.0.1", "Client-Cert", ":" + b64 + ":"},
				{"X-Client-Cert", "forged"},
			} {
				if a, err := mine.ask(make([]byte, 32), forged...); err != nil || a.status != http.StatusForbidden {
					t.Errorf("%.40v: %v, HTTP %d\n%s", forged, err, a.status, head(a.body))
				}
			}
			a, err := mine.ask(make([]byte, 32), "X-Client-Cert", pem, "X-Forwarded-For", "203.0.113.9")
			if err != nil || (a.status == http.StatusOK) != c.believed || !c.believed && a.status != http.StatusForbidden {
				t.Errorf("%v, HTTP %d\n%s", err, a.status, head(a.body))
			}
			eventually(t, "the last request's line", func() bool {
				return strings.Count(g.log.String(), `"endpoint":"ReceiptExternalEC2"`) > 0 == c.believed && strings.Contains(g.log.String(), `"msg":"access"`)
			})
			log := requestLog(g.log.String())
			if told := strings.Contains(log, `"code":"forwarding-headers"`); told == c.believed {
				t.Errorf("told of a stranger's headers: %v", told)
			}
			if from := regexp.MustCompile(`"address":"203\.0\.113\.9"`).MatchString(log); from != c.believed {
				t.Errorf("the address in X-Forwarded-For is believed: %v", from)
			}
			if strings.Contains(log, b64[:80]) {
				t.Error("the log has the header's content")
			}
		})
	}
}
