package carrier

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/core"
)

var hello = rest.OutboxMessage{
	ID: 7, Channel: rest.BySMS, To: "+4799999999", Text: "kode $(touch pwned) 123456", Purpose: rest.ForCode,
	At: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Until: time.Date(2026, 11, 22, 10, 10, 0, 0, time.UTC),
}

const helloJSON = `{"id":7,"channel":"sms","to":"+4799999999","text":"kode $(touch pwned) 123456","purpose":"one-time-code","at":"2026-11-22T10:00:00Z","until":"2026-11-22T10:10:00Z"}`

func TestCommand(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "message")
	for name, c := range map[string]struct {
		script  string
		refused bool
		failure string
	}{
		"taken":           {`cat > "` + file + `"`, false, ""},
		"taken, unread":   {"exit 0", false, ""},
		"refused":         {"echo; echo 'no such number +4799999999' >&2; exit 65", true, "no such number …"},
		"fails":           {"echo 'cannot send kode $(touch pwned) 123456' >&2; exit 1", false, "cannot send …"},
		"wordy":           {"yes | head -c 100000 >&2; exit 1", false, "y"},
		"killed":          {"kill -9 $$", false, "killed"},
		"no such program": {"exec /nowhere/carrier", false, "127"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Command{Path: sh, Args: []string{"-c", c.script}}.Send(t.Context(), hello)
			if (err != nil) != (c.failure != "") || errors.Is(err, core.ErrRefused) != c.refused {
				t.Fatalf("%v", err)
			}
			if err != nil && (!strings.Contains(err.Error(), c.failure) || strings.Contains(err.Error(), "99999999")) {
				t.Errorf("%v, want %q", err, c.failure)
			}
		})
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != helloJSON+"\n" {
		t.Errorf("%s, %v", got, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := (Command{Path: sh, Args: []string{"-c", "exec sleep 60"}}).Send(ctx, hello); err == nil || errors.Is(err, core.ErrRefused) {
		t.Errorf("a command that hangs: %v", err)
	}
}

func TestService(t *testing.T) {
	var status int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			t.Error("the message went elsewhere")
		}
		var got message
		raw, err := io.ReadAll(r.Body)
		if err != nil || string(raw) != helloJSON || json.Unmarshal(raw, &got) != nil || r.Method != http.MethodPost ||
			r.Header.Get("Idempotency-Key") != "7" || r.Header.Get("Authorization") != "Bearer s3cr3t" {
			t.Errorf("%s %s %v, %v", r.Method, raw, r.Header, err)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "about "+got.To)
	}))
	defer server.Close()
	for code, want := range map[int]struct{ fails, refused bool }{
		200: {}, 202: {}, 204: {},
		307: {fails: true}, 401: {fails: true}, 404: {fails: true}, 408: {fails: true}, 409: {fails: true}, 429: {fails: true}, 500: {fails: true}, 503: {fails: true},
		400: {true, true}, 410: {true, true}, 422: {true, true},
	} {
		status = code
		err := NewService(server.URL, "s3cr3t").Send(t.Context(), hello)
		if (err != nil) != want.fails || errors.Is(err, core.ErrRefused) != want.refused || err != nil && strings.Contains(err.Error(), hello.To) {
			t.Errorf("%d: %v", code, err)
		}
	}
	server.Close()
	if err := NewService(server.URL, "").Send(t.Context(), hello); err == nil || errors.Is(err, core.ErrRefused) {
		t.Errorf("a service that is down: %v", err)
	}
}

// What went wrong is read by the message's sender, too: where the operator keeps
// the carrier is for the operator's log.
func TestFailuresDoNotTellWhereTheCarrierIs(t *testing.T) {
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	address := strings.TrimPrefix(down.URL, "http://")
	for name, carrier := range map[string]core.Sender{
		"service": NewService(down.URL+"/send?key=s3cr3t", ""),
		"name":    NewService("http://sms.intern.invalid/send?key=s3cr3t", ""),
		"command": Command{Path: "/opt/intern/send-sms"},
	} {
		err := carrier.Send(t.Context(), hello)
		if err == nil {
			t.Fatalf("%s: sent", name)
		}
		for _, secret := range []string{"intern", "s3cr3t", address} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s tells %q: %v", name, secret, err)
			}
		}
		if cause := errors.Unwrap(err); cause == nil || strings.Contains(cause.Error(), "s3cr3t") {
			t.Errorf("%s: cause %v", name, cause)
		}
	}
}
