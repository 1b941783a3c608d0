package xmltok

import (
	"bytes"
	"io"
	"strings"
)

// outside reads the next token before or behind the root.
func (r *Reader) outside() (Kind, error) {
	if r.stage == atStart {
		r.stage = prolog
		if err := r.begin(); err != nil {
			return EOF, err
		}
	}
	for {
		r.mark = r.pos
		if r.pos == r.end {
			err := r.fill()
			if err == io.EOF && r.stage == epilog {
				return EOF, nil
			}
			if err != nil {
				return EOF, r.ended(err)
			}
		}
		c := r.buf[r.pos]
		if class[c]&spaceByte != 0 {
			r.pos++
			continue
		}
		if c != '<' {
			return EOF, r.syntax(r.pos, "text outside the root element")
		}
		kind, err := r.markup()
		if kind != Text || err != nil {
			return kind, err
		}
	}
}

// foreign are the first bytes of documents in other encodings, XML 1.0 appendix
// F, and in UTF-7. The longer ones come before their own beginnings.
var foreign = []struct{ first, encoding string }{
	{"\x00\x00\xFE\xFF", "UTF-32"},
	{"\xFF\xFE\x00\x00", "UTF-32"},
	{"\x00\x00\x00<", "UTF-32"},
	{"<\x00\x00\x00", "UTF-32"},
	{"\xFE\xFF", "UTF-16"},
	{"\xFF\xFE", "UTF-16"},
	{"\x00<", "UTF-16"},
	{"<\x00", "UTF-16"},
	{"\x4C\x6F\xA7\x94", "EBCDIC"},
	{"+ADw-", "UTF-7"},
	{"+/v", "UTF-7"},
}

// begin checks the encoding by the first bytes, skips a byte order mark, and
// reads the XML declaration.
func (r *Reader) begin() error {
	// A shorter document, or one whose source fails, gets its error further on.
	_ = r.need(len("\xEF\xBB\xBF<?xml "))
	head := r.buf[r.pos:r.end]
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.first)) {
			return r.refused(r.pos, Encoding, "the document is in "+f.encoding+", only UTF-8 is read")
		}
	}
	if bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) {
		r.pos += 3
		head = head[3:]
	}
	const opening = "<?xml"
	if len(head) > len(opening) && string(head[:len(opening)]) == opening && class[head[len(opening)]]&spaceByte != 0 {
		r.mark = r.pos
		r.pos += len(opening)
		return r.declaration()
	}
	return nil
}

// declaration reads the XML declaration behind "<?xml", production [23].
func (r *Reader) declaration() error {
	version, found, err := r.pseudoAttribute("version")
	if err != nil {
		return err
	}
	if !found {
		return r.syntax(r.pos, "the XML declaration does not begin with a version")
	}
	if version != "1.0" {
		return r.refused(r.mark, Version, "only version 1.0 of XML is read")
	}
	encoding, found, err := r.pseudoAttribute("encoding")
	if err != nil {
		return err
	}
	if found {
		if err := r.declaredEncoding(encoding); err != nil {
			return err
		}
	}
	standalone, found, err := r.pseudoAttribute("standalone")
	if err != nil {
		return err
	}
	if found && standalone != "yes" && standalone != "no" {
		return r.syntax(r.mark, "standalone is neither yes nor no")
	}
	if _, _, err := r.space(); err != nil {
		return err
	}
	closed, err := r.literal("?>")
	if err != nil {
		return err
	}
	if !closed {
		return r.syntax(r.pos, "the XML declaration has something else than version, encoding and standalone")
	}
	r.pos += len("?>")
	return nil
}

// declaredEncoding accepts UTF-8 and its subset US-ASCII.
func (r *Reader) declaredEncoding(encoding string) error {
	switch {
	case strings.EqualFold(encoding, "UTF-8"):
		return nil
	case strings.EqualFold(encoding, "US-ASCII"):
		r.ascii = true
		r.checkASCII(r.pos)
		return nil
	}
	return r.refused(r.mark, Encoding, "the declared encoding is neither UTF-8 nor US-ASCII")
}

// pseudoAttribute reads white space and the named part of the XML declaration,
// if that is what comes next.
func (r *Reader) pseudoAttribute(name string) (value string, found bool, err error) {
	if _, _, err := r.space(); err != nil {
		return "", false, err
	}
	found, err = r.literal(name)
	if !found || err != nil {
		return "", false, err
	}
	if class[r.buf[r.pos-1]]&spaceByte == 0 {
		return "", false, r.syntax(r.pos, "white space is missing in the XML declaration")
	}
	r.pos += len(name)
	c, _, err := r.space()
	if err != nil {
		return "", false, err
	}
	if c != '=' {
		return "", false, r.syntax(r.pos, "\"=\" is missing in the XML declaration")
	}
	r.pos++
	quote, _, err := r.space()
	if err != nil {
		return "", false, err
	}
	if quote != '"' && quote != '\'' {
		return "", false, r.syntax(r.pos, "a quote is missing in the XML declaration")
	}
	r.pos++
	from := r.pos - r.mark
	b, err := r.value(quote)
	if err == nil && bytes.IndexByte(r.buf[r.mark+from:r.pos], '&') >= 0 {
		err = r.syntax(r.mark+from, "a reference in the XML declaration")
	}
	return r.values.get(r.seed, r.vocabulary, b), true, err
}
