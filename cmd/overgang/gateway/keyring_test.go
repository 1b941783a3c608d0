package gateway

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

var (
	keyOne = strings.Repeat("01", 32)
	keyTwo = strings.Repeat("02", 32)
)

// issuer issues and reads tokens with a ring, at an instant.
func issuer(t *testing.T, ring *wssc.Ring) *wssc.Endpoint {
	t.Helper()
	a, err := wssc.New(wssc.Config{Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }, Ring: ring})
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.At(wssc.Site{Address: "/a"})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func node(t *testing.T, text string) *c14n.Node {
	t.Helper()
	n, err := c14n.NewParser(nil).Parse([]byte(text), xmltok.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// reads says whether the second can read a token of the first.
func reads(t *testing.T, issues, reads *wssc.Endpoint) bool {
	t.Helper()
	r, err := issues.Answer(t.Context(), wssc.Issue, node(t, `<t:RequestSecurityToken xmlns:t="`+wssc.TrustSpace+`"><t:RequestType>`+wssc.TrustSpace+`/Issue</t:RequestType>`+
		`<t:TokenType>http://schemas.xmlsoap.org/ws/2005/02/sc/sct</t:TokenType><t:Entropy><t:BinarySecret>AAAAAAAAAAAAAAAAAAAAAA==</t:BinarySecret></t:Entropy></t:RequestSecurityToken>`),
		wssc.Caller{Certificate: "x"})
	if err != nil {
		t.Fatal(err)
	}
	answer := string(r.Append(nil))
	from, to := strings.Index(answer, "<c:SecurityContextToken"), strings.Index(answer, "</t:RequestedSecurityToken>")
	_, err = reads.Context(t.Context(), wss.ContextReference{Identifier: r.Identifier(), Token: node(t, answer[from:to])})
	var refused *wss.Error
	if err != nil && !errors.As(err, &refused) {
		t.Fatal(err)
	}
	return err == nil
}

func TestKeyRings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(file, []byte("# of the winter\n"+keyTwo+"\n\n  "+keyOne+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	open := func(c config.Security, secret rest.Secret) *wssc.Endpoint {
		k, err := openKeyRing(c, secret, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return issuer(t, k.current)
	}
	own, restarted, another := open(config.Security{}, "secret"), open(config.Security{}, "secret"), open(config.Security{}, "other")
	one := open(config.Security{KeyRing: []rest.Secret{rest.Secret(keyOne)}}, "secret")
	both := open(config.Security{KeyRingFile: file}, "other")
	if !reads(t, own, restarted) || reads(t, own, another) || reads(t, own, one) {
		t.Error("the ring of the secret is not the secret's, or not its own")
	}
	if !reads(t, one, both) || reads(t, both, one) {
		t.Error("the first key of the file does not seal, or the second does not open")
	}
}

func TestKeyRingRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"":                         "holds no key",
		"# nothing\n":              "holds no key",
		keyOne + "\nnonsense\n":    "key 2 is not 32 bytes",
		keyOne + "\n" + keyOne:     "twice",
		strings.Repeat("#", 65537): "more than 65536 bytes",
	} {
		file := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openKeyRing(config.Security{KeyRingFile: file}, "s", nil); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), keyOne) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	if _, err := openKeyRing(config.Security{KeyRingFile: "/nonexistent/keys"}, "s", nil); err == nil {
		t.Error("an absent file is no error")
	}
}

// taken is what a changed ring is given to.
type taken struct{ rings []*wssc.Ring }

func (u *taken) SetRing(r *wssc.Ring) error { u.rings = append(u.rings, r); return nil }

func TestKeyRingIsReadAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	// write replaces the file in one step, as operators are told to.
	write := func(text string, at time.Time) {
		next := file + ".next"
		if err := errors.Join(os.WriteFile(next, []byte(text), 0o600), os.Chtimes(next, at, at), os.Rename(next, file)); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	write(keyOne, start)
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		k, err := openKeyRing(config.Security{KeyRingFile: file}, "s", slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		u := &taken{}
		k.user = u
		first := issuer(t, k.current)
		ctx, stop := context.WithCancel(t.Context())
		go k.watch(ctx)
		time.Sleep(3 * time.Second)
		synctest.Wait() // the watcher wakes at the same instant
		if len(u.rings) != 0 {
			t.Error("nothing changed, and it was read again")
		}
		write("nonsense", start.Add(time.Second))
		time.Sleep(5 * time.Second)
		synctest.Wait() // the watcher wakes at the same instant
		if len(u.rings) != 0 || strings.Count(log.String(), "stays as it was") != 1 || strings.Contains(log.String(), "nonsense") {
			t.Errorf("%d rings, log %s", len(u.rings), log.String())
		}
		write(keyTwo+"\n"+keyOne, start.Add(2*time.Second))
		time.Sleep(3 * time.Second)
		synctest.Wait() // the watcher wakes at the same instant
		if len(u.rings) != 1 || !reads(t, first, issuer(t, u.rings[0])) || reads(t, issuer(t, u.rings[0]), first) {
			t.Errorf("%d rings", len(u.rings))
		}
		stop()
		synctest.Wait()
	})
}
