// Package xmltok is a namespace-aware XML tokenizer over a stream of bytes. It
// reads each byte once, keeps memory bounded whatever the document, and is
// strict: well-formedness of XML 1.0 (fifth edition) and of Namespaces in XML
// 1.0, UTF-8 only, no DOCTYPE, no processing instructions. It knows nothing of SOAP.
package xmltok

import "io"

// Name is an expanded name. Space and Local are interned where the Reader's
// vocabulary knows them.
type Name struct{ Space, Local string }

// Attr is one attribute. Namespace declarations are not attributes.
type Attr struct {
	Name  Name
	Value string
}

// Kind of a token.
type Kind uint8

// Kinds. Comments are checked and skipped; CDATA sections are Text.
const (
	EOF Kind = iota // after the root's end and nothing but white space
	Start
	End
	Text // character data; a long run comes in several pieces
)

// Limits bound a document; a zero field means its default.
type Limits struct {
	Depth      int   // open elements; 64
	Attrs      int   // attributes of one element; 256
	Namespaces int   // namespace declarations in scope; 256
	Name       int   // bytes of one name; 1024
	Value      int   // bytes of one attribute's value; 64 KB
	Elements   int   // start tags in the document; 1,000,000
	Bytes      int64 // bytes of the document, those passed to Uncounted aside; 32 MB
}

// Reader tokenizes one document.
type Reader struct{}

// NewReader returns a Reader for documents whose names are mostly in vocabulary.
func NewReader(vocabulary *Vocabulary) *Reader { panic("draft") }

// Vocabulary interns names so that reading known ones allocates nothing. It is
// immutable and shared by all Readers.
type Vocabulary struct{}

// NewVocabulary makes a Vocabulary of namespace URIs and local names.
func NewVocabulary(words ...string) *Vocabulary { panic("draft") }

// Reset starts a new document.
func (r *Reader) Reset(src io.Reader, limits Limits) { panic("draft") }

// Next advances to the next token. Its error is a *SyntaxError, a *LimitError,
// or the source's own error; it repeats on every further call.
func (r *Reader) Next() (Kind, error) { panic("draft") }

// Name is the current Start's or End's name.
func (r *Reader) Name() Name { panic("draft") }

// Attrs are the current Start's attributes, valid until the next call of Next.
func (r *Reader) Attrs() []Attr { panic("draft") }

// Text is the current Text's bytes, entity and character references resolved
// and line ends normalised, valid until the next call of Next. Pieces never
// split a UTF-8 sequence.
func (r *Reader) Text() []byte { panic("draft") }

// Depth is the number of open elements: 1 within the root.
func (r *Reader) Depth() int { panic("draft") }

// Offset is the position in bytes behind the current token.
func (r *Reader) Offset() int64 { panic("draft") }

// Space resolves a prefix in the scope of the current token, for QNames in
// content and for xsi:type. "" is the default namespace.
func (r *Reader) Space(prefix string) (uri string, ok bool) { panic("draft") }

// Skip reads to the end of the current Start's element.
func (r *Reader) Skip() error { panic("draft") }

// Raw copies the current Start's element as it was written, byte for byte, and
// all that follows up to (not including) the end tag of its parent, to w. To the
// first start tag it adds declarations of prefixes that are used
// inside and bound outside, and nothing else. Afterwards the current token is
// the parent's End. The content is checked like everything else.
func (r *Reader) Raw(w io.Writer) error { panic("draft") }

// Uncounted tells the Reader that n bytes of the document do not count against
// Limits.Bytes (streamed base64, which has a limit of its own).
func (r *Reader) Uncounted(n int64) { panic("draft") }

// SyntaxError is a document that is not well-formed or not allowed.
type SyntaxError struct {
	Offset int64
	Msg    string
}

// Error implements error.
func (e *SyntaxError) Error() string { return e.Msg }

// LimitError is a document beyond a limit.
type LimitError struct {
	Offset int64
	What   string // "depth", "attributes", …
	Limit  int64
}

// Error implements error.
func (e *LimitError) Error() string { return e.What }
