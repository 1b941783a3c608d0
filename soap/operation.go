package soap

import (
	"context"
	"crypto/tls"
	"time"

	"overgang/soap/codec"
	"overgang/wsdl"
)

// Service is one legacy service: its rows, whatever the flavours. It serves the
// endpoints whose name begins with its own, without regard to case; where
// several services do, the longest name wins.
type Service struct {
	Name       string // "IntermediaryInbound"
	Operations []Operation
}

// Operation is one row of a service's table: a base operation, its name in
// each flavour, and what it does. Request and Response are pointers to zero
// structs; one struct serves every flavour, its exported fields matched with
// the schema's local names without regard to case.
type Operation struct {
	Base  string                    // "SubmitFormTask"
	Names map[wsdl.Flavour][]string // operation names by flavour; a list where two spellings are served

	Request  any // (*SubmitFormTask)(nil)-like pointer; its type is what Begin and Handle get
	Response any

	// Begin authenticates and authorises; nil = nothing to do. It is called once, as soon as the
	// first large field is about to arrive or the body has ended: whatever
	// precedes that field is decoded. Its error ends the request before
	// anything large was taken in.
	Begin func(ctx context.Context, call *Call, req any) error
	// Sink opens the destination of a large field (codec.Large) of the request.
	// field is the name of the Go field; req holds what came before it. Sinks
	// are closed when the whole message was read, before Handle, and aborted
	// when it was bad. nil when the operation has none.
	Sink func(ctx context.Context, call *Call, req any, field string) (codec.Sink, error)
	// Handle does the work and returns a value of Response's type.
	Handle func(ctx context.Context, call *Call, req any) (any, error)
	// Anonymous marks the operations without credentials (Test).
	Anonymous bool
}

// Call is one request on its way through: what the transport and the envelope
// said about it.
type Call struct {
	Endpoint  *wsdl.Endpoint
	Operation *wsdl.Operation
	Base      string
	Version   Version
	RequestID string
	Address   string // remote IP address
	TLS       *tls.ConnectionState
	Received  time.Time
	// Identity is whom the UsernameToken proved, as Security.Login says; nil in
	// other flavours than WS.
	Identity any
	// Certificate names the certificate that the caller proved to hold, by
	// signing with its key or with that of a security context that was issued to
	// it: the SHA-256 of its DER in lower-case hex. "" in other flavours than EC2.
	Certificate string
	// Request is the row's Request, as far as it is decoded; nil before the
	// body's element came, and where the operation has none.
	Request any
	// Caller is what Begin leaves for Handle.
	Caller any
}
