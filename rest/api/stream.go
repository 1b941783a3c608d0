package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"overgang/rest"
)

// streams counts the feeds that stay open.
type streams struct {
	most, each int

	mu    sync.Mutex
	total int
	of    map[string]int // by caller
}

// begin counts one more stream of a caller. end counts it off.
func (s *streams) begin(caller string) (end func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.of[caller] >= s.each:
		return nil, &rest.Error{Kind: rest.RateLimited, Code: "streams-many", RetryAfter: 10 * time.Second,
			Detail: "You have as many streams open as a caller may have; close one first."}
	case s.total >= s.most:
		return nil, &rest.Error{Kind: rest.Unavailable, Code: "streams-full", RetryAfter: 10 * time.Second,
			Detail: "As many streams are open as the gateway serves; read the feed in pages, or try again later."}
	}
	if s.of == nil {
		s.of = map[string]int{}
	}
	s.of[caller]++
	s.total++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.total--
		if s.of[caller]--; s.of[caller] == 0 {
			delete(s.of, caller)
		}
	}, nil
}

// streamBatch is how many events are read and sent at once.
const streamBatch = 100

// stream is an application's feed that stays open: one event a line.
type stream struct {
	*server
	ctx  context.Context
	app  rest.AppID
	q    rest.EventQuery
	form feedForm
}

// openFeed makes a stream. size is the parameter, which a stream has no use for.
func (s *server) openFeed(ctx context.Context, app rest.AppID, q rest.EventQuery, form feedForm, size string) (ListApplicationEventsResponseObject, error) {
	if size != "" {
		return nil, rest.Errorf(rest.Invalid, "size-stream", "size is for pages; a stream goes on until you close it.")
	}
	q.Limit = 1
	if _, err := s.core.AppEvents(ctx, of(ctx).caller, app, q); err != nil {
		return nil, err
	}
	if of(ctx).head {
		return reply{status: http.StatusOK, kind: linesType}, nil
	}
	q.Limit = streamBatch
	return &stream{s, ctx, app, q, form}, nil
}

// VisitListApplicationEventsResponse implements [ListApplicationEventsResponseObject].
// The stream ends in good order when the token expires or the gateway stops.
func (f *stream) VisitListApplicationEventsResponse(w http.ResponseWriter) error {
	caller := of(f.ctx).caller
	end, err := f.streams.begin(caller.Name())
	if err != nil {
		return err
	}
	defer end()
	h := w.Header()
	h.Set("Content-Type", linesType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies that know it pass lines on at once
	w.WriteHeader(http.StatusOK)
	if err := f.flush(w); err != nil {
		return nil // the client has gone
	}
	expired := make(<-chan time.Time) // never
	if !caller.Until.IsZero() {
		timer := time.NewTimer(caller.Until.Sub(f.config.Now()))
		defer timer.Stop()
		expired = timer.C
	}
	beat := time.NewTicker(f.limits.Heartbeat)
	defer beat.Stop()
	for {
		added := f.core.EventsAdded()
		n, err := f.send(w)
		switch {
		case f.ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case n > 0:
			beat.Reset(f.limits.Heartbeat)
		}
		if n == f.q.Limit {
			added = closed // there is more
		}
		select {
		case <-f.ctx.Done():
			return nil
		case <-f.config.Stopping:
			return nil
		case <-expired:
			return nil
		case <-added:
		case <-beat.C: // also looks for what other processes recorded
			if _, err := w.Write([]byte("\n")); err != nil {
				return nil
			}
			if err := f.flush(w); err != nil {
				return nil
			}
		}
	}
}

// closed is a channel that is always ready.
var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// send writes the next events, a line each, and says how many.
func (f *stream) send(w http.ResponseWriter) (int, error) {
	events, err := f.core.AppEvents(f.ctx, of(f.ctx).caller, f.app, f.q)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	rendered, err := f.feed(f.ctx, events, f.form)
	if err != nil {
		return 0, err
	}
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	for _, e := range rendered {
		if err := encoder.Encode(e); err != nil {
			return 0, err
		}
	}
	if _, err := w.Write(lines.Bytes()); err != nil {
		return 0, err
	}
	f.q.After = events[len(events)-1].ID
	return len(events), f.flush(w)
}

// flush sends what was written, past echo's response, which keeps errors to itself.
func (f *stream) flush(w http.ResponseWriter) error {
	if u, ok := w.(interface{ Unwrap() http.ResponseWriter }); ok {
		w = u.Unwrap()
	}
	return http.NewResponseController(w).Flush()
}
