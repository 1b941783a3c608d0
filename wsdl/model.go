package wsdl

import (
	"io/fs"
	"strings"
)

// Name is a qualified XML name.
type Name struct{ Space, Local string }

// String returns "{space}local".
func (n Name) String() string { return "{" + n.Space + "}" + n.Local }

// Flavour is one of the ways in which a service was published.
type Flavour string

// Flavours.
const (
	Basic Flavour = "basic" // SOAP 1.1, credentials in the body
	WS    Flavour = "ws"    // SOAP 1.2, WS-Security UsernameToken
	EC2   Flavour = "ec2"   // SOAP 1.2, X.509 and WS-SecureConversation
)

// Contract is every endpoint, read from the documents once at start. It is
// immutable, and safe for concurrent use.
type Contract struct {
	Endpoints []*Endpoint // in the order of their names

	byPath    map[string]*Endpoint // folded path → endpoint
	fsys      fs.FS                // where its documents are
	schemas   map[*Endpoint]int    // how many an endpoint's documents import
	published published
}

// Endpoint is one WSDL document: one service in one flavour, at one address.
type Endpoint struct {
	// Name is the document's name and the address's last part without ".svc",
	// for example "IntermediaryInboundBasic".
	Name    string
	Flavour Flavour
	SOAP    string // "1.1" or "1.2", from the binding
	MTOM    bool   // streamed endpoints
	Cancel  bool   // of EC2: clients may cancel security context tokens
	// Paths are the addresses it answers at, the published one first. They are
	// matched without regard to case.
	Paths []string
	// Shares are addresses of other endpoints at which it answers, too: messages
	// of its own SOAP version, which is not theirs.
	Shares     []string
	Service    Name // wsdl:service
	Port       string
	Binding    Name
	PortType   Name
	Operations []*Operation // in the document's order, then the unlisted ones; Test included
}

// Operation is one operation of an endpoint.
type Operation struct {
	Name        string
	Action      string // SOAPAction and wsa:Action of the request
	ReplyAction string
	FaultAction string
	Input       *Element
	Output      *Element
	Headers     []*Element // input header parts (streamed endpoints)
	Fault       *Element   // the declared fault's detail
	// Unlisted operations are further spellings of others: they are in no
	// published document.
	Unlisted bool
	// Inferred operations have a contract that nobody published: clients' copies
	// may have other actions, and any of Spaces for namespace.
	Inferred bool
	Spaces   []string
}

// Element is a global element, or a particle of a sequence.
type Element struct {
	Name     Name
	Type     *Type
	Min      int
	Max      int // Unbounded, or the number of times it may occur
	Nillable bool
}

// Unbounded is Element.Max of maxOccurs="unbounded".
const Unbounded = -1

// Type is a simple or a complex type. Types are shared, and may contain
// themselves (receipts have sub-receipts).
type Type struct {
	Name Name // zero for anonymous types
	Kind Kind
	Enum []string // KindString with an enumeration
	// Pattern is the xs:pattern of a KindString type (guid), or "".
	Pattern string
	// Fields are the particles of a KindComplex type, in wire order.
	Fields []*Element
}

// Kind is what a type's values are.
type Kind int

// Kinds: complex types and the builtins that the contracts use.
const (
	KindComplex Kind = iota
	KindString
	KindInt
	KindUnsignedInt
	KindLong
	KindShort
	KindUnsignedByte
	KindBoolean
	KindDateTime
	KindDecimal
	KindBase64
	KindAnyURI
	KindDouble
)

// EndpointAt returns the endpoint that answers at path, without regard to
// case, or nil.
func (c *Contract) EndpointAt(path string) *Endpoint { return c.byPath[strings.ToLower(path)] }
