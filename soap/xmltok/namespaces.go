package xmltok

import "fmt"

// The namespaces that are bound by definition, Namespaces in XML 1.0 §3.
const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

// binding is a namespace declaration in scope; an empty uri undeclares the
// default namespace.
type binding struct {
	prefix, uri string
	hash        uint8
	shadowed    int32 // 1 + the index of the next binding with this hash; 0 for none
}

// namespaces are the declarations in scope, innermost last, with a chain for
// every hash of a prefix.
type namespaces struct {
	bindings []binding
	heads    [256]int32 // 1 + the index of a chain's innermost binding
	keep     int        // bindings that stay when the current End is left
}

func (s *namespaces) reset() {
	clear(s.bindings[:cap(s.bindings)])
	s.bindings, s.keep = s.bindings[:0], 0
	clear(s.heads[:])
}

func (s *namespaces) push(prefix, uri string, hash uint8) {
	s.bindings = append(s.bindings, binding{prefix, uri, hash, s.heads[hash]})
	s.heads[hash] = int32(len(s.bindings))
}

// leave drops the declarations of the element that has ended.
func (s *namespaces) leave() {
	for len(s.bindings) > s.keep {
		last := &s.bindings[len(s.bindings)-1]
		s.heads[last.hash] = last.shadowed
		s.bindings = s.bindings[:len(s.bindings)-1]
	}
}

// find is the index of the innermost binding of prefix, or -1.
func (s *namespaces) find(prefix string, hash uint8) int {
	for i := s.heads[hash] - 1; i >= 0; i = s.bindings[i].shadowed - 1 {
		if s.bindings[i].prefix == prefix {
			return int(i)
		}
	}
	return -1
}

// declare brings the declaration by the attribute q, at index i of the buffer,
// into scope. outer is the number of bindings outside of the element.
func (r *Reader) declare(q *qname, uri string, i, outer int) error {
	prefix := ""
	if q.kind == prefixDeclared {
		prefix = q.local
	}
	switch {
	case prefix == "xmlns":
		return r.syntax(i, "the prefix xmlns cannot be declared")
	case prefix == "xml" && uri != xmlSpace:
		return r.syntax(i, "the prefix xml cannot be bound to another namespace")
	case prefix != "xml" && uri == xmlSpace:
		return r.syntax(i, "the namespace of the prefix xml cannot be bound to another")
	case uri == xmlnsSpace:
		return r.syntax(i, "the namespace of the prefix xmlns cannot be bound")
	case prefix != "" && uri == "":
		return r.syntax(i, fmt.Sprintf("the prefix %s is bound to nothing", quoted(prefix)))
	case r.scope.find(prefix, q.hash) >= outer:
		return r.syntax(i, fmt.Sprintf("%s declared twice by one element", quoted(q.raw)))
	case len(r.scope.bindings) >= r.limits.Namespaces:
		return r.limit(i, "namespaces", r.limits.Namespaces)
	}
	r.scope.push(prefix, uri, q.hash)
	return nil
}

// resolve is the namespace of the prefixed name q, at index i of the buffer.
func (r *Reader) resolve(q *qname, i int) (string, error) {
	if at := r.scope.find(q.prefix, q.hash); at >= 0 && q.kind == plainName {
		return r.scope.bindings[at].uri, nil
	}
	if q.prefix == "xml" {
		return xmlSpace, nil
	}
	return "", r.syntax(i, fmt.Sprintf("the prefix of %s is not declared", quoted(q.raw)))
}

// defaultSpace is the default namespace, "" for none.
func (r *Reader) defaultSpace(hash uint8) string {
	if at := r.scope.find("", hash); at >= 0 {
		return r.scope.bindings[at].uri
	}
	return ""
}

// Space resolves a prefix in the scope of the current token, for QNames in
// content and for xsi:type. "" is the default namespace, which is always bound,
// if only to "". At an End the scope is that of the element that ends.
func (r *Reader) Space(prefix string) (uri string, ok bool) {
	if at := r.scope.find(prefix, r.prefixHash(prefix)); at >= 0 {
		return r.scope.bindings[at].uri, true
	}
	if prefix == "xml" {
		return xmlSpace, true
	}
	return "", prefix == ""
}
