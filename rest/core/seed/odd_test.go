package seed

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSeveralDocuments: what stands after the first document is not left out in silence.
func TestSeveralDocuments(t *testing.T) {
	const one = "parties:\n  - {orgNumber: \"310000019\", name: Prøve AS}\n"
	for text, ok := range map[string]bool{
		"": true, one: true, "---\n" + one: true, "---\n" + one + "...\n": true, one + "---\n": true, "# nothing\n": true,
		one + "---\n" + one: false, one + "---\nsystems: []\n": false, one + "---\n{": false,
	} {
		f, err := Parse("a.yaml", []byte(text))
		if ok != (err == nil) {
			t.Errorf("%q: %v", text, err)
		}
		if ok && strings.Contains(text, "parties") && len(f.Parties) != 1 {
			t.Errorf("%q: %d parties", text, len(f.Parties))
		}
	}
}

// TestNamedPipe: what is no regular file is refused, and not waited for.
func TestNamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.yaml")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { _, err := Load(path); done <- err }()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "no regular file") {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for somebody to write")
	}
}

// TestLongExpiry: days that no duration holds do not become fewer.
func TestLongExpiry(t *testing.T) {
	for _, days := range []int{213_600, 1 << 62, -213_600} {
		app, err := (&File{}).application(Service{Broker: &Broker{ExpiryDays: days}})
		if err != nil || (app.Broker.Expiry < 0) != (days < 0) || app.Broker.Expiry.Abs() < 100*365*24*time.Hour {
			t.Errorf("%d days became %v, %v", days, app.Broker.Expiry, err)
		}
	}
}
