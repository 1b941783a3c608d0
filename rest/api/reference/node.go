package reference

import (
	"fmt"
	"iter"
	"strings"

	"github.com/goccy/go-yaml"
)

// node is a value of an OpenAPI document, or nothing where there is none.
type node struct {
	value any
	root  yaml.MapSlice
	name  string // of the component that it was referred to as; "" = it stands where it is used
}

// parse reads a document, in the order it was written.
func parse(text []byte) (node, error) {
	var root yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(text, &root, yaml.UseOrderedMap()); err != nil {
		return node{}, fmt.Errorf("reference: %w", err)
	}
	return node{value: root, root: root}, nil
}

// get is the value of a field; references (RFC 6901, within the document) are followed.
func (n node) get(names ...string) node {
	for _, name := range names {
		n = n.field(name).followed()
	}
	return n
}

func (n node) field(name string) node {
	fields, _ := n.value.(yaml.MapSlice)
	for _, f := range fields {
		if fmt.Sprint(f.Key) == name {
			return node{value: f.Value, root: n.root}
		}
	}
	return node{root: n.root}
}

func (n node) followed() node {
	ref, ok := n.field("$ref").value.(string)
	if !ok {
		return n
	}
	to := node{value: n.root, root: n.root}
	for _, name := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		to = to.field(strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
		to.name = name
	}
	return to
}

// fields yields the fields in order, references followed.
func (n node) fields() iter.Seq2[string, node] {
	fields, _ := n.value.(yaml.MapSlice)
	return func(yield func(string, node) bool) {
		for _, f := range fields {
			if !yield(fmt.Sprint(f.Key), (node{value: f.Value, root: n.root}).followed()) {
				return
			}
		}
	}
}

// items are the values of a list, references followed.
func (n node) items() (list []node) {
	values, _ := n.value.([]any)
	for _, v := range values {
		list = append(list, (node{value: v, root: n.root}).followed())
	}
	return list
}

// text is a scalar as text; "" = none.
func (n node) text() string {
	switch v := n.value.(type) {
	case nil, yaml.MapSlice, []any:
		return ""
	default:
		return strings.TrimSpace(fmt.Sprint(v))
	}
}

// texts are a list's scalars, or the one scalar.
func (n node) texts() (list []string) {
	if one := n.text(); one != "" {
		return []string{one}
	}
	for _, i := range n.items() {
		list = append(list, i.text())
	}
	return list
}

func (n node) is() bool { return n.value != nil }
