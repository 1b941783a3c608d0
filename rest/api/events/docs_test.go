package events_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"overgang/rest/api/events"
)

// genuine is the example of docs/rest.md.
func genuine(secret string, h http.Header, body []byte, now time.Time) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	at, bad := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if err != nil || bad != nil || now.Sub(time.Unix(at, 0)).Abs() > 5*time.Minute {
		return false
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%s.%d.%s", h.Get("webhook-id"), at, body)
	want := "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil))
	return slices.ContainsFunc(strings.Fields(h.Get("webhook-signature")), func(given string) bool {
		return hmac.Equal([]byte(want), []byte(given))
	})
}

// The vector of the Standard Webhooks libraries.
const (
	vectorSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	vectorID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	vectorTime      = "1614265330"
	vectorBody      = `{"test": 2432232314}`
	vectorSignature = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

// example is a block of docs/rest.md in a language.
func example(t *testing.T, text, language string) string {
	t.Helper()
	_, text, _ = strings.Cut(text, "### Is it genuine?")
	_, block, found := strings.Cut(text, "```"+language+"\n")
	block, _, closed := strings.Cut(block, "```")
	if !found || !closed {
		t.Fatalf("docs/rest.md has no example in %s", language)
	}
	return block
}

// TestExamplesVerify runs the examples of docs/rest.md.
func TestExamplesVerify(t *testing.T) {
	text, err := os.ReadFile("../../../docs/rest.md")
	if err != nil {
		t.Fatal(err)
	}
	docs := string(text)

	t.Run("go", func(t *testing.T) {
		self, err := os.ReadFile("docs_test.go")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(self, []byte(example(t, docs, "go"))) {
			t.Error("the example is not the function above")
		}
		h := http.Header{}
		h.Set("webhook-id", vectorID)
		h.Set("webhook-timestamp", vectorTime)
		h.Set("webhook-signature", "v1,AAAA v1,"+vectorSignature)
		now := time.Unix(1614265330, 0)
		if !genuine(vectorSecret, h, []byte(vectorBody), now) || genuine(vectorSecret, h, []byte(vectorBody+" "), now) ||
			genuine(vectorSecret, h, []byte(vectorBody), now.Add(6*time.Minute)) {
			t.Error("it does not tell genuine from forged")
		}
	})
	t.Run("python", func(t *testing.T) {
		script := example(t, docs, "python") + fmt.Sprintf(`
time.time = lambda: %s
h = {"webhook-id": %q, "webhook-timestamp": %q, "webhook-signature": "v1,AAAA v1,%s"}
print(genuine(%q, h, b'%s'), genuine(%q, h, b'%s '))
`, vectorTime, vectorID, vectorTime, vectorSignature, vectorSecret, vectorBody, vectorSecret, vectorBody)
		out, err := exec.CommandContext(t.Context(), "python3", "-c", script).CombinedOutput()
		if err != nil || string(out) != "True False\n" {
			t.Errorf("%v: %s", err, out)
		}
	})
	t.Run("bash", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "body.json"), []byte(vectorBody), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "bash", "-c", example(t, docs, "bash"))
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "SECRET="+vectorSecret, "ID="+vectorID, "TIMESTAMP="+vectorTime)
		out, err := cmd.CombinedOutput()
		if err != nil || string(out) != vectorSignature+"\n" {
			t.Errorf("%v: %s", err, out)
		}
	})
}

// TestCodesAreDocumented holds docs/rest.md to the list.
func TestCodesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../docs/rest.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "### Codes of this API")
	_, table, _ = strings.Cut(table, "|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var want strings.Builder
	for _, c := range events.ProblemCodes() {
		fmt.Fprintf(&want, "| `%s` | %d | %s |\n", c.Code, c.Status[0], c.When)
	}
	if strings.TrimSpace(want.String()) != strings.TrimSpace(table) {
		t.Errorf("docs/rest.md has\n%s\nthe list has\n%s", table, want.String())
	}
}
