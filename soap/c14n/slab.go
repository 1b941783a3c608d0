package c14n

// slab hands out the nodes and attributes of one tree, several to an allocation.
type slab struct {
	nodes []Node
	attrs []Attr
	last  int // size of the last piece of nodes
}

// Sizes of the pieces; those of nodes double.
const (
	fewNodes  = 32
	manyNodes = 512
	someAttrs = 32
)

// node is a new child of parent, which may be nil.
func (s *slab) node(parent *Node) *Node {
	if len(s.nodes) == 0 {
		s.last = min(max(2*s.last, fewNodes), manyNodes)
		s.nodes = make([]Node, s.last)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	if parent != nil {
		parent.Append(n)
	}
	return n
}

func (s *slab) attributes(n int) []Attr {
	if n == 0 {
		return nil
	}
	if len(s.attrs) < n {
		s.attrs = make([]Attr, max(n, someAttrs))
	}
	taken := s.attrs[:n:n]
	s.attrs = s.attrs[n:]
	return taken
}
