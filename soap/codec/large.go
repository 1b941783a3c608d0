package codec

import "io"

// Sink takes the bytes of one large field in pieces. Exactly one of Close and
// Abort ends it; Abort may follow Close where another field's Close has failed.
type Sink interface {
	io.Writer
	// Settle says that everything was written; whether the message is good is
	// not known yet.
	Settle() error
	// Close ends the field: everything was written.
	Close() error
	// Abort drops what was written.
	Abort()
}

// Large is a struct field of xs:base64Binary (decoded on the way) or of a long
// xs:string (its text, whether it came as CDATA, escaped or as raw markup)
// whose bytes go to a Sink instead of into memory. A nil *Large is an absent
// or nil field.
type Large struct {
	Sink Sink  // as the operation's Sink function opened it; closed
	Size int64 // bytes written
}
