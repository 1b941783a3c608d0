package wsdl

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// addressesFile lists further spellings of addresses: a line is a path and the
// name of the endpoint that answers there. The path may be another endpoint's.
const addressesFile = "addresses.txt"

// addAddresses adds the further spellings to the endpoints' paths.
func (c *Contract) addAddresses(fsys fs.FS) error {
	list, err := readList(fsys, addressesFile)
	if err != nil {
		return err
	}
	for _, line := range list {
		if len(line.words) != 2 || !strings.HasPrefix(line.words[0], "/") {
			return line.refuse("not a path and an endpoint")
		}
		e := c.endpointNamed(line.words[1])
		if e == nil {
			return line.refuse("no endpoint %s", line.words[1])
		}
		path := line.words[0]
		at := slices.IndexFunc(c.Endpoints, func(e *Endpoint) bool { return strings.EqualFold(e.Paths[0], path) })
		switch {
		case at < 0:
			e.Paths = append(e.Paths, path)
		case e.share(c.Endpoints[at]):
			e.Shares = append(e.Shares, path)
		default:
			return line.refuse("%s is the address of %s", path, c.Endpoints[at].Name)
		}
	}
	return nil
}

// share says whether an endpoint may answer at the own address of another:
// where messages tell by their SOAP version whose they are, and are sent alike;
// not with EC2, whose connections are checked before anything is read.
func (e *Endpoint) share(other *Endpoint) bool {
	return other.SOAP != e.SOAP && other.MTOM == e.MTOM && other.Flavour != EC2 && e.Flavour != EC2
}

func (c *Contract) endpointNamed(name string) *Endpoint {
	for _, e := range c.Endpoints {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func (e *Endpoint) operationNamed(name string) *Operation {
	for _, op := range e.Operations {
		if op.Name == name {
			return op
		}
	}
	return nil
}

// listLine is a line of a list beside the documents that is not empty. # begins
// a comment.
type listLine struct {
	at    string
	words []string
}

func (l listLine) refuse(format string, args ...any) error {
	return fmt.Errorf("%s: %s", l.at, fmt.Sprintf(format, args...))
}

// readList reads a list; one that is not there is empty.
func readList(fsys fs.FS, file string) (list []listLine, err error) {
	text, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if words := strings.Fields(line); len(words) > 0 {
			list = append(list, listLine{fmt.Sprintf("%s:%d", file, i+1), words})
		}
	}
	return list, nil
}
