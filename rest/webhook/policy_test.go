package webhook

import (
	"net/netip"
	"strings"
	"testing"

	"overgang/rest"
)

// TestCheck: what is refused when somebody subscribes.
func TestCheck(t *testing.T) {
	strict := &Policy{Ports: []int{443, 8443}}
	lax := &Policy{Ports: []int{443}, PlainHTTP: true, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16")}}
	for _, tt := range []struct {
		p        *Policy
		endpoint string
		code     string // "" = fine
	}{
		{strict, "https://receiver.example.org/hook?key=1", ""},
		{strict, "https://receiver.example.org:8443/", ""},
		{strict, "https://93.184.216.34/", ""},
		{strict, "https://[2606:2800:220:1:248:1893:25c8:1946]/", ""},
		{strict, "https://xn--rksmrgs-5wao1o.example/", ""},
		{lax, "http://127.0.0.1:34567/hook", ""},
		{lax, "http://receiver.internal:34567/hook", ""}, // the address shows when it is dialled
		{strict, "http://receiver.example.org/", "endpoint-scheme"},
		{strict, "ftp://receiver.example.org/", "endpoint-scheme"},
		{lax, "gopher://127.0.0.1/", "endpoint-scheme"},
		{strict, "file:///etc/passwd", "endpoint-invalid"},
		{strict, "//receiver.example.org/", "endpoint-scheme"},
		{strict, "receiver.example.org", "endpoint-invalid"},
		{strict, "https:receiver.example.org", "endpoint-invalid"},
		{strict, "https:///hook", "endpoint-invalid"},
		{strict, "https://user:pw@receiver.example.org/", "endpoint-credentials"},
		{strict, "https://receiver.example.org@127.0.0.1/", "endpoint-credentials"},
		{strict, "https://receiver.example.org/#x", "endpoint-invalid"},
		{strict, "https://receiver.example.org/ hook", "endpoint-invalid"},
		{strict, "https://receiver.example.org/\r\nHost: x", "endpoint-invalid"},
		{strict, "https://rælingen.example/", "endpoint-invalid"},
		{strict, "https://receiver.example.org/" + strings.Repeat("a", 2048), "endpoint-long"},
		{strict, "https://receiver.example.org:22/", "endpoint-forbidden"},
		{strict, "https://receiver.example.org:0/", "endpoint-invalid"},
		{strict, "https://receiver.example.org:70000/", "endpoint-invalid"},
		{strict, "https://receiver.example.org:/", "endpoint-invalid"},
		{strict, "https://93.184.216.34:8080/", "endpoint-forbidden"},
		{lax, "http://93.184.216.34:80/", "endpoint-forbidden"},
		{strict, "https://localhost/", "endpoint-forbidden"},
		{strict, "https://LOCALHOST./", "endpoint-forbidden"},
		{strict, "https://api.localhost/", "endpoint-forbidden"},
		{strict, "https://127.0.0.1/", "endpoint-forbidden"},
		{strict, "https://169.254.169.254/latest/meta-data/", "endpoint-forbidden"},
		{lax, "https://10.2.0.1/", "endpoint-forbidden"},
		{strict, "https://[::1]/", "endpoint-forbidden"},
		{strict, "https://[::ffff:127.0.0.1]/", "endpoint-forbidden"},
		{strict, "https://[::ffff:7f00:1]/", "endpoint-forbidden"},
		{strict, "https://[fe80::1%25eth0]/", "endpoint-forbidden"},
		{strict, "https://[64:ff9b::127.0.0.1]/", "endpoint-forbidden"},
		// What resolvers read as addresses in disguise.
		{strict, "https://2130706433/", "endpoint-invalid"},
		{strict, "https://0x7f000001/", "endpoint-invalid"},
		{strict, "https://0177.0.0.1/", "endpoint-invalid"},
		{strict, "https://127.1/", "endpoint-invalid"},
		{strict, "https://127.0.0.1./", "endpoint-invalid"},
		{strict, "https://a..b/", "endpoint-invalid"},
		{strict, "https://.example.org/", "endpoint-invalid"},
		{strict, "https://" + strings.Repeat("a", 64) + ".example/", "endpoint-invalid"},
		{strict, "https://%31%32%37.0.0.1/", "endpoint-invalid"},
	} {
		err := tt.p.Check(tt.endpoint)
		var code string
		if e, ok := err.(*rest.Error); ok {
			code = e.Code
		}
		if code != tt.code || (err != nil) != (tt.code != "") {
			t.Errorf("%q: %v, want %q", tt.endpoint, err, tt.code)
		}
	}
}

// TestPublic: which addresses are the public internet's.
func TestPublic(t *testing.T) {
	for _, text := range []string{"1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.0.1.1", "223.255.255.255",
		"2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "::ffff:1.1.1.1"} {
		if !public(netip.MustParseAddr(text)) {
			t.Errorf("%s is refused", text)
		}
	}
	for _, text := range []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "168.63.129.16", "172.16.0.1", "172.31.255.255",
		"192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1",
		"fc00::1", "fd00:ec2::254", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
	} {
		if public(netip.MustParseAddr(text)) {
			t.Errorf("%s is taken for public", text)
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address is taken for a public one")
	}
}
