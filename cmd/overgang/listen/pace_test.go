package listen

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener without a network: its connections have deadlines that
// follow the clock of a synctest bubble, where a busy machine takes no time.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// paced serves h over pipes, at a pace, until the test ends.
func paced(t *testing.T, p Pace, h http.Handler) *pipes {
	t.Helper()
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	s := &http.Server{Handler: p.Wrap(h)}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l
}

func (l *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipes) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (l *pipes) dial() net.Conn {
	near, far := net.Pipe()
	l.conns <- far
	return near
}

// client is one whose connections are pipes.
func (l *pipes) client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return l.dial(), nil }}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestSlowBodyGets408(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := paced(t, Pace{Rate: 1000, Window: time.Second}, drain).dial()
		var sender sync.WaitGroup
		defer sender.Wait()
		defer c.Close()
		io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
		sender.Go(func() {
			for {
				time.Sleep(50 * time.Millisecond)
				if _, err := c.Write([]byte("x")); err != nil {
					return
				}
			}
		})
		began := time.Now()
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != http.StatusRequestTimeout || strings.Contains(string(body), "handler") {
			t.Errorf("answer %d %q, want 408 and none of the handler's text", res.StatusCode, body)
		}
		if took != time.Second {
			t.Errorf("answered after %v, want the window", took)
		}
	})
}

func TestBodyThatKeepsThePaceMayTakeLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := paced(t, Pace{Rate: 1000, Window: time.Second}, drain).client(t)
		r, w := io.Pipe()
		go func() {
			for range 25 { // 2.5 s at 4000 B/s: several windows
				w.Write(make([]byte, 400))
				time.Sleep(100 * time.Millisecond)
			}
			w.Close()
		}()
		res, err := client.Post("http://gateway/", "text/plain", r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if body, _ := io.ReadAll(res.Body); string(body) != "10000 bytes" {
			t.Errorf("answer %d %q", res.StatusCode, body)
		}
	})
}

func TestHandlerMayTakeLongerThanTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(700 * time.Millisecond)
			drain(w, r)
			http.NewResponseController(w).Flush()
			time.Sleep(700 * time.Millisecond)
			if err := r.Context().Err(); err != nil {
				t.Errorf("request was given up: %v", err)
			}
			io.WriteString(w, " late")
		})
		client := paced(t, Pace{Rate: 1, Window: 500 * time.Millisecond}, slow).client(t)
		for range 2 { // the second on the kept-alive connection
			res, err := client.Post("http://gateway/", "text/plain", strings.NewReader("hello"))
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			res.Body.Close()
			if string(body) != "5 bytes late" || err != nil {
				t.Errorf("answer %q, %v", body, err)
			}
		}
	})
}
