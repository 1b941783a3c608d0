package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"overgang/rest"
)

// What goes wrong with an attempt, as subscribers are told. An address that
// may not be called and a name that leads nowhere read alike: subscribers must
// not learn the names inside the operator's network.
const (
	failedStatus  = "status"  // an answer that is not 2xx
	failedGone    = "gone"    // 410
	failedAddress = "address" // no such name, or no address that may be called
	failedConnect = "connect" // nobody there
	failedTLS     = "tls"     // no trusted certificate for the name, or no common protocol
	failedTimeout = "timeout"
	failedAnswer  = "answer" // no HTTP, or headers without end
	failedRender  = "internal"
)

const (
	contentType    = "application/cloudevents+json" // CloudEvents HTTP 1.0.2 §3.2
	mostDiscarded  = 64 << 10                       // bytes of an answer's body that are read
	longestDiscard = time.Second
	mostHeader     = 64 << 10
	idleFor        = time.Minute
	mostIdle       = 256
	mostIdleOfHost = 4
)

// errForbiddenAddress stops a connection before its first packet.
var errForbiddenAddress = errors.New("webhook: the address may not be called")

// sender posts messages.
type sender struct {
	transport *http.Transport
	timeout   time.Duration
	now       func() time.Time
	agent     string
}

func newSender(p Policy, roots *x509.CertPool, resolver *net.Resolver, timeout time.Duration, now func() time.Time, agent string) *sender {
	dialer := &net.Dialer{
		Timeout: timeout, KeepAlive: 30 * time.Second, Resolver: resolver,
		// Every address is checked when it is dialled, whatever a name stood for
		// when it was checked before.
		ControlContext: func(_ context.Context, network, address string, _ syscall.RawConn) error {
			a, err := netip.ParseAddrPort(address)
			if err != nil || network != "tcp4" && network != "tcp6" || !p.permits(a) {
				return errForbiddenAddress
			}
			return nil
		},
	}
	return &sender{timeout: timeout, now: now, agent: agent, transport: &http.Transport{
		Proxy:                  nil, // a proxy would dial what we must not
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    timeout,
		ResponseHeaderTimeout:  timeout,
		MaxResponseHeaderBytes: mostHeader,
		MaxIdleConns:           mostIdle,
		MaxIdleConnsPerHost:    mostIdleOfHost,
		IdleConnTimeout:        idleFor,
		DisableCompression:     true,
	}}
}

// result is how an attempt went.
type result struct {
	rest.Attempt
	wait  time.Duration // what the answer asked for (Retry-After)
	cause error         // for the log
}

// post sends a message once. Redirects are not followed: they are answers that
// are not 2xx.
func (s *sender) post(ctx context.Context, endpoint, id string, body []byte, secrets []rest.SigningSecret) (r result) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	r.At = s.now().UTC()
	defer func(begun time.Time) { r.Took = time.Since(begun).Truncate(time.Microsecond) }(time.Now())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		r.Failure, r.cause = failedAddress, errors.New("the endpoint is no URL")
		return r
	}
	signature, err := sign(secrets, id, r.At, body)
	if err != nil {
		r.Failure, r.cause = failedRender, err
		return r
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("User-Agent", s.agent)
	request.Header.Set("Webhook-Id", id)
	request.Header.Set("Webhook-Timestamp", strconv.FormatInt(r.At.Unix(), 10))
	request.Header.Set("Webhook-Signature", signature)
	answer, err := s.transport.RoundTrip(request)
	if err != nil {
		r.Failure, r.cause = failureOf(ctx, err)
		return r
	}
	defer answer.Body.Close()
	// The status has said it all. A body is read so that the connection can be
	// used again, if it does not take long.
	defer time.AfterFunc(longestDiscard, cancel).Stop()
	_, _ = io.CopyN(io.Discard, answer.Body, mostDiscarded)
	r.Status = answer.StatusCode
	switch {
	case r.Status >= 200 && r.Status <= 299:
	case r.Status == http.StatusGone:
		r.Failure = failedGone
	default:
		r.Failure = failedStatus
		r.wait = retryAfter(answer.Header.Get("Retry-After"), r.At)
	}
	return r
}

// failureOf names what went wrong. The cause leaves out the address: it may
// hold the receiver's secrets.
func failureOf(ctx context.Context, err error) (string, error) {
	var dns *net.DNSError
	var op *net.OpError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, errForbiddenAddress):
		return failedAddress, errForbiddenAddress
	case ctx.Err() != nil, errors.As(err, &timeout) && timeout.Timeout():
		return failedTimeout, errors.New("no answer in time")
	case errors.As(err, &dns):
		return failedAddress, errors.New("the name leads nowhere")
	case errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &alert), errors.As(err, new(x509.HostnameError)), errors.As(err, new(x509.UnknownAuthorityError)):
		return failedTLS, err
	case errors.As(err, &op) && op.Op == "dial":
		return failedConnect, fmt.Errorf("dial: %w", op.Err)
	case errors.As(err, &op) && op.Op == "remote error":
		return failedTLS, op.Err
	case errors.As(err, &op):
		return failedConnect, op.Err
	}
	return failedAnswer, errors.New("the answer is no HTTP, or was cut off") // err would quote it
}

// retryAfter reads the header (RFC 9110 §10.2.3); 0 = none, or none that can be read.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

func (s *sender) close() { s.transport.CloseIdleConnections() }
