package wss

import (
	"encoding/base64"
	"strings"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

// cursor takes an element's children one after another.
type cursor struct {
	next *c14n.Node
	text bool // text other than white space was met
}

func within(n *c14n.Node) *cursor { return &cursor{next: n.First} }

// peek is the next child element; nil at the end.
func (c *cursor) peek() *c14n.Node {
	for c.next != nil && c.next.Kind != c14n.Element {
		c.text = c.text || c.next.Kind == c14n.Text && strings.Trim(c.next.Data, " \t\r\n") != ""
		c.next = c.next.Next
	}
	return c.next
}

// take is the next child element if it has that name; otherwise nil, and it stays.
func (c *cursor) take(name xmltok.Name) *c14n.Node {
	n := c.peek()
	if n == nil || n.Name != name {
		return nil
	}
	c.next = n.Next
	return n
}

// done says whether nothing is left and nothing but elements was there.
func (c *cursor) done() bool { return c.peek() == nil && !c.text }

// only is the one child of n, if it has that name.
func only(n *c14n.Node, name xmltok.Name) *c14n.Node {
	c := within(n)
	child := c.take(name)
	if child == nil || !c.done() {
		return nil
	}
	return child
}

// empty says whether an element has nothing in it.
func empty(n *c14n.Node) bool { return within(n).done() }

// attribute is an attribute's value, "" for none.
func attribute(n *c14n.Node, name xmltok.Name) string {
	v, _ := n.Attr(name)
	return v
}

// decoded is an element's base64, in which white space is allowed, never empty.
// It is strict: no two texts that differ in more than white space are the same.
func decoded(n *c14n.Node) ([]byte, bool) {
	text, ok := n.Value()
	if !ok {
		return nil, false
	}
	if strings.ContainsAny(text, " \t\r\n") {
		text = strings.Join(strings.Fields(text), "")
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	return b, err == nil && len(b) > 0
}
