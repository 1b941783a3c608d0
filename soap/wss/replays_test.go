package wss_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"overgang/soap/soaptest"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

func keyOf(i int) [32]byte { return sha256.Sum256([]byte(fmt.Sprint(i))) }

func TestMemory(t *testing.T) {
	c := &clock{noon}
	m, err := wss.NewMemory(c.Now, 100)
	if err != nil {
		t.Fatal(err)
	}
	seen := func(kind wss.ReplayKind, i int, until time.Time) bool {
		t.Helper()
		was, err := m.Seen(context.Background(), kind, keyOf(i), until)
		if err != nil {
			t.Fatal(err)
		}
		return was
	}
	end := noon.Add(6 * time.Minute)
	if seen(wss.SignatureReplay, 1, end) || !seen(wss.SignatureReplay, 1, end) || seen(wss.NonceReplay, 1, end) {
		t.Error("a key is remembered once for each kind")
	}
	c.now = end.Add(-time.Nanosecond)
	if !seen(wss.SignatureReplay, 1, end) {
		t.Error("forgotten before its time")
	}
	c.now = end.Add(time.Minute)
	if seen(wss.SignatureReplay, 2, c.now.Add(time.Minute)) || held(m) != 2 {
		t.Errorf("%d held, though only one signature and one nonce can be", held(m))
	}
	for i := range 100_000 {
		seen(wss.NonceReplay, i, c.now.Add(time.Duration(i%300)*time.Second))
		if i%1_000 == 0 && held(m) > 200 {
			t.Fatalf("%d held", held(m))
		}
	}
	if !seen(wss.SignatureReplay, 2, c.now.Add(time.Minute)) || m.Dropped(wss.SignatureReplay) != 0 {
		t.Error("nonces push out signatures")
	}
	if m.Dropped(wss.NonceReplay) < 99_000 {
		t.Errorf("%d dropped", m.Dropped(wss.NonceReplay))
	}
	if _, err := m.Seen(context.Background(), 9, keyOf(0), end); err == nil {
		t.Error("an unknown kind is taken")
	}
}

// TestReplayAtOnce: of many equal messages at once one gets through.
func TestReplayAtOnce(t *testing.T) {
	s := newStack(t, noon)
	message := signed(t, sessionMessage)
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			m, err := parse(t, message)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.Verify(context.Background(), m, policies["call"]); err == nil {
				taken.Add(1)
			}
		})
	}
	all.Wait()
	if taken.Load() != 1 {
		t.Errorf("%d were taken", taken.Load())
	}
}

