package soap

import (
	"time"

	"overgang/soap/codec"
	"overgang/soap/xmltok"
)

// Limits bound what one request and one caller may cost. A zero field means
// its default, but for the limits per caller, where it means none.
type Limits struct {
	Message  int64 // bytes of a request, inline attachments and all; 96 MiB
	Envelope int64 // bytes of an envelope, inline base64 attachments aside; 32 MiB
	Header   int64 // bytes of the Header element; 256 KiB
	Package  int64 // bytes of a message in parts (MTOM), everything; 1 GiB and 64 KiB
	Parts    int   // of such a message, the envelope among them; 16
	Spool    int64 // bytes of parts that come in front of the envelope; 64 MiB

	Depth      int // open elements; 64
	Attributes int // attributes of one element; 256
	Namespaces int // namespace declarations in scope; 256
	Elements   int // elements in an envelope; 1,000,000
	Items      int // repeated elements of a body, all together; 10,000
	Attached   int // streamed fields of a body; 1,000
	Text       int // bytes of one field that is kept in memory; 1 MiB

	// Drain is how many bytes of a request that was refused while it arrived
	// are still taken in, so that a client that first sends and then reads
	// gets to read why; 64 MiB.
	Drain int64

	// CallerConcurrent is the number of requests at once from one address (of
	// IPv6, one /64); 0 = no limit.
	CallerConcurrent int
	// CallerPerMinute is the number of requests a minute from one address. As
	// many may come at once. 0 = no limit.
	CallerPerMinute int
	// Callers is how many addresses are remembered; 10,000.
	Callers int
	// RetryAfter is what a caller with too many requests at once is told to wait; 1 s.
	RetryAfter time.Duration
}

// withDefaults fills in what was left open.
func (l Limits) withDefaults() Limits {
	l.Message = orDefault(l.Message, 96<<20)
	l.Envelope = orDefault(l.Envelope, 32<<20)
	l.Header = orDefault(l.Header, 256<<10)
	l.Package = orDefault(l.Package, 1<<30+64<<10)
	l.Parts = orDefault(l.Parts, 16)
	l.Spool = orDefault(l.Spool, 64<<20)
	l.Drain = orDefault(l.Drain, 64<<20)
	l.Callers = orDefault(l.Callers, 10_000)
	l.RetryAfter = orDefault(l.RetryAfter, time.Second)
	return l
}

func orDefault[T ~int | ~int64](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

func (l Limits) tokens() xmltok.Limits {
	return xmltok.Limits{
		Depth: l.Depth, Attrs: l.Attributes, Namespaces: l.Namespaces,
		Elements: l.Elements, Bytes: l.Envelope,
	}
}

func (l Limits) body() codec.Limits {
	return codec.Limits{Items: l.Items, Large: l.Attached, Text: l.Text}
}
