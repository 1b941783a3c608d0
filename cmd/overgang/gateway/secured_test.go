package gateway

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/rest/core"
	"overgang/soap/soaptest"
	"overgang/soap/wssc"
)

const (
	inboundEC2 = "/IntermediaryExternal/IntermediaryInboundExternalEC2.svc"
	ec2Space   = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2010/10"
	statusEC2  = ec2Space + "/IIntermediaryInboundExternalEC/GetAltinnSubmissionStatusEC"
	password   = "et-passord-for-bedriften"
)

var certificates = filepath.Join("..", "..", "..", "testdata", "wss", "certificates")

// enterprise is the client of testdata/wss.
func enterprise(t *testing.T) (c soaptest.Certificate, file []byte) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(certificates, "enterprise.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(file)
	if c.Cert, err = x509.ParseCertificate(block.Bytes); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(certificates, "enterprise.key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ = pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	c.Key = key.(*rsa.PrivateKey)
	return c, file
}

// serveEnterprise starts a gateway with a data directory of its own that knows
// the enterprise user.
func serveEnterprise(t *testing.T, set func(*config.Config)) *Gateway {
	t.Helper()
	g := serve(t, func(c *config.Config) {
		c.Security.Trust.Anchors = []string{filepath.Join(certificates, "ca.pem")}
		set(c)
	})
	admin, err := core.NewAdmin(core.AdminConfig{Store: g.Storage().Store, Secret: g.Storage().Secret})
	if err != nil {
		t.Fatal(err)
	}
	party, err := admin.AddParty(t.Context(), rest.Party{Kind: rest.OrganisationParty, OrgNumber: "310010014", Name: "Eksempel AS"})
	if err != nil {
		t.Fatal(err)
	}
	_, file := enterprise(t)
	_, _, err = admin.AddEnterprise(t.Context(), core.NewEnterprise{UserName: "eksempel", Party: rest.PartyRef{ID: party.ID}, Password: password,
		Certificates: []core.NewCertificate{{File: file, OtherOrganisation: true}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g
}

// tell sends a message to a gateway.
func tell(t *testing.T, g *Gateway, d soaptest.Draft) (int, string) {
	t.Helper()
	d.Created, d.MessageID = time.Now(), "urn:uuid:1"
	return post(t, g, d)
}

func post(t *testing.T, g *Gateway, d soaptest.Draft) (int, string) {
	t.Helper()
	base := g.Server("plain").URL()
	d.To = base + inboundEC2
	message, err := d.Write()
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(base+inboundEC2, "application/soap+xml; charset=utf-8", strings.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// TestRepeatedSignatures: only where the operator says so two calls of one
// second, signed alike, are two calls.
func TestRepeatedSignatures(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		g := serveEnterprise(t, func(c *config.Config) { c.Security.RepeatedSignatures = allowed })
		client, _ := enterprise(t)
		_, answer := tell(t, g, client.TokenRequest(wssc.Issue, soaptest.Entropy))
		session, err := soaptest.ReadSession(answer)
		if err != nil {
			t.Fatal(err)
		}
		call := session.Call(statusEC2, `<GetAltinnSubmissionStatusEC xmlns="`+ec2Space+`"><userName>eksempel</userName><password>`+password+`</password></GetAltinnSubmissionStatusEC>`)
		call.Created = time.Now().Truncate(time.Second)
		for _, c := range []struct {
			id   string
			want bool
		}{{"urn:uuid:1", true}, {"urn:uuid:2", allowed}, {"urn:uuid:1", false}} {
			call.MessageID = c.id
			if status, answer := post(t, g, call); (status == 200) != c.want {
				t.Errorf("%s, repeated signatures %v: %d %s", c.id, allowed, status, answer)
			}
		}
	}
}

// TestTwoGatewaysServeOneSession: what they share is the key ring alone.
func TestTwoGatewaysServeOneSession(t *testing.T) {
	keys := filepath.Join(t.TempDir(), "keys")
	write := func(text string) {
		if err := os.WriteFile(keys, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(keyOne)
	a := serveEnterprise(t, func(c *config.Config) { c.Security.KeyRing = []rest.Secret{rest.Secret(keyOne)} })
	b := serveEnterprise(t, func(c *config.Config) { c.Security.KeyRingFile = keys })
	client, _ := enterprise(t)
	status, answer := tell(t, a, client.TokenRequest(wssc.Issue, soaptest.Entropy))
	session, err := soaptest.ReadSession(answer)
	if err != nil {
		t.Fatalf("%d: %v", status, err)
	}
	call := func(user, password string) soaptest.Draft {
		return session.Call(statusEC2, `<GetAltinnSubmissionStatusEC xmlns="`+ec2Space+`"><userName>`+user+`</userName><password>`+password+`</password></GetAltinnSubmissionStatusEC>`)
	}
	for turn := range 6 {
		g := []*Gateway{a, b}[turn%2]
		if status, answer := tell(t, g, call("eksempel", password)); status != 200 || !strings.Contains(answer, "GetAltinnSubmissionStatusECResult") {
			t.Fatalf("turn %d: %d %s", turn, status, answer)
		}
	}
	if status, answer := tell(t, b, call("eksempel", "feil")); status != 500 || !strings.Contains(answer, "Wrong username/password supplied.") {
		t.Errorf("a wrong password: %d %s", status, answer)
	}

	// The other key takes over: the session goes on while the old one is there.
	write(keyTwo + "\n" + keyOne)
	var newer soaptest.Session
	until(t, "b seals with the new key, which a does not have", func() bool {
		_, answer := tell(t, b, client.TokenRequest(wssc.Issue, soaptest.Entropy))
		if newer, err = soaptest.ReadSession(answer); err != nil {
			t.Fatal(err)
		}
		_, answer = tell(t, a, newer.Call(statusEC2, ""))
		return strings.Contains(answer, badContext)
	})
	if status, answer := tell(t, b, call("eksempel", password)); status != 200 {
		t.Errorf("with the new key first: %d %s", status, answer)
	}
	write(keyTwo + "\n")
	until(t, "the old key is gone", func() bool {
		status, answer := tell(t, b, call("eksempel", password))
		return status == 500 && strings.Contains(answer, badContext)
	})
	session = newer
	if status, answer := tell(t, b, call("eksempel", password)); status != 200 {
		t.Errorf("a session of the new key: %d %s", status, answer)
	}
	_, figures := ask(t, b, "admin", "GET", "/metrics")
	for _, want := range []string{
		`overgang_requests_total{flavour="ec2",operation="RST/Issue",outcome="answered",service="IntermediaryInboundExternalEC2"} `,
		`overgang_requests_total{flavour="ec2",operation="",outcome="denied-BadContextToken",service="IntermediaryInboundExternalEC2"} `,
		`overgang_security_replays_kept{kind="signature"} `, `overgang_security_replays_dropped_total{kind="signature"} 0`,
	} {
		if !strings.Contains(figures, want) {
			t.Errorf("no %s in the figures:\n%s", want, strings.Join(grep(figures, "overgang_security", "denied", "RST"), "\n"))
		}
	}
}

const badContext = ">wsc:BadContextToken</s:Value>"

// until waits for what comes within a second or two, on a machine that is not busy.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; {
		if done() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s: not so", what)
}

func grep(text string, words ...string) (lines []string) {
	for line := range strings.Lines(text) {
		for _, w := range words {
			if strings.Contains(line, w) {
				lines = append(lines, strings.TrimSpace(line))
				break
			}
		}
	}
	return lines
}