// TestRepeats: where it is allowed, another message may have the signature of a
// whole second. The same message may not, however it is written, nor one that
// does not say which it is.
func TestRepeats(t *testing.T) {
	id := func(text string) string { return "<a:MessageID>" + text + "</a:MessageID><a:To" }
	whole := strings.NewReplacer("CREATED", "2026-11-22T12:00:00Z", "EXPIRES", "2026-11-22T12:05:00Z").Replace(sessionMessage)
	message := func(text string) string { return signed(t, replace(t, whole, "<a:To", text)) }
	parts := strings.ReplaceAll(whole, "12:00:00Z", "12:00:00.5Z")
	for name, c := range map[string]struct {
		allowed       bool
		first, second string
		code          string
	}{
		"another message":                  {true, message(id("urn:1")), message(id("urn:2")), ""},
		"another message, not allowed":     {false, message(id("urn:1")), message(id("urn:2")), "wsse:InvalidSecurity"},
		"the same":                         {true, message(id("urn:1")), message(id("urn:1")), "wsse:InvalidSecurity"},
		"the same, written otherwise":      {true, message(id("urn:1")), message(id("\n <![CDATA[urn:1]]>")), "wsse:InvalidSecurity"},
		"no MessageID":                     {true, message(id("urn:1")), message("<a:To"), "wsse:InvalidSecurity"},
		"no MessageID, either":             {true, message("<a:To"), message("<a:To"), "wsse:InvalidSecurity"},
		"an empty MessageID":               {true, message(id("urn:1")), message(id("")), "wsse:InvalidSecurity"},
		"two of them":                      {true, message(id("urn:1")), message("<a:MessageID>urn:3</a:MessageID>" + id("urn:2")), "wsse:InvalidSecurity"},
		"parts of seconds, another":        {true, signed(t, replace(t, parts, "<a:To", id("urn:1"))), signed(t, replace(t, parts, "<a:To", id("urn:2"))), "wsse:InvalidSecurity"},
		"a MessageID after one without it": {true, message("<a:To"), message(id("urn:1")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(t, noon.Add(time.Second))
			if c.allowed {
				s.Repeats = xmltok.Name{Space: addressing, Local: "MessageID"}
			}
			if _, err := s.verify(t, c.first, policies["call"]); err != nil {
				t.Fatal(err)
			}
			if _, err := s.verify(t, c.second, policies["call"]); codeOf(err) != c.code {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
	f := found(t, "wss4j/certificate-direct-sha256")
	s := newStack(t, f.made)
	s.Repeats = xmltok.Name{Space: addressing, Local: "MessageID"}
	for _, want := range []string{"", "wsse:InvalidSecurity"} {
		if _, err := s.verify(t, f.message, policies[f.policy]); codeOf(err) != want {
			t.Errorf("a message signed by a certificate: %v, want %q", err, want)
		}
	}
	c := stranger(t)
	s.Certificates, s.Trust, s.clock.now = registry{c.Cert}, &wss.Chain{Roots: x509.NewCertPool()}, noon
	s.Trust.(*wss.Chain).Roots.AddCert(c.Cert)
	d := c.TokenRequest(wssc.Issue, soaptest.Entropy)
	d.To, d.Created = "https://gateway.example/", noon
	for id, want := range []string{"", "wsse:InvalidSecurity"} {
		d.MessageID = fmt.Sprint("urn:", id)
		message, err := d.Write()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.verify(t, message, policies["bootstrap"]); codeOf(err) != want {
			t.Errorf("another token request of the same second: %v, want %q", err, want)
		}
	}
}

// noted are Replays that note until when they are to remember.
type noted struct{ until time.Time }

func (n *noted) Seen(_ context.Context, _ wss.ReplayKind, _ [32]byte, until time.Time) (bool, error) {
	n.until = until
	return false, nil
}

// TestRememberedAsLongAsTaken: what may be forgotten is refused for its age.
func TestRememberedAsLongAsTaken(t *testing.T) {
	for _, c := range []struct{ name, policy, message string }{
		{"a signature", "call", signed(t, sessionMessage)},
		{"a signature without Expires", "call", signed(t, replace(t, sessionMessage, "<u:Expires>EXPIRES</u:Expires>", ""))},
		{"a nonce", "user", userMessage(userName + userWord + userOnce + userTime)},
	} {
		s, n := newStack(t, noon), &noted{}
		s.Replays = n
		if _, err := s.verify(t, c.message, policies[c.policy]); err != nil || n.until.IsZero() {
			t.Fatalf("%s: %v, remembered until %v", c.name, err, n.until)
		}
		until := n.until
		for after, want := range map[time.Duration]string{-time.Nanosecond: "", 0: "wsu:MessageExpired"} {
			s.clock.now = until.Add(after)
			if _, err := s.verify(t, c.message, policies[c.policy]); codeOf(err) != want {
				t.Errorf("%s, %v from when it is forgotten: %v, want %q", c.name, after, err, want)
			}
		}
	}
}

// broken remembers nothing.
type broken struct{}

var errBroken = errors.New("broken")

func (broken) Seen(context.Context, wss.ReplayKind, [32]byte, time.Time) (bool, error) {
	return false, errBroken
}

// TestWithoutMemoryNobodyGetsIn: what cannot be remembered is not let in.
func TestWithoutMemoryNobodyGetsIn(t *testing.T) {
	s := newStack(t, noon)
	s.Replays = broken{}
	if v, err := s.verify(t, signed(t, sessionMessage), policies["call"]); !errors.Is(err, errBroken) || v != nil {
		t.Errorf("%v, %v", v, err)
	}
	if v, err := s.verify(t, userMessage(userName+userWord+userOnce+userTime), policies["user"]); !errors.Is(err, errBroken) || v != nil {
		t.Errorf("%v, %v", v, err)
	}
}

// TestRefusedIsNotRemembered: who cannot sign cannot make a message used.
func TestRefusedIsNotRemembered(t *testing.T) {
	s := newStack(t, noon)
	message := signed(t, sessionMessage)
	if _, err := s.verify(t, replace(t, message, "2026-11-22T12:05:00", "2026-11-22T12:06:00"), policies["call"]); codeOf(err) != "wsse:FailedCheck" {
		t.Fatal(err)
	}
	if _, err := s.verify(t, message, policies["call"]); err != nil {
		t.Errorf("got %v", err)
	}
}

func held(m *wss.Memory) int { return m.Held(wss.SignatureReplay) + m.Held(wss.NonceReplay) }
