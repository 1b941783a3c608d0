package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"overgang/rest"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "overgang.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultServes(t *testing.T) {
	if err := Default().Check(); err != nil {
		t.Fatal(err)
	}
}

func TestLoadOverlays(t *testing.T) {
	path := write(t, `
data: /srv/overgang
secret: 0123456789abcdef0123456789abcdef
listen:
  plain: {address: "127.0.0.1:1", public_url: "http://one.example"}
  trusted_proxies: [10.1.2.3, 192.168.0.0/16]
limits: {envelope: 16MB, depth: 32}
pace: {stop: 5s}
`)
	c, unused, err := Load(path, []string{
		"OVERGANG_LISTEN_PLAIN_ADDRESS=127.0.0.1:2", "OVERGANG_LIMITS_ENVELOPE=8 MiB", "OVERGANG_PACE_IDLE=1m30s",
		"OVERGANG_LOG_REQUESTS=false", "OVERGANG_WEBHOOKS_PORTS=80, 443", "OVERGANG_URL=http://x", "OVERGANG_SERVICE_HOST=10.0.0.1", "HOME=/root",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Data, want.Secret = "/srv/overgang", "0123456789abcdef0123456789abcdef"
	want.Listen.Plain = Plain{Address: "127.0.0.1:2", PublicURL: "http://one.example"}
	want.Listen.TrustedProxies = make([]Network, 2)
	for i, text := range []string{"10.1.2.3/32", "192.168.0.0/16"} {
		if err := want.Listen.TrustedProxies[i].UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	want.Limits.Envelope, want.Limits.Depth = 8<<20, 32
	want.Pace.Stop, want.Pace.Idle = 5*time.Second, 90*time.Second
	want.Log.Requests, want.Webhooks.Ports = false, []int{80, 443}
	if diff := cmp.Diff(want, c, cmpopts.EquateComparable(Network{})); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"OVERGANG_SERVICE_HOST"}, unused); diff != "" {
		t.Errorf("unused variables (-want +got):\n%s", diff)
	}
}

func TestLoadOfNothingIsTheDefault(t *testing.T) {
	for _, text := range []string{"", "\n", "# to come\n", "---\n", "--- # later\n...\n", "null\n"} {
		c, _, err := Load(write(t, text), nil)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if diff := cmp.Diff(Default(), c, cmpopts.EquateComparable(Network{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name, file string
		environ    []string
		says       []string
	}{
		{"unknown key", "listen:\n  plain:\n    adress: x\n", nil, []string{"overgang.yaml", "[3:5]", `unknown field "adress"`}},
		{"wrong type", "limits:\n  depth: many\n", nil, []string{"[2:10]"}},
		{"no size", "limits:\n  envelope: 3 bananas\n", nil, []string{"3 bananas", "30MB"}},
		{"duplicate key", "data: a\ndata: b\n", nil, []string{"[2:1]", "already defined"}},
		{"two documents", "data: a\n---\ndata: b\n", nil, []string{"more than one"}},
		{"two documents, the first empty", "# one\n---\ndata: b\n---\ndata: c\n", nil, []string{"more than one"}},
		{"not YAML", "data: [", nil, []string{"overgang.yaml"}},
		{"bad duration in the environment", "", []string{"OVERGANG_PACE_STOP=soon"}, []string{"OVERGANG_PACE_STOP", `"soon"`, "10s"}},
		{"bad network", "listen:\n  trusted_proxies: [10.0.0.0/99]\n", nil, []string{"10.0.0.0/99", "10.1.2.3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Load(write(t, tt.file), tt.environ)
			var ce *Error
			if !errors.As(err, &ce) {
				t.Fatalf("error %v, want a *config.Error", err)
			}
			for _, s := range tt.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("error does not say %q:\n%v", s, err)
				}
			}
		})
	}
	if _, _, err := Load(filepath.Join(t.TempDir(), "absent.yaml"), nil); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("absent file: %v", err)
	}
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name string
		set  func(*Config)
		says string // "" = fine
	}{
		{"plain in the open", func(c *Config) { c.Listen.Plain.Address = "0.0.0.0:80" }, "trusted_proxies"},
		{"plain by host name", func(c *Config) { c.Listen.Plain.Address = "gateway:80" }, "trusted_proxies"},
		{"plain on every interface", func(c *Config) { c.Listen.Plain.Address = ":80" }, "trusted_proxies"},
		{"plain behind a proxy", func(c *Config) {
			c.Listen.Plain.Address = "0.0.0.0:80"
			c.Listen.TrustedProxies = make([]Network, 1)
		}, ""},
		{"plain on IPv6 loopback", func(c *Config) { c.Listen.Plain.Address = "[::1]:0" }, ""},
		{"TLS without certificate", func(c *Config) { c.Listen.TLS.Address = ":443" }, "listen.tls: set certificate and key"},
		{"nothing to listen on", func(c *Config) { c.Listen.Plain.Address = "" }, "nothing to listen on"},
		{"address without port", func(c *Config) { c.Listen.Admin.Address = "127.0.0.1" }, "listen.admin.address"},
		{"public URL with slash", func(c *Config) { c.Listen.Plain.PublicURL = "https://x.example/" }, "without a slash"},
		{"short secret", func(c *Config) { c.Secret = "hunter2" }, "at least 32"},
		{"zero limit", func(c *Config) { c.Limits.Depth = 0 }, "limits.depth"},
		{"no parts", func(c *Config) { c.Limits.Parts = 1 }, "limits.parts"},
		{"no packages", func(c *Config) { c.Limits.Package = 0 }, "limits.package"},
		{"nothing out of order", func(c *Config) { c.Limits.Spool = 0 }, "limits.spool"},
		{"webhook timeout", func(c *Config) { c.Webhooks.Timeout = 0 }, "webhooks.timeout"},
		{"webhook port", func(c *Config) { c.Webhooks.Ports = []int{443, 70000} }, "webhooks.ports"},
		{"webhook retries", func(c *Config) { c.Webhooks.RetryFirst = 100 * time.Hour }, "retry_first must not be longer"},
		{"webhook workers", func(c *Config) { c.Webhooks.Workers = 1 }, "workers must be 2"},
		{"log level", func(c *Config) { c.Log.Level = "loud" }, "log.level"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := Default()
			tt.set(&c)
			err := c.Check()
			switch {
			case tt.says == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)):
				t.Errorf("error %v does not say %q", err, tt.says)
			case err != nil && strings.Contains(err.Error(), "hunter2"):
				t.Errorf("error shows the secret: %v", err)
			}
		})
	}
}

