package xmltok

import (
	"hash/maphash"
	"io"
)

// Reader tokenizes one document after another. It is not safe for concurrent
// use; a pool may keep it between documents.
type Reader struct {
	buffer
	limits     Limits
	vocabulary *Vocabulary
	seed       maphash.Seed
	names      nameCache
	uris       wordCache
	values     wordCache

	kind      Kind  // of the current token
	err       error // what every further Next returns
	stage     stage
	uncounted int64
	elements  int
	open      []element
	name      Name // of the current Start or End
	emptied   bool // the current Start is an empty-element tag: its End is next
	inCDATA   bool
	text      []byte
	attrs     []Attr
	attrNames []attrName
	seen      map[Name]struct{} // of duplicate detection
	scratch   []byte            // an attribute's value whose text differs from its markup
	scope     namespaces
	raw       rawCopy
}

// stage is the part of the document that the Reader is in.
type stage uint8

const (
	atStart stage = iota // nothing read
	prolog               // before the root
	content              // within the root
	epilog               // behind the root
)

// element is an open element.
type element struct {
	name  Name
	q     *qname
	outer int // bindings in scope outside of it
}

// NewReader returns a Reader for documents whose names are mostly in
// vocabulary, which may be nil. Reset gives it its first document.
func NewReader(vocabulary *Vocabulary) *Reader {
	r := &Reader{vocabulary: vocabulary, seed: maphash.MakeSeed()}
	r.Reset(nil, Limits{})
	return r
}

// Reset starts a new document and forgets the last. A nil src is an empty one:
// so does a pool release what a Reader holds.
func (r *Reader) Reset(src io.Reader, limits Limits) {
	r.buffer.reset(src)
	r.limits = limits.withDefaults()
	r.kind, r.err, r.stage = EOF, nil, atStart
	r.uncounted, r.elements = 0, 0
	r.name, r.emptied, r.inCDATA, r.text = Name{}, false, false, nil
	clear(r.open[:cap(r.open)])
	clear(r.attrs[:cap(r.attrs)])
	clear(r.attrNames[:cap(r.attrNames)])
	clear(r.seen)
	r.open, r.attrs, r.attrNames = r.open[:0], r.attrs[:0], r.attrNames[:0]
	if cap(r.scratch) > bufferKeep {
		r.scratch = nil
	}
	r.scope.reset()
	r.raw = rawCopy{}
}

// Next advances to the next token. Its error is a *SyntaxError, a *LimitError,
// or the source's own error; it repeats on every further call, as EOF does.
// Text before an error comes first.
func (r *Reader) Next() (Kind, error) {
	if r.err != nil {
		return EOF, r.err
	}
	kind, err := r.next()
	if err != nil {
		return EOF, r.fail(err)
	}
	r.kind = kind
	return kind, nil
}

// fail leaves the Reader with an error and no token.
func (r *Reader) fail(err error) error {
	r.err = err
	r.kind, r.name, r.text, r.attrs = EOF, Name{}, nil, r.attrs[:0]
	return err
}

func (r *Reader) next() (Kind, error) {
	r.text, r.attrs = nil, r.attrs[:0]
	if r.kind == End {
		r.scope.leave()
	}
	if err := r.withinBytes(); err != nil {
		return EOF, err
	}
	if r.emptied {
		r.emptied = false
		return r.closed(), nil
	}
	if r.stage != content {
		return r.outside()
	}
	return r.inside()
}

// inside reads the next token within the root.
func (r *Reader) inside() (Kind, error) {
	for {
		r.mark = r.pos
		if r.inCDATA {
			found, err := r.cdata()
			if found || err != nil {
				return Text, err
			}
			continue
		}
		if r.pos == r.end {
			if err := r.more(); err != nil {
				return EOF, err
			}
		}
		if r.buf[r.pos] != '<' {
			found, err := r.charData()
			if found || err != nil {
				return Text, err
			}
			continue
		}
		kind, err := r.markup()
		if kind != Text || err != nil {
			return kind, err
		}
	}
}

// Name is the current Start's or End's name.
func (r *Reader) Name() Name { return r.name }

// Attrs are the current Start's attributes in the order of the document, valid
// until the next call of Next.
func (r *Reader) Attrs() []Attr { return r.attrs }

// Text is the current Text's bytes, entity and character references resolved
// and line ends normalised, valid until the next call of Next. Pieces never
// split a UTF-8 sequence.
func (r *Reader) Text() []byte { return r.text }

// Depth is the number of open elements: 1 at the root's Start and directly
// within the root, 0 at the root's End.
func (r *Reader) Depth() int { return len(r.open) }

// Offset is the position in bytes behind the current token.
func (r *Reader) Offset() int64 { return r.base + int64(r.pos) }

// Skip reads to the end of the current Start's element: its End is then the
// current token.
func (r *Reader) Skip() error {
	if r.err != nil {
		return r.err
	}
	if r.kind != Start {
		return errNotStart
	}
	outside := len(r.open) - 1
	for {
		kind, err := r.Next()
		if err != nil {
			return err
		}
		if kind == End && len(r.open) == outside {
			return nil
		}
	}
}

// Uncounted tells the Reader that n bytes of the document do not count against
// Limits.Bytes (streamed base64, which has a limit of its own). It is called
// for a Text before the next call of Next; the bytes of a token count from then
// on only.
func (r *Reader) Uncounted(n int64) { r.uncounted += n }
