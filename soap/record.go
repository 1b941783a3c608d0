package soap

import (
	"context"
	"log/slog"
	"time"
)

// Outcome is how a request ended.
type Outcome string

// Outcomes.
const (
	Answered Outcome = "answered" // the operation's own response
	Faulted  Outcome = "fault"    // a SOAP fault
	Refused  Outcome = "refused"  // a plain HTTP status
	Served   Outcome = "document" // a WSDL, a schema or the page
)

// Record is what there is to tell about one request when it is over. It holds
// no content and no credentials.
type Record struct {
	RequestID string
	Address   string // the caller's IP address
	Endpoint  string // "" = unknown address
	Flavour   string
	Operation string // "" = not known, or not yet
	Outcome   Outcome
	Status    int    // of HTTP
	Reason    string // of the fault or refusal, as the caller reads it
	Server    bool   // the fault is ours, neither the caller's nor that it hung up
	Panicked  bool
	Err       error // the cause, for the log only
	// Denied is the fault's subcode, for example "FailedCheck", where the
	// message's security was refused; "" otherwise.
	Denied string
	// Signer names the certificate that the message proved: see [Call].
	Signer   string
	Token    bool // a request for a security context token; Operation says which
	Received time.Time
	Read     time.Duration // until the envelope was read, Begin and sinks included
	Handled  time.Duration // in Handle
	Total    time.Duration // until the response was written
	In, Out  int64         // bytes of the request's and the response's body
}

// log writes the record's line.
func (r *Record) log(ctx context.Context, l *slog.Logger) {
	level := slog.LevelInfo
	if r.Server || r.Panicked {
		level = slog.LevelError
	}
	if !l.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 16)
	attrs = append(attrs,
		slog.String("request", r.RequestID), slog.String("address", r.Address),
		slog.String("endpoint", r.Endpoint), slog.String("flavour", r.Flavour), slog.String("operation", r.Operation),
		slog.String("outcome", string(r.Outcome)), slog.Int("status", r.Status),
		slog.Duration("read", r.Read), slog.Duration("handled", r.Handled), slog.Duration("total", r.Total),
		slog.Int64("in", r.In), slog.Int64("out", r.Out))
	if r.Reason != "" {
		attrs = append(attrs, slog.String("reason", r.Reason))
	}
	if r.Signer != "" {
		attrs = append(attrs, slog.String("signer", r.Signer))
	}
	if r.Denied != "" {
		attrs = append(attrs, slog.String("denied", r.Denied))
	}
	if r.Err != nil {
		attrs = append(attrs, slog.String("cause", r.Err.Error()))
	}
	l.LogAttrs(ctx, level, "soap request", attrs...)
}
