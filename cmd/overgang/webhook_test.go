package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// hook is a receiver that checks signatures.
type hook struct {
	*httptest.Server
	mu      sync.Mutex
	secret  string
	ids     []string // webhook-ids, as they came
	types   []string
	forged  int
	hang    chan struct{} // while not nil, events wait for it
	refuses int           // events are answered so; 0 = 200
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{}
	h.Server = httptest.NewTLSServer(h)
	t.Cleanup(h.Close)
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var event struct{ Type string }
	json.Unmarshal(body, &event)
	id, at := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	h.mu.Lock()
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(h.secret, "whsec_"))
	m := hmac.New(sha256.New, key)
	io.WriteString(m, id+"."+at+"."+string(body))
	if strings.HasPrefix(event.Type, "app.") && r.Header.Get("webhook-signature") != "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)) {
		h.forged++
	}
	h.ids, h.types = append(h.ids, id), append(h.types, event.Type)
	hang, refuses := h.hang, h.refuses
	h.mu.Unlock()
	if !strings.HasPrefix(event.Type, "app.") {
		return
	}
	if hang != nil {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}
	if refuses != 0 {
		w.WriteHeader(refuses)
	}
}

func (h *hook) came(match string) (list []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, kind := range h.types {
		if kind == match {
			list = append(list, h.ids[i])
		}
	}
	return list
}

func (h *hook) set(fn func()) { h.mu.Lock(); defer h.mu.Unlock(); fn() }

// soon waits for what happens.
func soon(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for begun := time.Now(); !happened(); time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("%s did not come about", what)
		}
	}
}

// rest makes a call of the HTTP API as the demo's application owner.
func (v *victim) rest(t *testing.T, method, path, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, v.env.Get("OVERGANG_URL")+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+v.env.Get("REST_TOKEN_OWNER"))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, out
}

// command runs the command line over the same data directory.
func (v *victim) command(t *testing.T, code int, args ...string) string {
	t.Helper()
	var out, failed bytes.Buffer
	m := &Main{Args: append([]string{"--data", v.data}, args...), Environ: []string{}, Now: time.Now, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &failed}
	if got := m.Run(t.Context()); got != code {
		t.Errorf("overgang %s exits with %d, want %d: %s", strings.Join(args, " "), got, code, failed.String())
	}
	return out.String()
}

