package xmltok

import (
	"errors"
	"fmt"
	"io"
)

// Reason tells why a document was refused, for audit.
type Reason uint8

// Reasons.
const (
	Malformed   Reason = iota // not well-formed, or not namespace-well-formed
	Doctype                   // a document type declaration
	Instruction               // a processing instruction
	Encoding                  // not UTF-8 by its byte order mark, first bytes or declaration
	Version                   // an XML version other than 1.0
)

// String names the reason.
func (r Reason) String() string {
	switch r {
	case Malformed:
		return "malformed"
	case Doctype:
		return "doctype"
	case Instruction:
		return "processing instruction"
	case Encoding:
		return "encoding"
	case Version:
		return "version"
	}
	return "invalid"
}

// SyntaxError is a document that is not well-formed or not allowed. Its text
// quotes names at most, never content.
type SyntaxError struct {
	Offset int64 // of the offending byte, or of the construct it belongs to
	Reason Reason
	Msg    string
}

// Error implements error.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("xml: byte %d: %s", e.Offset, e.Msg)
}

// LimitError is a document beyond a limit.
type LimitError struct {
	Offset int64
	What   string // "depth", "attributes", "namespaces", "name", "value", "tag", "reference", "elements" or "bytes"
	Limit  int64
}

// Error implements error.
func (e *LimitError) Error() string {
	return fmt.Sprintf("xml: byte %d: %s beyond the limit of %d", e.Offset, e.What, e.Limit)
}

// errNotStart is a call of Skip or Raw that does not follow a Start.
var errNotStart = errors.New("xmltok: the current token is not a start tag")

// syntax makes a SyntaxError about the byte at index i of the buffer.
func (r *Reader) syntax(i int, msg string) error {
	return &SyntaxError{Offset: r.base + int64(i), Msg: msg}
}

// refused is syntax with a reason of its own.
func (r *Reader) refused(i int, why Reason, msg string) error {
	return &SyntaxError{Offset: r.base + int64(i), Reason: why, Msg: msg}
}

// limit makes a LimitError about the byte at index i of the buffer.
func (r *Reader) limit(i int, what string, limit int) error {
	return &LimitError{Offset: r.base + int64(i), What: what, Limit: int64(limit)}
}

// ended turns the source's end, where the document cannot end, into a
// SyntaxError, and leaves other errors as they are.
func (r *Reader) ended(err error) error {
	if err == io.EOF {
		return r.syntax(r.end, "unexpected end of the document")
	}
	return err
}

// quoted is a name for an error's text, shortened.
func quoted(name string) string {
	const most = 64
	if len(name) > most {
		return fmt.Sprintf("%.*q…", most, name)
	}
	return fmt.Sprintf("%q", name)
}
