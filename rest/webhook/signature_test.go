package webhook

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"overgang/rest"
)

// TestStandardVector is the vector that the Standard Webhooks libraries are tested with.
func TestStandardVector(t *testing.T) {
	secret := []rest.SigningSecret{{Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}
	got, err := sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 999), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want || err != nil {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

func TestSignatures(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	a, b := rest.SigningSecret{Secret: "whsec_YWFhYWFhYWE="}, rest.SigningSecret{Secret: "whsec_YmJiYmJiYmI=", Until: now.Add(time.Second)}
	both, err := sign([]rest.SigningSecret{a, b}, "id", now, []byte("x"))
	if err != nil || strings.Count(both, "v1,") != 2 || strings.Count(both, " ") != 1 {
		t.Errorf("with two secrets: %q, %v", both, err)
	}
	one, err := sign([]rest.SigningSecret{a, b}, "id", now.Add(time.Second), []byte("x"))
	if err != nil || strings.Count(one, "v1,") != 1 {
		t.Errorf("after the second ran out: %q, %v", one, err)
	}
	for name, secrets := range map[string][]rest.SigningSecret{"none": nil, "only one that ran out": {{Secret: b.Secret, Until: now}}, "no base64": {{Secret: "whsec_!"}}, "empty": {{Secret: "whsec_"}}} {
		if got, err := sign(secrets, "id", now, nil); err == nil {
			t.Errorf("%s: signed %q", name, got)
		} else if strings.Contains(err.Error(), "YmJi") {
			t.Errorf("%s: the error shows the secret: %v", name, err)
		}
	}
}

// TestOpenSSLAgrees recomputes a signature with another implementation.
func TestOpenSSLAgrees(t *testing.T) {
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Fatal("openssl is wanted to check signatures independently")
	}
	got, err := sign([]rest.SigningSecret{{Secret: "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0"}}, "msg_1_2", time.Unix(1_800_000_000, 0), []byte(`{"æ":"ø"}`))
	if err != nil {
		t.Fatal(err)
	}
	script := `printf '%s' 'msg_1_2.1800000000.{"æ":"ø"}' | "` + path + `" dgst -sha256 -hmac 123456789012345678901234 -binary | "` + path + `" base64`
	out, err := exec.CommandContext(t.Context(), "sh", "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := "v1," + strings.TrimSpace(string(out)); got != want {
		t.Errorf("%s, but openssl says %s", got, want)
	}
}
