package xmltok

import (
	"bytes"
	"hash/maphash"
	"unicode/utf8"
)

// qualifiedName reads the name at pos, QName of Namespaces in XML 1.0 §4.
func (r *Reader) qualifiedName() (*qname, error) {
	from := r.pos - r.mark
	for {
		b := r.buf[:r.end]
		i := r.pos
		for i < len(b) && class[b[i]]&nameByte != 0 {
			i++
		}
		r.pos = i
		if i-r.mark-from > r.limits.Name {
			return nil, r.limit(r.mark+from+r.limits.Name, "name", r.limits.Name)
		}
		if i < len(b) {
			break
		}
		if err := r.more(); err != nil {
			return nil, err
		}
	}
	raw := r.buf[r.mark+from : r.pos]
	hash := maphash.Bytes(r.seed, raw)
	if q := r.names.get(hash, raw); q != nil {
		return q, nil
	}
	if bad, msg := checkQName(raw); msg != "" {
		return nil, r.syntax(r.mark+from+bad, msg)
	}
	q := r.newName(raw)
	r.names.put(hash, q)
	return q, nil
}

// newName splits a checked name.
func (r *Reader) newName(raw []byte) *qname {
	q := &qname{}
	if w, ok := r.vocabulary.word(raw); ok {
		q.raw = w
	} else {
		q.raw = string(raw)
	}
	q.local = q.raw
	if i := bytes.IndexByte(raw, ':'); i >= 0 {
		q.prefix, q.local = r.vocabulary.intern(q.raw[:i]), r.vocabulary.intern(q.raw[i+1:])
	}
	declared := q.prefix
	switch {
	case q.raw == "xmlns":
		q.kind = defaultDeclared
	case q.prefix == "xmlns":
		q.kind, declared = prefixDeclared, q.local
	}
	q.hash = r.prefixHash(declared)
	return q
}

// prefixHash is the hash under which a prefix's bindings are found.
func (r *Reader) prefixHash(prefix string) uint8 {
	return uint8(maphash.String(r.seed, prefix))
}

// checkQName checks every character of a qualified name; msg is empty if it is
// one, otherwise bad is the index of what is wrong.
func checkQName(raw []byte) (bad int, msg string) {
	if len(raw) == 0 {
		return 0, "a name is missing"
	}
	colons, first := 0, true
	for i := 0; i < len(raw); {
		c, n := rune(raw[i]), 1
		if c >= utf8.RuneSelf {
			if n = sequence(raw[i:]); n <= 0 {
				return i, "not UTF-8, or not a character"
			}
			c, _ = utf8.DecodeRune(raw[i:])
		}
		switch {
		case c == ':':
			if colons++; first || colons > 1 || i+1 == len(raw) {
				return i, "a misplaced colon in a name"
			}
			first = true
		case first && !isNameStart(c):
			return i, "a name begins with a character that is not allowed there"
		case !isNameChar(c):
			return i, "a character that is not allowed in a name"
		default:
			first = false
		}
		i += n
	}
	return 0, ""
}