// TestWebhooks: a form comes in over SOAP, and its owner is told; also when the
// gateway is killed between sending and storing; and what the operator can do.
func TestWebhooks(t *testing.T) {
	h := newHook(t)
	dir := t.TempDir()
	authorities := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(authorities, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	v := &victim{data: filepath.Join(dir, "data"), more: []string{"OVERGANG_WEBHOOKS_ALLOW=127.0.0.0/8", "OVERGANG_WEBHOOKS_AUTHORITIES=" + authorities,
		"OVERGANG_WEBHOOKS_RETRY_FIRST=100ms", "OVERGANG_WEBHOOKS_RETRY_LONGEST=200ms", "OVERGANG_WEBHOOKS_RETRY_FOR=1s"}}
	v.rise(t)
	defer v.die()
	form, err := os.ReadFile(v.env.Get("DEMO_FORM"))
	if err != nil {
		t.Fatal(err)
	}
	text := "<![CDATA[" + string(form) + "]]>"

	if code, out := v.rest(t, "POST", "/events/api/v1/subscriptions", `{"endPoint":"https://10.0.0.1/"}`); code != 400 || out["code"] != "endpoint-forbidden" {
		t.Errorf("a private address: %d %v", code, out)
	}
	code, made := v.rest(t, "POST", "/events/api/v1/subscriptions", `{"endPoint":"`+h.URL+`/hook","typeFilter":"app.instance.created"}`)
	if code != 201 {
		t.Fatal(code, made)
	}
	id := strconv.Itoa(int(made["id"].(float64)))
	path := "/events/api/v1/subscriptions/" + id
	h.set(func() { h.secret = made["secret"].(string) })
	soon(t, "the validation", func() bool { _, s := v.rest(t, "GET", path, ""); return s["state"] == "active" })

	if _, err := v.submit(http.DefaultClient, "one", text, nil); err != nil {
		t.Fatal(err)
	}
	soon(t, "the first event", func() bool { return len(h.came("app.instance.created")) == 1 })

	// Killed while the receiver has it: it comes again, as the same.
	hang := make(chan struct{})
	h.set(func() { h.hang = hang })
	if _, err := v.submit(http.DefaultClient, "two", text, nil); err != nil {
		t.Fatal(err)
	}
	soon(t, "the second event", func() bool { return len(h.came("app.instance.created")) == 2 })
	v.die()
	h.set(func() { h.hang = nil })
	close(hang)
	v.rise(t)
	soon(t, "the second event again", func() bool { return len(h.came("app.instance.created")) == 3 })
	soon(t, "the settlement", func() bool { _, s := v.rest(t, "GET", path, ""); return s["delivered"] == 2.0 })
	came := h.came("app.instance.created")
	if len(came) != 3 || came[0] == came[1] || came[1] != came[2] {
		t.Errorf("events came as %v", came)
	}

	// A dead letter, and what operators do.
	h.set(func() { h.refuses = 500 })
	if _, err := v.submit(http.DefaultClient, "three", text, nil); err != nil {
		t.Fatal(err)
	}
	soon(t, "the dead letter", func() bool { _, s := v.rest(t, "GET", path, ""); return s["deadLetters"] == 1.0 })
	for _, want := range []string{"owner:" + strings.SplitN(v.env.Get("APP"), "/", 2)[0], "failing", h.URL} {
		if out := v.command(t, 0, "webhook", "list"); !strings.Contains(out, want) {
			t.Errorf("webhook list lacks %q:\n%s", want, out)
		}
	}
	if out := v.command(t, 0, "webhook", "show", id); !strings.Contains(out, "failed: status (HTTP 500)") || strings.Contains(out, "whsec") {
		t.Errorf("webhook show:\n%s", out)
	}
	if out := v.command(t, 0, "webhook", "dead", "list", id); !strings.Contains(out, "app.instance.created") || strings.Count(out, "\n") != 2 {
		t.Errorf("webhook dead list:\n%s", out)
	}
	h.set(func() { h.refuses = 0 })
	if out := v.command(t, 0, "webhook", "dead", "redeliver", id); out != "1 back in line\n" {
		t.Errorf("webhook dead redeliver: %s", out)
	}
	soon(t, "the redelivery", func() bool { _, s := v.rest(t, "GET", path, ""); return s["delivered"] == 3.0 })
	v.command(t, 0, "webhook", "disable", id)
	if _, s := v.rest(t, "GET", path, ""); s["state"] != "disabled" || s["reason"] != "operator" {
		t.Errorf("%v", s)
	}
	v.command(t, 0, "webhook", "validate", id)
	soon(t, "the validation", func() bool { _, s := v.rest(t, "GET", path, ""); return s["state"] == "active" })
	v.command(t, 0, "webhook", "test", id)
	soon(t, "the test event", func() bool { return len(h.came("platform.events.testsubscription")) == 1 })
	if out := v.command(t, 0, "webhook", "dead", "drop", id); out != "0 dropped\n" {
		t.Errorf("webhook dead drop: %s", out)
	}
	v.command(t, 3, "webhook", "dead", "drop", id, "4711")
	v.command(t, 3, "webhook", "show", "4711")

	metrics, err := http.Get(v.env.Get("OVERGANG_ADMIN_URL") + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer metrics.Body.Close()
	figures, _ := io.ReadAll(metrics.Body)
	for _, want := range []string{`overgang_webhook_attempts_total{kind="event",outcome="status"}`, `overgang_webhook_given_up_total 1`, `overgang_webhook_dead_letters 0`,
		`overgang_webhook_subscriptions{state="active"} 1`, `overgang_webhook_lag_seconds 0`} {
		if !strings.Contains(string(figures), want) {
			t.Errorf("the figures lack %s", want)
		}
	}
	v.command(t, 0, "webhook", "remove", id)
	if code, _ := v.rest(t, "GET", path, ""); code != 404 {
		t.Errorf("removed, but answered %d", code)
	}
	if h.forged > 0 {
		t.Errorf("%d events without a good signature", h.forged)
	}
	if log := v.log.String(); strings.Contains(log, h.secret) || strings.Contains(log, "/hook") || !strings.Contains(log, "event not delivered") || !strings.Contains(log, "subscription made") {
		t.Errorf("the log:\n%s", log)
	}
}