func TestPrintRedactsAndReadsBack(t *testing.T) {
	c := Default()
	c.Listen.TrustedProxies = make([]Network, 1)
	if err := c.Listen.TrustedProxies[0].UnmarshalText([]byte("10.0.0.0/8")); err != nil {
		t.Fatal(err)
	}
	c.Secret, c.Outbox.Token = "a secret of thirty-two characters", "thirty-two"
	c.Security.KeyRing = []rest.Secret{"thirty-two bytes, one", "thirty-two bytes, two"}
	c.Security.Trust.Anchors, c.Security.Trust.RevocationLists = []string{"ca.pem"}, []string{"https://ca.example/list.crl"}
	c.Tokens.Issuers = []Issuer{{Issuer: "https://login.example.org/", Audience: "gateway", OwnerClaim: "consumer.ID",
		Owners: map[string]string{"0192:910000001": "ttd"}, Scopes: map[string][]string{"altinn:read": {"instances.read"}}}}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "thirty-two") {
		t.Fatalf("secret printed:\n%s", out.String())
	}
	back, _, err := Load(write(t, out.String()), nil)
	if err != nil {
		t.Fatalf("%v in\n%s", err, out.String())
	}
	c.Outbox.Token = "[redacted]"
	c.Secret, c.Security.KeyRing = "[redacted]", []rest.Secret{"[redacted]", "[redacted]"}
	if diff := cmp.Diff(c, back, cmpopts.EquateComparable(Network{})); diff != "" {
		t.Errorf("read back (-want +got):\n%s\n%s", diff, out.String())
	}
}

func TestEverySettingHasAVariable(t *testing.T) {
	for _, path := range Paths() {
		if _, unused, _ := Load("", []string{Variable(path) + "="}); len(unused) > 0 {
			t.Errorf("%s is not read", Variable(path))
		}
	}
	if n := len(Paths()); n < 25 {
		t.Errorf("only %d settings found", n)
	}
}
