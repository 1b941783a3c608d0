package soap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/codec"
	"overgang/soap/mtom"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

// keptBuffer is the size of buffers that a pooled exchange keeps.
const keptBuffer = 128 << 10

// exchange is one request and its answer. Exchanges are pooled; what an
// operation gets (Call, request) is not.
type exchange struct {
	server *Server
	reader *xmltok.Reader
	dec    codec.Decoder
	open   func(field string) (codec.Sink, error) // openSink
	source source                                 // of the envelope
	outer  source                                 // of the package around it, if there is one
	copied []byte                                 // buffer for parts
	parser *c14n.Parser                           // of headers; nil until one came
	out    []byte

	// Everything from here on is reset.
	state
}

// state is what belongs to one request.
type state struct {
	w        http.ResponseWriter
	r        *http.Request
	endpoint *endpoint
	op       *operation
	call     *Call
	request  any
	begun    bool       // Begin was called
	frame    mtom.Frame // of a request in parts
	parts    *mtom.Reader
	fields   []*c14n.Node // header blocks that are parameters
	media    Version      // by the Content-Type; 0 = not said
	version  Version      // of the answer
	action   string       // by SOAPAction or action=; "" = not said
	address  addressing
	verified *wss.Verified // by the endpoint's guard; nil = not yet, or it has none
	token    bool          // a token request, of this kind
	kind     wssc.Kind
	asked    *c14n.Node // its body's element
	answered bool       // the response was begun
	broken   bool       // panicked: not to be used again
	record   Record
}

func newExchange(s *Server, v *xmltok.Vocabulary) *exchange {
	x := &exchange{server: s, reader: xmltok.NewReader(v)}
	x.open = x.openSink
	return x
}

func (x *exchange) begin(w http.ResponseWriter, r *http.Request) {
	s := x.server
	x.state = state{w: w, r: r}
	x.record.Received = s.options.Now()
	x.record.RequestID = s.options.NewID()
	x.record.Address = remoteIP(r)
	w.Header()["X-Request-Id"] = []string{x.record.RequestID}
}

// end tells of the request and gives the exchange back.
func (x *exchange) end() {
	s := x.server
	x.dec.Abort()
	x.record.In = x.wire().n
	if x.parts != nil {
		if err := x.parts.Close(); err != nil {
			s.options.Logger.WarnContext(x.r.Context(), "temporary file not removed", "error", err)
		}
	}
	x.record.Total = s.options.Now().Sub(x.record.Received)
	if x.hungUp() {
		x.record.Server = false
	}
	if x.call != nil {
		x.record.Signer = x.call.Certificate
	}
	if s.options.Observe != nil {
		s.options.Observe(x.record)
	}
	x.record.log(x.r.Context(), s.options.Logger)
	x.audit()
	if x.broken {
		return
	}
	x.reader.Reset(nil, xmltok.Limits{})
	x.source.reset(nil, 0, 0)
	x.outer.reset(nil, 0, 0)
	x.state = state{}
	if cap(x.out) > keptBuffer {
		x.out = nil
	}
	s.exchanges.Put(x)
}

// hungUp says that the request failed because its caller did not wait for the
// answer, which is nobody's fault here.
func (x *exchange) hungUp() bool {
	return errors.Is(x.record.Err, context.Canceled) && errors.Is(x.r.Context().Err(), context.Canceled)
}

// serve answers the request, whatever happens.
func (x *exchange) serve() {
	defer x.recover()
	x.source.reset(nil, 0, 0)
	x.endpoint = x.server.endpointAt(x.r.URL.Path)
	if x.endpoint == nil {
		x.refuse(&refusal{status: http.StatusNotFound, text: "There is no service at this address."})
		return
	}
	x.at(x.endpoint)
	switch x.r.Method {
	case http.MethodPost:
		if err := x.post(); err != nil {
			x.fail(err)
		}
	case http.MethodGet, http.MethodHead:
		x.document()
	default:
		x.w.Header().Set("Allow", "GET, HEAD, POST")
		x.refuse(&refusal{status: http.StatusMethodNotAllowed, text: "The methods are POST and, for the WSDL, GET."})
	}
}

// at makes the exchange one with an endpoint.
func (x *exchange) at(e *endpoint) {
	x.endpoint, x.version = e, e.version
	x.record.Endpoint, x.record.Flavour = e.Name, string(e.Flavour)
	if x.call != nil {
		x.call.Endpoint, x.call.Version = e.Endpoint, e.version
	}
}

