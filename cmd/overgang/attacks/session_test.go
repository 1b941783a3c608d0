package attacks

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"overgang/rest"
	"overgang/soap/soaptest"
	"overgang/soap/wssc"
	"overgang/store"
	"overgang/store/sqlstore"
)

// another registers a second enterprise user with a certificate of its own.
func (g *gateway) another(t *testing.T) *enterprise {
	t.Helper()
	own, err := stranger()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "annen.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("et annet passord\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	g.overgang(t, "enterprise", "add", "annen", "--party", g.env["ORG"], "--password-file", password, "--certificate", file, "--other-organisation")
	other := g.client(own.Cert, own.Key)
	other.user, other.password = "annen", "et annet passord"
	return other
}

// TestSessionsOfOthers is row 38: a token is good for who asked for it, until it
// ends, and for nobody else.
func TestSessionsOfOthers(t *testing.T) {
	const pinned = "OVERGANG_SECURITY_TRUST_PINNED=true"
	binary, data := build(t), t.TempDir()
	g := startGatewayAt(t, binary, data, pinned)
	mine, other := g.demoClient(t), g.another(t)
	eventually(t, "the other's token", func() bool {
		a, err := other.ask(make([]byte, 32))
		return err == nil && a.status == http.StatusOK
	})
	s := mine.open(t)
	if a, err := mine.call(s, other.user, other.password); err != nil || !strings.Contains(a.body, wrongPassword) {
		t.Errorf("the other's user in my session: %v\n%s", err, head(a.body))
	}
	renew := func(e *enterprise) answer {
		t.Helper()
		target := soaptest.Entropy + `<t:RenewTarget>` + s.token + `</t:RenewTarget>`
		cert, err := x509.ParseCertificate(e.der)
		if err != nil {
			t.Fatal(err)
		}
		d := soaptest.Certificate{Cert: cert, Key: e.key}.TokenRequest(wssc.Renew, target)
		d.To, d.Created, d.MessageID = e.url, time.Now(), "urn:uuid:renewal"
		message, err := d.Write()
		if err != nil {
			t.Fatal(err)
		}
		a, err := e.post(wssc.Renew.Action(), message)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := renew(other); !strings.Contains(a.body, "wsc:BadContextToken") || !strings.Contains(a.body, securityFault) {
		t.Errorf("renewed by another: HTTP %d\n%s", a.status, head(a.body))
	}
	if a, err := mine.call(s, mine.user, mine.password); err != nil || !strings.Contains(a.body, "30008") {
		t.Errorf("my own: %v\n%s", err, head(a.body))
	}

	// What this one issues ends soon.
	g.kill(t)
	g = startGatewayAt(t, binary, data, pinned, "OVERGANG_SECURITY_TOKEN_LIFETIME=3s", "OVERGANG_SECURITY_CLOCK_SKEW=1s")
	mine.url, other.url = g.env["OVERGANG_URL"]+receiptEC2, g.env["OVERGANG_URL"]+receiptEC2
	s = mine.open(t)
	eventually(t, "the token ends", func() bool {
		a, err := mine.call(s, mine.user, mine.password)
		return err == nil && strings.Contains(a.body, "wsc:BadContextToken") && strings.Contains(a.body, securityFault)
	})
	if a := renew(other); !strings.Contains(a.body, "wsc:BadContextToken") {
		t.Errorf("renewed by another, after its end: HTTP %d\n%s", a.status, head(a.body))
	}
	if a := renew(mine); a.status != http.StatusOK {
		t.Errorf("renewed by its owner, after its end: HTTP %d\n%s", a.status, head(a.body))
	}
}

// TestTokenRequestFlood is row 40: a certificate has so many requests in a
// minute; others have theirs, sessions go on, and memory stays as it was.
func TestTokenRequestFlood(t *testing.T) {
	const most, flood = 50, 300
	g := startGateway(t, build(t), "OVERGANG_SECURITY_TRUST_PINNED=true", "OVERGANG_SECURITY_TOKEN_REQUESTS=50")
	mine, other := g.demoClient(t), g.another(t)
	s := mine.open(t)
	before, issued, begun := g.count(t, "process_resident_memory_bytes"), 0, time.Now()
	for range flood {
		a, err := mine.ask(make([]byte, 32))
		switch {
		case err != nil:
			t.Fatal(err)
		case a.status == http.StatusOK:
			issued++
		case !strings.Contains(a.body, "wst:RequestFailed") || !strings.Contains(a.body, securityFault):
			t.Fatalf("HTTP %d\n%s", a.status, head(a.body))
		}
	}
	minutes := int(time.Since(begun)/time.Minute) + 2 // one may end while this runs
	if issued < most-1 || issued > minutes*most {
		t.Errorf("%d of %d were issued in %v", issued, flood, time.Since(begun))
	}
	if grown := g.count(t, "process_resident_memory_bytes") - before; grown > 32<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
	if a, err := mine.call(s, mine.user, mine.password); err != nil || !strings.Contains(a.body, "30008") {
		t.Errorf("a session from before: %v\n%s", err, head(a.body))
	}
	eventually(t, "another certificate's token", func() bool {
		a, err := other.ask(make([]byte, 32))
		return err == nil && a.status == http.StatusOK
	})
	for _, entropy := range []int{0, 1, 15, 129, 100_000} {
		if a, err := other.ask(make([]byte, entropy)); err != nil || !strings.Contains(a.body, "wst:InvalidRequest") || !strings.Contains(a.body, securityFault) {
			t.Errorf("entropy of %d bytes: %v\n%s", entropy, err, head(a.body))
		}
	}
}

// TestKilledNode is row 41: one gateway is killed, another with the same ring
// and what the first had registered goes on with its sessions; one with another
// ring does not.
func TestKilledNode(t *testing.T) {
	binary := build(t)
	ring := "OVERGANG_SECURITY_KEY_RING=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	g := startGateway(t, binary, ring)
	mine := g.demoClient(t)
	s := mine.open(t)
	g.kill(t)
	for _, node := range []struct{ ring, want string }{
		{ring, "30008"},
		{"OVERGANG_SECURITY_KEY_RING=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{8}, 32)), "wsc:BadContextToken"},
		{ring, "30008"},
	} {
		next := startGatewayAt(t, binary, g.data, node.ring)
		mine.url = next.env["OVERGANG_URL"] + receiptEC2
		if a, err := mine.call(s, mine.user, mine.password); err != nil || !strings.Contains(a.body, node.want) {
			t.Errorf("want %s: %v\n%s", node.want, err, head(a.body))
		}
		next.kill(t)
	}
}

// TestSystemAccounts is row 31 for end-user systems, in Basic and WS: wrong,
// unknown, disabled and locked read the same.
func TestSystemAccounts(t *testing.T) {
	g := startGateway(t, build(t))
	form, err := readForm(g.env)
	if err != nil {
		t.Fatal(err)
	}
	messageID := regexp.MustCompile(`secured-\d+`)
	ask := func(user, password string) (texts [2]string) {
		t.Helper()
		for i, request := range []string{
			"POST /IntermediaryExternal/ReceiptExternalBasic.svc\nContent-Type: text/xml\n\n{{envelope (receiptAs .SYSTEM_USER .SYSTEM_PASSWORD \"<r:ReceiptId>1</r:ReceiptId>\")}}",
			"POST " + wsPath + "\nContent-Type: application/soap+xml\n\n{{ws}}",
		} {
			message, err := render(request, g.env, form)
			if err != nil {
				t.Fatal(err)
			}
			message = strings.NewReplacer(">"+g.env["SYSTEM_USER"]+"<", ">"+user+"<", ">"+g.env["SYSTEM_PASSWORD"]+"<", ">"+password+"<").Replace(message)
			a, err := send(g.address(), message, want{})
			if err != nil {
				t.Fatal(err)
			}
			texts[i] = messageID.ReplaceAllString(outward(a.body), "")
		}
		return texts
	}
	user, password := g.env["SYSTEM_USER"], g.env["SYSTEM_PASSWORD"]
	wrong := ask(user, "feil")
	if !strings.Contains(wrong[0], "AltinnFault") || !strings.Contains(wrong[1], securityFault) {
		t.Fatalf("a wrong password reads\n%s", wrong)
	}
	if unknown := ask("99999", password); unknown != wrong {
		t.Errorf("unknown reads\n%s\nwant\n%s", unknown, wrong)
	}
	g.disableSystems(t, true)
	var disabled [2]string
	eventually(t, "the disabled system is refused", func() bool {
		disabled = ask(user, password)
		return strings.Contains(disabled[0], wrongPassword) && strings.Contains(disabled[1], securityFault)
	})
	if disabled != wrong {
		t.Errorf("disabled reads\n%s\nwant\n%s", disabled, wrong)
	}
	g.disableSystems(t, false)
	time.Sleep(1100 * time.Millisecond)
	for range 5 {
		if guess := ask(user, "gjett"); guess != wrong {
			t.Errorf("a guess reads\n%s\nwant\n%s", guess, wrong)
		}
	}
	if locked := ask(user, password); locked != wrong {
		t.Errorf("locked reads\n%s\nwant\n%s", locked, wrong)
	}
}

// disableSystems disables the demonstration's system, or enables it again.
func (g *gateway) disableSystems(t *testing.T, disabled bool) {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(g.data, "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(t.Context(), func(tx store.Tx) error {
		id, err := strconv.Atoi(g.env["SYSTEM_USER"])
		if err != nil {
			return err
		}
		account, err := tx.Account(rest.SystemSubject(rest.SystemID(id)))
		if err != nil {
			return err
		}
		account.Disabled, account.System.Disabled = disabled, disabled
		return tx.PutAccount(&account)
	}); err != nil {
		t.Fatal(err)
	}
}
