package listen

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

// Pace demands that bodies move: at least Rate bytes a second, reckoned over
// Window, in both directions. A request body that is slower gets 408, a
// response that is read slower is cut off. Long transfers that keep the pace
// may take as long as they need.
type Pace struct {
	Rate   int64 // bytes a second
	Window time.Duration
}

// Wrap paces the handler's requests and responses.
func (p Pace) Wrap(next http.Handler) http.Handler {
	share := p.Rate * int64(p.Window/time.Second)
	if share <= 0 {
		share = 1
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		x := &exchange{ResponseWriter: w}
		x.in = timer{set: control.SetReadDeadline, window: p.Window, share: share}
		x.out = timer{set: control.SetWriteDeadline, window: p.Window, share: share}
		// A deadline of the connection's previous response must not cut this one off.
		x.out.disarm()
		if r.Body != nil && r.Body != http.NoBody {
			x.body = r.Body
			paced := *r
			paced.Body = (*pacedBody)(x)
			r = &paced
		}
		next.ServeHTTP(x, r)
	})
}

// timer is the deadline of one direction. Only the time that is spent waiting
// for the client counts, not what the handler takes between two pieces.
type timer struct {
	set    func(time.Time) error // fails where there are no deadlines; then there is no pace
	window time.Duration
	share  int64 // bytes that earn another window

	deadline time.Time // zero = none
	idle     time.Time // when the last piece was through
	moved    int64     // bytes since the deadline was set
}

// begin is called before a piece moves.
func (t *timer) begin() {
	now := time.Now()
	switch {
	case t.deadline.IsZero():
		t.deadline = now.Add(t.window)
	case now.Sub(t.idle) > t.window/8:
		t.deadline = t.deadline.Add(now.Sub(t.idle))
	default:
		return
	}
	t.set(t.deadline)
}

// end is called when n bytes moved.
func (t *timer) end(n int) {
	t.idle = time.Now()
	if t.moved += int64(n); t.moved >= t.share {
		t.moved = 0
		t.deadline = t.idle.Add(t.window)
		t.set(t.deadline)
	}
}

func (t *timer) disarm() {
	t.deadline, t.moved = time.Time{}, 0
	t.set(time.Time{})
}

// exchange is one request and its response under way.
type exchange struct {
	http.ResponseWriter
	body    io.ReadCloser
	in, out timer
	slow    bool // the request body missed its deadline
	started bool // the status is decided
	refused bool // it became 408: the handler's own answer is dropped
}

// Unwrap serves http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (x *exchange) WriteHeader(status int) {
	if x.started {
		return
	}
	if status >= 200 {
		x.started = true
	}
	x.out.begin()
	if x.slow {
		x.refused = true
		h := x.Header()
		clear(h)
		h.Set("Connection", "close")
		h.Set("Content-Type", "text/plain; charset=utf-8")
		x.ResponseWriter.WriteHeader(http.StatusRequestTimeout)
		io.WriteString(x.ResponseWriter, "The request body arrived too slowly.\n")
		return
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (x *exchange) Write(p []byte) (int, error) {
	if !x.started {
		x.WriteHeader(http.StatusOK)
	}
	if x.refused {
		return len(p), nil
	}
	var n int
	for {
		x.out.begin()
		piece := p[n:min(len(p), n+1<<20)]
		m, err := x.ResponseWriter.Write(piece)
		x.out.end(m)
		if n += m; err != nil || n == len(p) {
			return n, err
		}
	}
}

// FlushError serves http.ResponseController. What comes after a flush may come
// much later, as in a feed that stays open.
func (x *exchange) FlushError() error {
	x.out.begin()
	err := http.NewResponseController(x.ResponseWriter).Flush()
	x.out.disarm()
	return err
}

// pacedBody is an exchange's request body.
type pacedBody exchange

// Read implements io.Reader.
func (b *pacedBody) Read(p []byte) (int, error) {
	b.in.begin()
	n, err := b.body.Read(p)
	switch {
	case err == nil:
		b.in.end(n)
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.slow = true
	default:
		// The whole body is here: the server now watches the connection, and that has no deadline.
		b.in.disarm()
	}
	return n, err
}

// Close implements io.Closer.
func (b *pacedBody) Close() error { return b.body.Close() }
