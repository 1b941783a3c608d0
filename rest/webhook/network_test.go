package webhook_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/webhook"
)

// names is a DNS server: what it answers to a name, one set of addresses a
// question, the last one for ever.
type names map[string][][]string

// resolver asks a server over the names.
func (n names) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	asked := map[string]int{}
	go func() {
		buf := make([]byte, 512)
		for {
			size, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			server.WriteTo(n.answer(buf[:size], asked), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// answer answers one question (RFC 1035 §4).
func (n names) answer(q []byte, asked map[string]int) []byte {
	var labels []string
	at := 12
	for q[at] != 0 {
		labels = append(labels, string(q[at+1:at+1+int(q[at])]))
		at += 1 + int(q[at])
	}
	kind := binary.BigEndian.Uint16(q[at+1:])
	end := at + 5
	name := strings.Join(labels, ".")
	key := name + strconv.Itoa(int(kind))
	sets := n[name]
	var addresses []string
	if len(sets) > 0 {
		addresses = sets[min(asked[key], len(sets)-1)]
		asked[key]++
	}
	a := append([]byte{}, q[:end]...)
	a[2], a[3] = 0x84, 0x00
	copy(a[6:12], make([]byte, 6))
	count := 0
	for _, text := range addresses {
		ip := netip.MustParseAddr(text)
		if ip.Is4() != (kind == 1) || kind != 1 && kind != 28 {
			continue
		}
		a = append(a, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(len(ip.AsSlice())))
		a = append(a, ip.AsSlice()...)
		count++
	}
	a[7] = byte(count)
	return a
}

// TestDialsPublicAddressesOnly: whatever a name stands for, connections go to
// allowed addresses only. The receiver listens on loopback, at the port that all
// of these endpoints name: a connection would arrive.
func TestDialsPublicAddressesOnly(t *testing.T) {
	w := newWorld(t)
	r := w.receiver()
	var arrived atomic.Int32
	r.answers(func(message, http.ResponseWriter, *http.Request) { arrived.Add(1) })
	_, port, _ := strings.Cut(r.Listener.Addr().String(), ":")
	number, _ := strconv.Atoi(port)
	resolver := names{
		"loopback.example": {{"127.0.0.1"}}, "six.example": {{"::1"}}, "mapped.example": {{"::ffff:127.0.0.1"}}, "any.example": {{"0.0.0.0"}}, "any6.example": {{"::"}},
		"metadata.example": {{"169.254.169.254"}}, "private.example": {{"10.0.0.1", "192.168.0.1", "172.16.0.1"}}, "unique.example": {{"fd00:ec2::254"}},
		"multicast.example": {{"224.0.0.1"}}, "translated.example": {{"64:ff9b::7f00:1"}},
		"several.example": {{"127.0.0.1", "::1", "10.0.0.1"}},
		"rebound.example": {{"10.0.0.1"}, {"127.0.0.1"}, {"127.0.0.2"}},
	}.resolver(t)
	// At subscription time these pass: names are not looked up then.
	w.policy = webhook.Policy{Ports: []int{number}, PlainHTTP: true}
	w.deliverer(func(c *webhook.Config) { c.Resolver, c.Policy = resolver, w.policy })
	subscriptions := map[string]int64{}
	for name := range map[string]bool{"loopback": true, "six": true, "mapped": true, "any": true, "any6": true, "metadata": true, "private": true, "unique": true,
		"multicast": true, "translated": true, "several": true, "rebound": true, "nowhere": true} {
		as := ttd
		if len(subscriptions) >= 5 {
			as = skd
		}
		if len(subscriptions) >= 10 {
			as = w.person
		}
		s, _, err := w.Subscribe(t.Context(), as, rest.NewSubscription{Endpoint: "https://" + name + ".example:" + port + "/"})
		if err != nil {
			t.Fatal(name, err)
		}
		subscriptions[name] = s.ID
	}
	for name, id := range subscriptions {
		w.wait("an attempt at "+name, func() bool { return !w.subscription(id).Health.Last.At.IsZero() })
		if got := w.subscription(id).Health.Last; got.Failure != "address" || got.Status != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for range 3 { // the rebound name has changed by then
		w.clock.add(10 * time.Minute)
		quiet()
	}
	if n := arrived.Load(); n > 0 {
		t.Errorf("%d requests arrived at loopback", n)
	}
}

// TestAllowedNetworks: the same name is called when its address is allowed.
func TestAllowedNetworks(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer r.Close()
	u, _ := url.Parse(r.URL)
	w.policy.PlainHTTP = true
	w.deliverer(func(c *webhook.Config) {
		c.Resolver, c.Policy = names{"receiver.internal": {{"127.0.0.1"}}}.resolver(t), w.policy
	})
	s, _, err := w.Subscribe(t.Context(), ttd, rest.NewSubscription{Endpoint: "http://receiver.internal:" + u.Port()})
	if err != nil {
		t.Fatal(err)
	}
	w.wait("the validation", func() bool { return w.subscription(s.ID).State == rest.Active })
}

// attempted subscribes to an endpoint and returns how the validation went.
func attempted(t *testing.T, w *world, endpoint string) rest.Attempt {
	t.Helper()
	s, _, err := w.Subscribe(t.Context(), ttd, rest.NewSubscription{Endpoint: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	w.wait("an attempt", func() bool { return !w.subscription(s.ID).Health.Last.At.IsZero() })
	return w.subscription(s.ID).Health.Last
}

// TestRedirectsAreNotFollowed, whatever their status.
func TestRedirectsAreNotFollowed(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	var followed atomic.Int32
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	defer target.Close()
	for _, code := range []int{301, 302, 307, 308} {
		r := w.receiver()
		r.answers(func(_ message, w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, target.URL, code) })
		if got := attempted(t, w, r.URL); got.Status != code || got.Failure != "status" {
			t.Errorf("%d: %+v", code, got)
		}
	}
	if followed.Load() > 0 {
		t.Error("a redirect was followed")
	}
}

// TestProxiesOfTheEnvironmentAreNotUsed.
func TestProxiesOfTheEnvironmentAreNotUsed(t *testing.T) {
	var used atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { used.Add(1) }))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	w := newWorld(t)
	w.policy = webhook.Policy{PlainHTTP: true}
	w.deliverer(func(c *webhook.Config) {
		c.Policy, c.Resolver = w.policy, names{"receiver.example": {{"10.0.0.1"}}}.resolver(t)
	})
	if got := attempted(t, w, "http://receiver.example/"); got.Failure != "address" || used.Load() > 0 {
		t.Errorf("%+v, the proxy was asked %d times", got, used.Load())
	}
}

// bad is a receiver that is none.
type bad struct {
	name, endpoint string
	status         int
	failure        string
	as             rest.Caller
}

// serveRaw serves connections until the test ends, and returns their address.
func serveRaw(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); serve(c) }()
		}
	}()
	return "http://" + l.Addr().String()
}

