package soap

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"overgang/soap/codec"
)

func TestMessageTooLarge(t *testing.T) {
	b := start(t, func(o *Options) { o.Limits = Limits{Message: 100_000, Envelope: 50_000} })
	large := func(n int) string {
		return body11("<Send><user>a</user><data>" + strings.Repeat("AAAA", n/4) + "</data></Send>")
	}
	if r := b.call(t, path11, textXML11, large(80_000)); r.status != 200 {
		t.Errorf("attachments count against the envelope: %d %s", r.status, r.body)
	}
	r := b.call(t, path11, textXML11, body11("<Send><user>"+strings.Repeat("a", 60_000)+"</user></Send>"))
	if r.status != 413 || !r.close {
		t.Errorf("envelope: %d %v", r.status, r.header)
	}
	// Without a length the limit is met on the way.
	r = b.do(t, "POST", path11, io.MultiReader(strings.NewReader(large(120_000))), "Content-Type", textXML11)
	if r.status != 413 {
		t.Errorf("chunked: %d %s", r.status, r.body)
	}
	for _, s := range b.sinks {
		if s.closed+s.aborted != 1 {
			t.Errorf("sink closed %d and aborted %d times", s.closed, s.aborted)
		}
	}
	// With one, nothing of the body is wanted.
	c, err := net.Dial("tcp", b.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 10000000000\r\n\r\n", path11)
	c.SetReadDeadline(time.Now().Add(time.Minute))
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 413 || !res.Close {
		t.Errorf("Content-Length: %d, close %v", res.StatusCode, res.Close)
	}
}

func TestTooManyItems(t *testing.T) {
	b := start(t, func(o *Options) { o.Limits = Limits{Items: 5, Attached: 3} })
	if r := b.call(t, path11, textXML11, body11("<Send>"+strings.Repeat("<data/>", 4)+"</Send>")); r.status != 500 || !strings.Contains(r.body, "3 large fields") {
		t.Errorf("attached: %d %s", r.status, r.body)
	}
	b = start(t, func(o *Options) { o.Limits = Limits{Items: 2} })
	if r := b.call(t, path11, textXML11, body11("<Send>"+strings.Repeat("<data/>", 3)+"</Send>")); r.status != 500 || !strings.Contains(r.body, "2 repeated elements") {
		t.Errorf("items: %d %s", r.status, r.body)
	}
}

func TestSinkErrorIsReadAfterTheWholeBodyWasSent(t *testing.T) {
	b := start(t, nil)
	// Larger than any socket buffer, and a client that reads only then.
	doc := body11("<Send><user>a</user><data>" + strings.Repeat("AAAA", 8<<20/4) + "</data><data>" + strings.Repeat("A", 16<<20) + "</data></Send>")
	c, err := net.Dial("tcp", b.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", path11, len(doc), doc); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != 500 {
		t.Errorf("%d", res.StatusCode)
	}
	if len(b.sinks) != 1 || b.sinks[0].aborted != 1 {
		t.Errorf("%d sinks", len(b.sinks))
	}
}

// slowBody fails as a connection does whose deadline passed.
type slowBody struct{ err error }

func (s slowBody) Read([]byte) (int, error) { return 0, s.err }

func TestBodyThatDoesNotArrive(t *testing.T) {
	tests := []struct {
		err    error
		status int
	}{
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, 408},
		{io.ErrUnexpectedEOF, 400},
		{&http.MaxBytesError{Limit: 1}, 413},
	}
	s, err := New(testContract(), (&post{}).services(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		w := newRecorder()
		r, _ := http.NewRequest("POST", path11, io.MultiReader(strings.NewReader("<e:Envelope xmlns:e='"+NS11+"'>"), slowBody{tt.err}))
		r.Header.Set("Content-Type", "text/xml")
		r.RemoteAddr = "192.0.2.1:1"
		s.ServeHTTP(w, r)
		if w.status != tt.status || w.Header().Get("Connection") != "close" {
			t.Errorf("%v: %d %v", tt.err, w.status, w.Header())
		}
	}
}

// recorder is a response writer without the parts that need a connection.
type recorder struct {
	header http.Header
	status int
	body   strings.Builder
}

func newRecorder() *recorder                    { return &recorder{header: http.Header{}} }
func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
func (r *recorder) String() string              { return r.body.String() }
func (r *recorder) Is(status int, text string) bool {
	return r.status == status && strings.Contains(r.String(), text)
}

func TestCallersPerMinute(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	s, err := New(testContract(), (&post{}).services(), Options{Limits: Limits{CallerPerMinute: 3, Callers: 2}, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	call := func(from, path string) *recorder {
		w := newRecorder()
		r, _ := http.NewRequest("POST", path, strings.NewReader(body11(countBody)))
		r.Header.Set("Content-Type", "text/xml")
		r.RemoteAddr = from
		s.ServeHTTP(w, r)
		return w
	}
	for i := range 3 {
		if w := call("192.0.2.1:1", path11); w.status != 200 {
			t.Fatalf("request %d: %d", i, w.status)
		}
	}
	w := call("192.0.2.1:2", path11)
	if !w.Is(429, "try again in 20 s") || w.Header().Get("Retry-After") != "20" || !strings.Contains(w.String(), "<faultcode>s:Client</faultcode>") {
		t.Errorf("%d %v %s", w.status, w.header, w.String())
	}
	if w := call("[::ffff:192.0.2.1]:2", path11); w.status != 429 {
		t.Errorf("the same address in IPv6: %d", w.status)
	}
	now = now.Add(21 * time.Second)
	if w := call("192.0.2.1:3", path11); w.status != 200 {
		t.Errorf("after the wait: %d", w.status)
	}
	for range 3 {
		call("[2001:db8::1]:1", path11)
	}
	if w := call("[2001:db8::2]:1", path11); w.status != 429 {
		t.Errorf("another address of the /64: %d", w.status)
	}
	call("198.51.100.1:1", path11)
	if n := len(s.throttle.callers); n != 2 || s.throttle.recent.Len() != 2 {
		t.Errorf("%d addresses are remembered", n)
	}
}

func TestCallersAtOnce(t *testing.T) {
	b := start(t, func(o *Options) { o.Limits = Limits{CallerConcurrent: 2, RetryAfter: 7 * time.Second} })
	b.hold, b.entered = make(chan struct{}), make(chan struct{}, 2)
	done := make(chan int, 2)
	for range 2 {
		go func() { done <- b.call(t, path11, textXML11, body11(countBody)).status }()
	}
	<-b.entered
	<-b.entered
	r := b.call(t, path11, textXML11, body11(sendBody))
	if r.status != 429 || r.header.Get("Retry-After") != "7" {
		t.Errorf("%d %v", r.status, r.header)
	}
	close(b.hold)
	if a, c := <-done, <-done; a != 200 || c != 200 {
		t.Errorf("%d %d", a, c)
	}
	if r := b.call(t, path11, textXML11, body11(sendBody)); r.status != 200 {
		t.Errorf("afterwards: %d", r.status)
	}
}

func TestBusyCallersAreNotForgotten(t *testing.T) {
	now := time.Now()
	th := newThrottle(Limits{CallerConcurrent: 1, Callers: 2}.withDefaults())
	busy, _ := th.enter("192.0.2.1", now)
	idle, _ := th.enter("192.0.2.2", now)
	th.leave(idle)
	if c, _ := th.enter("192.0.2.3", now); c == nil {
		t.Error("a newcomer is refused")
	}
	if c, wait := th.enter("192.0.2.1", now); c != nil || wait <= 0 {
		t.Error("a busy caller was forgotten")
	}
	th.leave(busy)
	if c, _ := th.enter("192.0.2.1", now); c != busy {
		t.Error("a caller that is done is refused")
	}
}

func TestRetryAfterOfAFault(t *testing.T) {
	b := start(t, nil)
	if r := b.call(t, path11, textXML11, body11(`<Send><user>fault</user></Send>`)); r.header.Get("Retry-After") != "2" {
		t.Errorf("%v", r.header)
	}
}

// digits is an endless base64 field between a head and a tail.
type digits struct {
	head, tail string
	left       int
}

func (d *digits) Read(p []byte) (n int, err error) {
	switch {
	case d.head != "":
		n = copy(p, d.head)
		d.head = d.head[n:]
	case d.left > 0:
		for n < len(p) && d.left > 0 {
			p[n] = 'A'
			n++
			d.left--
		}
	case d.tail != "":
		n = copy(p, d.tail)
		d.tail = d.tail[n:]
	default:
		err = io.EOF
	}
	return n, err
}

func TestMemoryDoesNotGrowWithAttachments(t *testing.T) {
	p := &post{}
	services := p.services()
	var size int64
	services[0].Operations[0].Sink = func(context.Context, *Call, any, string) (codec.Sink, error) { return nowhere{}, nil }
	services[0].Operations[0].Handle = func(_ context.Context, _ *Call, req any) (any, error) {
		size = req.(*sendRequest).Data[0].Size
		return &sendResponse{}, nil
	}
	s, err := New(testContract(), services, Options{})
	if err != nil {
		t.Fatal(err)
	}
	head, tail, _ := strings.Cut(body11("<Send><data>|</data></Send>"), "|")
	call := func(n int) uint64 {
		r, _ := http.NewRequest("POST", path11, &digits{head: head, tail: tail, left: n})
		r.Header.Set("Content-Type", "text/xml")
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		w := newRecorder()
		s.ServeHTTP(w, r)
		runtime.ReadMemStats(&after)
		if w.status != 200 || size != int64(n/4*3) {
			t.Fatalf("%d %s, %d bytes", w.status, w.String(), size)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	call(4 << 10)
	if all := call(64 << 20); all > 1<<20 {
		t.Errorf("%d bytes were allocated for 64 MiB", all)
	}
}
