package soap

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"overgang/soap/xmltok"
	"overgang/wsdl"
)

// Options of a Server. The zero Options serve with default limits.
type Options struct {
	Limits Limits
	// BaseURL is the address that published documents name, without a trailing
	// slash. It comes from configuration, never from what a client sent. nil =
	// paths only.
	BaseURL func(*http.Request) string
	Logger  *slog.Logger // one line a request; nil = none
	Observe func(Record) // called once a request, at its end; nil = nobody
	// FaultFor turns the errors of Begin, Sink and Handle, and panics, into
	// faults. It also gets the *Fault of a body that does not fit its schema
	// (its Err is a *codec.Error), to return it with a detail or as it is.
	// nil = a fault that says nothing.
	FaultFor func(context.Context, *Call, error) *Fault
	// FaultDetail is a zero value of the struct that FaultFor puts into
	// Fault.Detail (or a pointer to it): it is checked against the contract at
	// start. nil = checked when it first comes.
	FaultDetail any
	// Security is required if the contract has endpoints of the flavours WS or EC2.
	Security *Security
	// Audit gets one line for each message that is refused for its security, with
	// the reason, and for each token request; nil = nobody.
	Audit *slog.Logger
	// TempDir is where parts of messages wait that come too early; "" = the system's.
	TempDir string
	Zone    *time.Location   // of times without a zone in requests; nil = UTC
	Now     func() time.Time // nil = time.Now
	NewID   func() string    // request ids; nil = random, in the form of a GUID
}

// Server answers every endpoint of a contract. It is an http.Handler.
type Server struct {
	contract  *wsdl.Contract
	options   Options
	limits    Limits
	endpoints []*endpoint
	byPath    map[string]*endpoint // published and folded paths
	sharing   map[string]*endpoint // folded paths of others, where messages of another SOAP version are its
	details   details
	throttle  *throttle
	exchanges sync.Pool

	vocabulary *xmltok.Vocabulary
}

// New compiles the contract and the services' rows into a Server. The error
// lists everything in which the two disagree.
func New(contract *wsdl.Contract, services []Service, options Options) (*Server, error) {
	s := &Server{contract: contract, options: options, limits: options.Limits.withDefaults(), byPath: map[string]*endpoint{}, sharing: map[string]*endpoint{}}
	if s.options.Logger == nil {
		s.options.Logger = slog.New(slog.DiscardHandler)
	}
	if s.options.Now == nil {
		s.options.Now = time.Now
	}
	if s.options.NewID == nil {
		s.options.NewID = randomGUID
	}
	if s.options.FaultFor == nil {
		s.options.FaultFor = func(_ context.Context, _ *Call, err error) *Fault {
			var ready *Fault
			if errors.As(err, &ready) {
				return ready
			}
			return &Fault{Blame: Receiver, Reason: "The request could not be processed.", Err: err}
		}
	}
	b := boot{server: s, services: services}
	b.bind()
	if err := errors.Join(b.errs...); err != nil {
		return nil, fmt.Errorf("soap: contract and services disagree:\n%w", err)
	}
	s.throttle = newThrottle(s.limits)
	s.vocabulary = xmltok.NewVocabulary(b.words()...)
	s.exchanges.New = func() any { return newExchange(s, s.vocabulary) }
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := s.exchanges.Get().(*exchange)
	x.begin(w, r)
	defer x.end()
	x.serve()
}

// Handles says whether the path, in any case, is an endpoint's.
func (s *Server) Handles(path string) bool { return s.endpointAt(path) != nil }

func (s *Server) endpointAt(path string) *endpoint {
	if ep := s.byPath[path]; ep != nil {
		return ep
	}
	return s.byPath[strings.ToLower(path)]
}

// sharingAt is the endpoint that answers messages of another SOAP version at the
// path of an endpoint, or nil.
func (s *Server) sharingAt(path string) *endpoint { return s.sharing[strings.ToLower(path)] }

// remoteIP is the address a request came from, without the port.
func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// randomGUID makes a version 4 UUID.
func randomGUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	const hex = "0123456789abcdef"
	var out [36]byte
	n := 0
	for i, c := range b {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out[n] = '-'
			n++
		}
		out[n], out[n+1] = hex[c>>4], hex[c&15]
		n += 2
	}
	return string(out[:])
}