// fail tries bad receivers; without an end of its own an attempt takes longer
// than this waits.
func (w *world) fail(list []bad) {
	w.t.Helper()
	for _, b := range list {
		s, _, err := w.Subscribe(w.t.Context(), b.as, rest.NewSubscription{Endpoint: b.endpoint})
		if err != nil {
			w.t.Fatal(err)
		}
		w.wait("an attempt at "+b.name, func() bool { return !w.subscription(s.ID).Health.Last.At.IsZero() })
		if got := w.subscription(s.ID).Health.Last; got.Failure != b.failure || got.Status != b.status {
			w.t.Errorf("%s: %+v, want %q %d\n%s", b.name, got, b.failure, b.status, w.logs)
		}
	}
}

// TestSilentReceivers: who says nothing is waited for in bounded time.
func TestSilentReceivers(t *testing.T) {
	w := newWorld(t)
	w.policy.PlainHTTP = true
	w.deliverer(func(c *webhook.Config) { c.Timeout, c.Policy = 500*time.Millisecond, w.policy })
	silent := serveRaw(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	w.fail([]bad{
		{"silent", silent, 0, "timeout", ttd},
		{"silent TLS", strings.Replace(silent, "http:", "https:", 1), 0, "timeout", ttd},
	})
}

// TestBadReceivers: each failure has its name, in bounded time and memory.
func TestBadReceivers(t *testing.T) {
	w := newWorld(t)
	w.policy.PlainHTTP = true
	w.deliverer(func(c *webhook.Config) { c.Policy = w.policy })
	read := func(c net.Conn) { c.Read(make([]byte, 4096)) }
	closed := httptest.NewServer(nil)
	closed.Close()
	untrusted := httptest.NewTLSServer(nil)
	untrusted.Config.ErrorLog = nil
	t.Cleanup(untrusted.Close)
	w.fail([]bad{
		{"nobody there", closed.URL, 0, "connect", ttd},
		{"untrusted certificate", untrusted.URL, 0, "tls", ttd},
		{"no TLS", strings.Replace(serveRaw(t, func(c net.Conn) { read(c); io.WriteString(c, "HTTP/1.1 400 Bad\r\n\r\n") }), "http:", "https:", 1), 0, "tls", ttd},
		{"no HTTP", serveRaw(t, func(c net.Conn) { read(c); io.WriteString(c, "220 smtp.example ESMTP\r\n") }), 0, "answer", skd},
		{"hangs up", serveRaw(t, func(c net.Conn) { read(c) }), 0, "answer", skd},
		{"endless headers", serveRaw(t, func(c net.Conn) {
			read(c)
			io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for {
				if _, err := io.WriteString(c, "X-A: "+strings.Repeat("a", 1000)+"\r\n"); err != nil {
					return
				}
			}
		}), 0, "answer", skd},
		{"endless body", serveRaw(t, func(c net.Conn) {
			read(c)
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
			for {
				if _, err := io.WriteString(c, strings.Repeat("a", 1000)); err != nil {
					return
				}
			}
		}), 200, "", skd},
		{"dripping body", serveRaw(t, func(c net.Conn) {
			read(c)
			io.WriteString(c, "HTTP/1.1 204 OK\r\nConnection: close\r\n\r\n")
			for {
				time.Sleep(10 * time.Millisecond)
				if _, err := io.WriteString(c, "a"); err != nil {
					return
				}
			}
		}), 204, "", skd},
	})
	if strings.Contains(w.logs.String(), "smtp.example") {
		t.Error("the log quotes an answer")
	}
}
