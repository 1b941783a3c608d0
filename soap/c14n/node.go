package c14n

import (
	"iter"
	"strings"

	"overgang/soap/xmltok"
)

// Kind of a node.
type Kind uint8

// Kinds.
const (
	Element Kind = iota
	Text         // character data, CDATA sections included; neighbours are possible
	Comment
	Instruction // a processing instruction; no document that Parse takes has one
)

// Node is an element, or something in one. A tree is not changed once it is
// made, and may be read by many at once.
type Node struct {
	Kind     Kind
	Name     xmltok.Name // of an element; of an instruction Local is the target
	Prefix   string      // of an element
	Attrs    []Attr      // in the order of the document
	Declared []Namespace // by this element, in the order of the document
	Data     string      // of a text, comment or instruction

	Parent            *Node
	First, Last, Next *Node // children, and the next sibling
}

// Attr is an attribute, normalised as XML 1.0 §3.3.3 says.
type Attr struct {
	Name   xmltok.Name
	Prefix string
	Value  string
}

// Namespace is a declaration. An empty Prefix is the default namespace, an
// empty URI undeclares it.
type Namespace struct{ Prefix, URI string }

// Is says whether the node is an element of that name.
func (n *Node) Is(name xmltok.Name) bool { return n.Kind == Element && n.Name == name }

// Append makes child the last child of n.
func (n *Node) Append(child *Node) {
	child.Parent = n
	if n.Last == nil {
		n.First = child
	} else {
		n.Last.Next = child
	}
	n.Last = child
}

// Elements are the children that are elements.
func (n *Node) Elements() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for c := n.First; c != nil; c = c.Next {
			if c.Kind == Element && !yield(c) {
				return
			}
		}
	}
}

// Attr is the value of the attribute of that name.
func (n *Node) Attr(name xmltok.Name) (value string, ok bool) {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			return n.Attrs[i].Value, true
		}
	}
	return "", false
}

// Content is the text of an element that holds text only, comments aside. ok is
// false if it holds an element.
func (n *Node) Content() (text string, ok bool) {
	var all strings.Builder
	for c := n.First; c != nil; c = c.Next {
		switch {
		case c.Kind == Element:
			return "", false
		case c.Kind != Text:
		case text == "" && all.Len() == 0:
			text = c.Data
		default:
			if all.Len() == 0 {
				all.WriteString(text)
			}
			all.WriteString(c.Data)
		}
	}
	if all.Len() > 0 {
		return all.String(), true
	}
	return text, true
}

// Value is Content without the white space around it. No element, nil, has none.
func (n *Node) Value() (text string, ok bool) {
	if n == nil {
		return "", false
	}
	text, ok = n.Content()
	return strings.Trim(text, " \t\r\n"), ok
}

// Space is the namespace that a prefix is bound to at the element; "" is the
// default namespace, which is always bound, if only to "".
func (n *Node) Space(prefix string) (uri string, ok bool) {
	for e := n; e != nil; e = e.Parent {
		for _, d := range e.Declared {
			if d.Prefix == prefix {
				return d.URI, true
			}
		}
	}
	if prefix == "xml" {
		return xmlSpace, true
	}
	return "", prefix == ""
}

// xmlSpace is bound to the prefix xml by definition, Namespaces in XML 1.0 §3.
const xmlSpace = "http://www.w3.org/XML/1998/namespace"
