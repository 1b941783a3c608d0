package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"overgang/cmd/overgang/demo"
)

// running is a gateway in the test's own process.
type running struct {
	main *Main
	out  output
	log  output
	env  *demo.Environment
	code chan int // its exit code
}

// run starts `overgang serve --demo` on free ports.
func run(t *testing.T, environ ...string) *running {
	t.Helper()
	r := &running{code: make(chan int, 1)}
	data := t.TempDir()
	r.main = &Main{
		Args: []string{"--data", data, "serve", "--demo", "--listen", "127.0.0.1:0", "--listen-tls", "off", "--listen-admin", "127.0.0.1:0"},
		Now:  time.Now, Stdin: strings.NewReader(""), Stdout: &r.out, Stderr: &r.log, Signals: make(chan os.Signal, 2),
		Environ: environ,
	}
	go func() { r.code <- r.main.Run(t.Context()) }()
	for begun := time.Now(); !strings.Contains(r.out.String(), "ready\n"); time.Sleep(time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("not ready:\n%s%s", r.out.String(), r.log.String())
		}
	}
	var err error
	if r.env, err = demo.ReadEnvironment(demo.EnvironmentFile(data)); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *running) wait(t *testing.T, want int) {
	t.Helper()
	select {
	case got := <-r.code:
		if got != want {
			t.Errorf("exit code %d, want %d:\n%s", got, want, r.log.String())
		}
	case <-time.After(patience):
		t.Fatalf("does not stop:\n%s", r.log.String())
	}
}

// half opens a connection and sends the first half of the demonstration's
// ready request. rest sends the other half.
func (r *running) half(t *testing.T) (c net.Conn, rest func()) {
	t.Helper()
	address := strings.TrimPrefix(r.env.Get("OVERGANG_URL"), "http://")
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	body, err := os.ReadFile(strings.Replace(r.env.Get("DEMO_FORM"), "lonnsmelding.xml", "SubmitFormTaskBasic.xml", 1))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "POST /IntermediaryExternal/IntermediaryInboundBasic.svc HTTP/1.1\r\nHost: %s\r\nContent-Type: text/xml; charset=utf-8\r\n"+
		"SOAPAction: \"http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10/IIntermediaryInboundExternalBasic/SubmitFormTaskBasic\"\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", address, len(body))
	// It comes when the handler begins to read.
	begun := make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))
	if _, err := io.ReadFull(c, begun); err != nil || !strings.Contains(string(begun), " 100 ") {
		t.Fatalf("%q, %v", begun, err)
	}
	c.Write(body[:len(body)/2])
	return c, func() { c.Write(body[len(body)/2:]) }
}

func TestStopFinishesARequestUnderWay(t *testing.T) {
	r := run(t)
	c, rest := r.half(t)
	r.main.Signals <- syscall.SIGTERM
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		another, err := net.Dial("tcp", c.RemoteAddr().String())
		if err != nil {
			break // no new connection is taken
		}
		another.Close()
		if time.Since(begun) > patience {
			t.Fatal("still takes connections")
		}
	}
	res, err := http.Get(r.env.Get("OVERGANG_ADMIN_URL") + "/health/ready")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("ready while stopping: %d", res.StatusCode)
	}
	rest()
	res, err = http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(text), "<ReceiptStatusCode>OK<") {
		t.Errorf("answer %d %s, %v", res.StatusCode, text, err)
	}
	r.wait(t, exitOK)
}

func TestSecondSignalEndsAtOnce(t *testing.T) {
	r := run(t, "OVERGANG_PACE_STOP=1h", "OVERGANG_PACE_WINDOW=1h") // nothing else ends it
	r.half(t)
	r.main.Signals <- syscall.SIGTERM
	r.main.Signals <- syscall.SIGTERM
	r.wait(t, exitCutOff)
}

func TestStopRunsOut(t *testing.T) {
	r := run(t, "OVERGANG_PACE_STOP=200ms")
	r.half(t)
	r.main.Signals <- syscall.SIGINT
	r.wait(t, exitCutOff)
	if !strings.Contains(r.log.String(), "pace.stop") {
		t.Errorf("log does not say why:\n%s", r.log.String())
	}
}

// askForCode asks for a one-time code by text message.
func (r *running) askForCode(t *testing.T) {
	t.Helper()
	body := fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>`+
		`<GetAuthenticationChallenge xmlns="http://www.altinn.no/services/Authentication/SystemAuthentication/2009/10">`+
		`<challengeRequest xmlns:a="http://schemas.altinn.no/services/Authentication/2009/10">`+
		`<a:AuthMethod>SMSPin</a:AuthMethod><a:SystemUserName>%s</a:SystemUserName><a:UserPassword>%s</a:UserPassword><a:UserSSN>%s</a:UserSSN>`+
		`</challengeRequest></GetAuthenticationChallenge></s:Body></s:Envelope>`,
		r.env.Get("SYSTEM_USER"), r.env.Get("PERSON_PASSWORD"), r.env.Get("PERSON_SSN"))
	req, err := http.NewRequest(http.MethodPost, r.env.Get("OVERGANG_URL")+"/AuthenticationExternal/SystemAuthentication.svc", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `"http://www.altinn.no/services/Authentication/SystemAuthentication/2009/10/ISystemAuthenticationExternal/GetAuthenticationChallenge"`)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || !strings.Contains(string(text), "Status>Ok<") {
		t.Fatalf("answer %d %s, %v", res.StatusCode, text, err)
	}
}

// TestMessagesAreSent: the operator's command gets what the outbox has.
func TestMessagesAreSent(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sent")
	r := run(t, "PATH="+os.Getenv("PATH"), "OVERGANG_OUTBOX_COMMAND=tee -a "+file)
	r.askForCode(t)
	const want = `"channel":"sms","to":"+4799990001","text":"Din engangskode er `
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if got, err := os.ReadFile(file); err == nil && strings.Contains(string(got), want) {
			break
		}
		if time.Since(begun) > patience {
			t.Fatalf("nothing sent:\n%s", r.log.String())
		}
	}
	r.main.Signals <- syscall.SIGTERM
	r.wait(t, exitOK)
}

func TestMessagesAreShown(t *testing.T) {
	r := run(t)
	r.askForCode(t)
	for begun := time.Now(); !strings.Contains(r.out.String(), "sms to +4799990001: "); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("no message shown:\n%s", r.out.String())
		}
	}
	r.main.Signals <- syscall.SIGTERM
	r.wait(t, exitOK)
}
