package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"

	"overgang/rest"
)

const (
	keyHeader    = "Idempotency-Key"
	longestKey   = 255     // characters of a key
	largestKept  = 1 << 20 // bytes of an answer that is kept
	replayHeader = "Idempotency-Replayed"
)

// once is one request that bears an Idempotency-Key
// (draft-ietf-httpapi-idempotency-key-header).
type once struct {
	s     *server
	claim rest.Claim
	print *fingerprint
}

// keptHeaders are those of an answer that are told again.
var keptHeaders = []string{"Content-Type", "ETag", "Location", "Link", "Preference-Applied", "Cache-Control", "Vary"}

// keptAnswer is how an answer is kept.
type keptAnswer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// newOnce claims the key of a POST; nil = it bears none. The claim is to be released.
func (s *server) newOnce(r *http.Request, caller rest.Caller) (*once, error) {
	keys := r.Header.Values(keyHeader)
	if r.Method != http.MethodPost || len(keys) == 0 {
		return nil, nil
	}
	if !validKey(keys) {
		return nil, rest.Errorf(rest.Invalid, "idempotency-key-invalid", "One Idempotency-Key of 1 to %d visible ASCII characters is wanted.", longestKey)
	}
	claim, err := s.core.Claim(r.Context(), caller, keys[0])
	if err != nil {
		return nil, err
	}
	return &once{s: s, claim: claim, print: newFingerprint(r)}, nil
}

func validKey(keys []string) bool {
	if len(keys) != 1 || keys[0] == "" || len(keys[0]) > longestKey {
		return false
	}
	for _, c := range []byte(keys[0]) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

// replay tells the answer of an earlier request again, if it was the same.
func (o *once) replay(c echo.Context) error {
	earlier := o.claim.Earlier()
	if earlier.Answer == nil {
		return rest.Errorf(rest.Conflict, "idempotency-answer-lost",
			"The request with this Idempotency-Key was carried out, but its answer was not kept. Read what there is; use a new key for a new request.")
	}
	body := http.MaxBytesReader(c.Response().Writer, o.print, max(o.s.limits.Create, o.s.limits.Element))
	if _, err := io.Copy(io.Discard, body); err != nil {
		return bodyError(err)
	}
	if !bytes.Equal(o.print.end(), earlier.Request) {
		return rest.Errorf(rest.Unprocessable, "idempotency-key-reused", "Another request had this Idempotency-Key; use a new one.")
	}
	var kept keptAnswer
	if err := json.Unmarshal(earlier.Answer, &kept); err != nil {
		return fmt.Errorf("kept answer: %w", err)
	}
	h := c.Response().Header()
	for name, value := range kept.Header {
		h.Set(name, value)
	}
	h.Set(replayHeader, "true")
	c.Response().WriteHeader(kept.Status)
	_, err := c.Response().Write(kept.Body)
	return err
}

// run carries the first request out, and keeps its answer before it goes out.
// A refused request has no effect, and leaves its key free.
func (o *once) run(c echo.Context, next echo.HandlerFunc) error {
	c.SetRequest(c.Request().WithContext(o.claim.Within(c.Request().Context())))
	answer, out := c.Response(), c.Response().Writer
	held := &heldAnswer{header: out.Header()}
	answer.Writer = held
	err := func() error {
		defer func() { answer.Writer = out }() // after a panic too
		return next(c)
	}()
	if err != nil {
		return err
	}
	if held.status < 300 {
		o.keep(c, held)
	}
	out.WriteHeader(held.status)
	_, err = out.Write(held.body.Bytes())
	return err
}

// keep keeps an answer. That it could not be kept is no reason to withhold it:
// a repetition will be told that the answer is lost. So it is with one that
// nobody may store, because it holds a secret.
func (o *once) keep(c echo.Context, held *heldAnswer) {
	if held.body.Len() > largestKept || held.header.Get("Cache-Control") == "no-store" {
		return
	}
	io.CopyN(io.Discard, o.print, 64<<10) // what follows the content: white space, an epilogue
	kept := keptAnswer{Status: held.status, Header: map[string]string{}, Body: held.body.Bytes()}
	for _, name := range keptHeaders {
		if v := held.header.Get(name); v != "" {
			kept.Header[name] = v
		}
	}
	encoded, err := json.Marshal(kept)
	if err == nil {
		err = o.claim.Answer(context.WithoutCancel(c.Request().Context()), rest.FirstAnswer{Request: o.print.end(), Answer: encoded})
	}
	if err != nil {
		o.s.config.Logger.LogAttrs(c.Request().Context(), slog.LevelError, "rest: answer not kept for repetitions",
			slog.String("request", text(c, requestIDKey)), slog.Any("error", err))
	}
}

// heldAnswer is an answer that waits until it is kept.
type heldAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *heldAnswer) Header() http.Header         { return h.header }
func (h *heldAnswer) Write(p []byte) (int, error) { return h.body.Write(p) }
func (h *heldAnswer) WriteHeader(status int)      { h.status = status }
