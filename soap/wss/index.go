package wss

import (
	"strings"

	"overgang/soap/c14n"
)

// index finds elements of the message's head by wsu:Id.
type index struct {
	nodes map[string]*c14n.Node // nil for an identifier of another kind
}

// newIndex reads all identifiers in the tree that n is in. One that is there
// twice is an error, whatever attributes carry it: others may see the other
// element. (The Body is not in the tree, and no reference leads there.)
func newIndex(n *c14n.Node) (*index, error) {
	for n.Parent != nil {
		n = n.Parent
	}
	x := &index{nodes: make(map[string]*c14n.Node)}
	return x, x.add(n)
}

func (x *index) add(n *c14n.Node) error {
	for i := range n.Attrs {
		a := &n.Attrs[i]
		for _, name := range identifiers {
			if a.Name != name {
				continue
			}
			if _, twice := x.nodes[a.Value]; twice {
				return refuse(InvalidSecurity, "an identifier is there twice")
			}
			x.nodes[a.Value] = nil
			if name == utilityID {
				x.nodes[a.Value] = n
			}
		}
	}
	for c := range n.Elements() {
		if err := x.add(c); err != nil {
			return err
		}
	}
	return nil
}

// resolve finds what a same-document reference leads to; nil for other
// references and if there is no such element.
func (x *index) resolve(uri string) *c14n.Node {
	id, ok := strings.CutPrefix(uri, "#")
	if !ok || id == "" {
		return nil
	}
	return x.nodes[id]
}
