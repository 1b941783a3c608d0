package listen

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"overgang/rest/supervise"
)

// Options of a server.
type Options struct {
	Name      string      // "plain", "tls", "admin": for logs
	Address   string      // host:port; port 0 takes a free one
	PublicURL string      // empty = scheme://<the real address>
	TLS       *tls.Config // nil = plain

	HeaderTimeout time.Duration // for a request's headers to arrive
	IdleTimeout   time.Duration
	HeaderBytes   int // request line and headers
	Logger        *slog.Logger
	Supervisor    *supervise.Supervisor // is told if the listener panics, which breaks it; nil = nobody
}

// Server is one listener with its HTTP server.
type Server struct {
	name     string
	url      string
	listener net.Listener
	http     *http.Server
	watched  *supervise.Supervisor
	done     chan struct{} // closed when it no longer answers
}

// Open takes the address. Serve answers on it, Abandon gives it back.
func Open(ctx context.Context, o Options) (*Server, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s (%s): %w", o.Address, o.Name, err)
	}
	s := &Server{name: o.Name, url: o.PublicURL, listener: l, watched: o.Supervisor, done: make(chan struct{})}
	if s.url == "" {
		s.url = s.LocalURL(o.TLS != nil)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(o.TLS != nil)
	base := WithBase(context.WithoutCancel(ctx), s.url)
	s.http = &http.Server{
		TLSConfig:         o.TLS,
		ReadHeaderTimeout: o.HeaderTimeout,
		IdleTimeout:       o.IdleTimeout,
		MaxHeaderBytes:    o.HeaderBytes,
		Protocols:         protocols,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams:          128,
			MaxReceiveBufferPerConnection: 4 << 20,
			MaxReceiveBufferPerStream:     1 << 20,
			SendPingTimeout:               30 * time.Second,
			PingTimeout:                   15 * time.Second,
			WriteByteTimeout:              o.IdleTimeout,
		},
		ErrorLog:    slog.NewLogLogger(o.Logger.With("listener", o.Name).Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return base },
	}
	return s, nil
}

// LocalURL is the listener's own address as a URL. An address that listens on
// every interface is named by the loopback address.
func (s *Server) LocalURL(secure bool) string {
	a := s.listener.Addr().(*net.TCPAddr)
	host := a.IP.String()
	if a.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme := "http"
	if secure {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, fmt.Sprint(a.Port))
}

// URL is the public base URL.
func (s *Server) URL() string { return s.url }

// Name is the listener's name.
func (s *Server) Name() string { return s.name }

// Address is the real address, with the port that was taken.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Serve begins to answer: until now, connections waited. failed is called when
// the listener breaks, not when it is stopped.
func (s *Server) Serve(h http.Handler, failed func(error)) {
	s.http.Handler = h
	go func() {
		err := s.watched.Try("listener "+s.name, func() error {
			if s.http.TLSConfig != nil {
				return s.http.ServeTLS(s.listener, "", "")
			}
			return s.http.Serve(s.listener)
		})
		if err != http.ErrServerClosed {
			failed(fmt.Errorf("listener %s: %w", s.name, err))
		}
		close(s.done)
	}()
}

// Stop takes no more connections and waits for the requests that were
// accepted, until ctx ends; then it cuts the rest off and returns ctx's error.
func (s *Server) Stop(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		s.http.Close()
	}
	<-s.done
	return err
}

// Abandon gives the address of a server back that never served.
func (s *Server) Abandon() { s.listener.Close() }
