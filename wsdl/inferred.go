package wsdl

import (
	"io/fs"
	"path"
	"slices"
)

// inferredFile lists what nobody published: a line is an endpoint's name, or
// that and an operation's.
const inferredFile = "inferred.txt"

// markInferred marks the operations that were inferred. A client's own copy of
// their contract may differ, so they are read with lenience.
func (c *Contract) markInferred(fsys fs.FS) error {
	list, err := readList(fsys, inferredFile)
	if err != nil {
		return err
	}
	for _, line := range list {
		e := c.endpointNamed(line.words[0])
		if e == nil {
			return line.refuse("no endpoint %s", line.words[0])
		}
		operations := e.Operations
		switch len(line.words) {
		case 1:
		case 2:
			op := e.operationNamed(line.words[1])
			if op == nil {
				return line.refuse("%s has no operation %s", e.Name, line.words[1])
			}
			operations = []*Operation{op}
		default:
			return line.refuse("not an endpoint and an operation")
		}
		spaces := c.spacesLike(e.PortType.Space)
		for _, op := range operations {
			if op.Input.Name.Space == e.PortType.Space { // not Test, which is known
				op.Inferred, op.Spaces = true, spaces
			}
		}
	}
	return nil
}

// spacesLike are the namespaces of all flavours and versions of a service: they
// differ in the year and month at their end.
func (c *Contract) spacesLike(space string) (spaces []string) {
	undated := func(s string) string { return path.Dir(path.Dir(s)) }
	for _, e := range c.Endpoints {
		if s := e.PortType.Space; undated(s) == undated(space) && !slices.Contains(spaces, s) {
			spaces = append(spaces, s)
		}
	}
	return spaces
}