// post admits, reads, executes and answers a message.
func (x *exchange) post() error {
	s := x.server
	caller, wait := s.throttle.enter(x.record.Address, x.record.Received)
	if wait > 0 {
		return &Fault{Blame: Sender, Status: http.StatusTooManyRequests, RetryAfter: wait,
			Reason: fmt.Sprintf("Too many requests from this address: try again in %d s.", seconds(wait))}
	}
	if caller != nil {
		defer s.throttle.leave(caller)
	}
	if err := x.accept(); err != nil {
		return err
	}
	if err := x.openBody(); err != nil {
		return err
	}
	x.reader.Reset(&x.source, s.limits.tokens())
	x.dec.Reset(s.limits.body(), s.options.Zone, x.open)
	if x.parts != nil {
		x.dec.Packed()
	}
	x.call = &Call{
		Endpoint: x.endpoint.Endpoint, Version: x.version, RequestID: x.record.RequestID,
		Address: x.record.Address, TLS: x.r.TLS, Received: x.record.Received,
	}
	err := x.message()
	if err == nil {
		err = x.takeParts()
	}
	now := s.options.Now()
	x.record.Read = now.Sub(x.record.Received)
	if err != nil {
		return err
	}
	if err := x.dec.Close(); err != nil {
		return err
	}
	if x.token {
		return x.answerToken()
	}
	response, err := x.op.row.Handle(x.r.Context(), x.call, x.request)
	x.record.Handled = s.options.Now().Sub(now)
	if err != nil {
		return err
	}
	return x.answer(response)
}

// openSink opens the destination of a large field, after Begin.
func (x *exchange) openSink(field string) (codec.Sink, error) {
	if err := x.beginOnce(); err != nil {
		return nil, err
	}
	return x.op.row.Sink(x.r.Context(), x.call, x.request, field)
}

// beginOnce calls the row's Begin if nobody has.
func (x *exchange) beginOnce() error {
	if x.begun || x.op.row.Begin == nil {
		return nil
	}
	x.begun = true
	return x.op.row.Begin(x.r.Context(), x.call, x.request)
}

// fail answers with an error.
func (x *exchange) fail(err error) {
	x.dec.Abort()
	refused, fault := explain(err)
	switch {
	case refused != nil:
		x.refuse(refused)
		return
	case fault == nil:
		if fault = x.server.options.FaultFor(x.r.Context(), x.call, err); fault == nil {
			fault = &Fault{Blame: Receiver, Reason: "The request could not be processed."}
		}
		if fault.Err == nil {
			f := *fault
			f.Err, fault = err, &f
		}
	case x.op != nil && x.call != nil && unfit(fault):
		if f := x.server.options.FaultFor(x.r.Context(), x.call, fault); f != nil {
			fault = f
		}
	}
	x.drain()
	x.fault(fault)
}

// unfit says that a fault is about a body that does not fit its schema: the
// operation is known, so its declared detail may go with it.
func unfit(f *Fault) bool {
	_, ok := f.Err.(*codec.Error)
	return ok
}

// drain takes in what is left of the body.
func (x *exchange) drain() {
	wire := x.wire()
	if wire.r == nil || wire.ended {
		return
	}
	left := x.server.limits.Drain
	if x.r.ContentLength > 0 && x.r.ContentLength-wire.n > left {
		left = 0
	}
	n, err := io.CopyN(io.Discard, wire.r, left)
	wire.n += n
	if !errors.Is(err, io.EOF) {
		x.w.Header().Set("Connection", "close")
	}
}

// recover answers a panic like an internal error.
func (x *exchange) recover() {
	v := recover()
	if v == nil {
		return
	}
	x.broken = true
	if v == http.ErrAbortHandler { // an answer that broke off: the record says why
		panic(v)
	}
	x.record.Panicked, x.record.Server = true, true
	err := fmt.Errorf("panic: %v", v)
	x.server.options.Logger.ErrorContext(x.r.Context(), "panic in a request",
		"request", x.record.RequestID, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	if x.answered {
		panic(http.ErrAbortHandler)
	}
	defer func() {
		if recover() == nil {
			return
		}
		if x.answered {
			panic(http.ErrAbortHandler)
		}
		x.refuse(&refusal{status: http.StatusInternalServerError, text: "An internal error occurred.", close: true})
	}()
	x.dec.Abort()
	if x.op == nil {
		x.fault(&Fault{Blame: Receiver, Reason: "An internal error occurred.", Err: err})
		return
	}
	x.fail(&opError{err})
}

// opError hides a cause from explain: it is not the sender's.
type opError struct{ err error }

// Error implements error.
func (e *opError) Error() string { return e.err.Error() }

// seconds rounds a wait up for Retry-After.
func seconds(d time.Duration) int { return max(1, int((d+time.Second-1)/time.Second)) }

func retryAfter(d time.Duration) string { return strconv.Itoa(seconds(d)) }
