package c14n

// fewBindings is the number up to which a slice is searched. Beyond it there is
// a map, so that no document makes the search long.
const fewBindings = 16

// rendered are the declarations that the output has in scope, innermost last.
type rendered struct {
	bindings  []binding
	innermost map[string]int // by prefix; nil while there are few
}

type binding struct {
	Namespace
	shadowed int // the index of the outer binding of the prefix, or -1; unused while there are few
}

// uri is what the output binds a prefix to; "" for nothing.
func (r *rendered) uri(prefix string) string {
	if i := r.find(prefix); i >= 0 {
		return r.bindings[i].URI
	}
	return ""
}

func (r *rendered) find(prefix string) int {
	if r.innermost != nil {
		if i, ok := r.innermost[prefix]; ok {
			return i
		}
		return -1
	}
	for i := len(r.bindings) - 1; i >= 0; i-- {
		if r.bindings[i].Prefix == prefix {
			return i
		}
	}
	return -1
}

func (r *rendered) push(n Namespace) {
	if len(r.bindings) == fewBindings && r.innermost == nil {
		r.innermost = make(map[string]int)
		for i := range r.bindings {
			r.shadow(i)
		}
	}
	r.bindings = append(r.bindings, binding{Namespace: n})
	if r.innermost != nil {
		r.shadow(len(r.bindings) - 1)
	}
}

// shadow enters binding i, which is the innermost so far, into the map.
func (r *rendered) shadow(i int) {
	b := &r.bindings[i]
	b.shadowed = -1
	if outer, ok := r.innermost[b.Prefix]; ok {
		b.shadowed = outer
	}
	r.innermost[b.Prefix] = i
}

// leave drops all bindings but the outer n.
func (r *rendered) leave(n int) {
	for i := len(r.bindings) - 1; i >= n && r.innermost != nil; i-- {
		if b := &r.bindings[i]; b.shadowed >= 0 {
			r.innermost[b.Prefix] = b.shadowed
		} else {
			delete(r.innermost, b.Prefix)
		}
	}
	clear(r.bindings[n:])
	r.bindings = r.bindings[:n]
	if n == 0 {
		r.innermost = nil
	}
}
