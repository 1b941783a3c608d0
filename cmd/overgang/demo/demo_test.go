package demo

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAuthorityIsKeptAndRenewsInTime(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	a, err := EnsureAuthority(dir, now, "demo.example")
	if err != nil {
		t.Fatal(err)
	}
	read := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	ca, server := read(a.CA), read(a.Certificate)
	verify := func(now time.Time) {
		t.Helper()
		pair, err := tls.LoadX509KeyPair(a.Certificate, a.Key)
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM([]byte(read(a.CA)))
		for _, name := range []string{"localhost", "127.0.0.1", "::1", "demo.example"} {
			if _, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, CurrentTime: now}); err != nil {
				t.Errorf("as %s at %v: %v", name, now, err)
			}
		}
		if info, _ := os.Stat(a.Key); info.Mode().Perm() != 0o600 {
			t.Errorf("key has mode %v", info.Mode())
		}
	}
	verify(now)
	steps := []struct {
		after time.Duration
		hosts []string
		same  bool
	}{
		{time.Hour, []string{"demo.example"}, true},
		{340 * 24 * time.Hour, []string{"demo.example"}, false}, // about to run out
	}
	for _, s := range steps {
		if _, err := EnsureAuthority(dir, now.Add(s.after), s.hosts...); err != nil {
			t.Fatal(err)
		}
		if same := read(a.Certificate) == server; same != s.same {
			t.Errorf("after %v: same certificate %v, want %v", s.after, same, s.same)
		}
		if read(a.CA) != ca {
			t.Errorf("after %v: another authority", s.after)
		}
		verify(now.Add(s.after))
	}
	server = read(a.Certificate)
	if _, err := EnsureAuthority(dir, now.Add(340*24*time.Hour), "demo.example", "other.example"); err != nil || read(a.Certificate) == server {
		t.Errorf("new host, same certificate (%v)", err)
	}
}

func TestEnvironmentIsWhatAShellReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.env")
	var e Environment
	e.Set("PLAIN", "http://127.0.0.1:8080")
	e.Set("ODD", `it's "$HOME" \ and`)
	e.Set("LAST", "")
	if err := e.Write(path); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("sh", "-c", `. "$0"; printf '%s|%s|%s' "$PLAIN" "$ODD" "$LAST"`, path).Output()
	if want := `http://127.0.0.1:8080|it's "$HOME" \ and|`; err != nil || string(out) != want {
		t.Errorf("shell reads %q (%v), want %q", out, err, want)
	}
	back, err := ReadEnvironment(path)
	if err != nil {
		t.Fatal(err)
	}
	if back.Get("ODD") != e.Get("ODD") || strings.Join(back.names, " ") != "PLAIN ODD LAST" {
		t.Errorf("read back %v %v", back.names, back.values)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := os.WriteFile(path, []byte("export X=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadEnvironment(path); err == nil {
		t.Error("a foreign file was read")
	}
}
