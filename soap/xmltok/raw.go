package xmltok

import (
	"io"
	"strings"
)

// schemaInstance is the namespace of xsi:type, the one attribute whose value is
// known to use a prefix.
const schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

// rawCopy is a copy of markup in the making. Bytes go to it when they leave the
// buffer.
type rawCopy struct {
	to     io.Writer // nil while there is none
	from   int       // index in the buffer of the first byte not yet written
	parent int       // depth at which it ends
	outer  int       // bindings in scope outside of it
	at     int       // index behind the name of the current start tag
}

// Raw copies the current Start's element as it was written, byte for byte, and
// all that follows up to (not including) the end tag of its parent, to w; of the
// root only the element. Afterwards the current token is the parent's End (the
// root's own). The content is checked like everything else.
//
// The copy stands by itself as far as prefixes go: the outermost start tags that
// use a prefix bound outside (in a name, or in the value of xsi:type) get its
// declaration, behind their names, and nothing else is added. In particular the
// default namespace is not. Prefixes in other values and in text are not seen.
//
// An error of w ends the document; it is returned as it is.
func (r *Reader) Raw(w io.Writer) error {
	if r.err != nil {
		return r.err
	}
	if r.kind != Start {
		return errNotStart
	}
	depth := len(r.open)
	r.raw = rawCopy{to: w, from: r.mark, parent: depth - 1, outer: r.open[depth-1].outer}
	if err := r.declareInCopy(); err != nil {
		return r.fail(err)
	}
	for {
		kind, err := r.Next()
		if err != nil {
			return err
		}
		if kind != End {
			continue
		}
		if len(r.open) == 0 && r.raw.to != nil { // the root's own end
			err = r.endRaw(r.pos)
		}
		if err != nil {
			return r.fail(err)
		}
		if r.raw.to == nil {
			return nil
		}
	}
}

// declareInCopy adds the declarations that the current start tag needs in the
// copy. They come into scope there, so that what is inside needs no more.
func (r *Reader) declareInCopy() error {
	e := &r.open[len(r.open)-1]
	r.raw.at = r.mark + 1 + len(e.q.raw)
	if err := r.declarePrefix(e.q.prefix, e.q.hash); err != nil {
		return err
	}
	for i := range r.attrs {
		q := r.attrNames[i].q
		if err := r.declarePrefix(q.prefix, q.hash); err != nil {
			return err
		}
		if a := &r.attrs[i]; a.Name.Local == "type" && a.Name.Space == schemaInstance {
			if prefix, _, found := strings.Cut(strings.TrimSpace(a.Value), ":"); found {
				if err := r.declarePrefix(prefix, r.prefixHash(prefix)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// attributeText escapes a namespace name for an attribute's value in double
// quotes, so that normalisation gives it back.
var attributeText = strings.NewReplacer("&", "&amp;", "<", "&lt;", "\"", "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")

// declarePrefix adds a declaration behind the current start tag's name if the
// prefix is bound outside of the copy and not within.
func (r *Reader) declarePrefix(prefix string, hash uint8) error {
	if prefix == "" || prefix == "xml" {
		return nil
	}
	i := r.scope.find(prefix, hash)
	if i < 0 || i >= r.raw.outer {
		return nil
	}
	uri := r.scope.bindings[i].uri
	if err := r.flushRaw(r.raw.at); err != nil {
		return err
	}
	if _, err := io.WriteString(r.raw.to, " xmlns:"+prefix+"=\""+attributeText.Replace(uri)+"\""); err != nil {
		return err
	}
	r.scope.push(prefix, uri, hash)
	return nil
}

// flushRaw writes the copy's bytes up to index i of the buffer.
func (r *Reader) flushRaw(i int) error {
	if i <= r.raw.from {
		return nil
	}
	_, err := r.raw.to.Write(r.buf[r.raw.from:i])
	r.raw.from = i
	return err
}

// endRaw ends the copy at index i of the buffer.
func (r *Reader) endRaw(i int) error {
	err := r.flushRaw(i)
	r.raw = rawCopy{}
	return err
}
