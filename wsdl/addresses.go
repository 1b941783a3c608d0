package wsdl

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// addressesFile lists further spellings of addresses: a line is a path and the
// name of the endpoint that answers there; # begins a comment.
const addressesFile = "addresses.txt"

// addAddresses adds the further spellings to the endpoints' paths.
func (c *Contract) addAddresses(fsys fs.FS) error {
	text, err := fs.ReadFile(fsys, addressesFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for i, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) != 2 || !strings.HasPrefix(words[0], "/") {
			return fmt.Errorf("%s:%d: not a path and an endpoint", addressesFile, i+1)
		}
		e := c.endpointNamed(words[1])
		if e == nil {
			return fmt.Errorf("%s:%d: no endpoint %s", addressesFile, i+1, words[1])
		}
		e.Paths = append(e.Paths, words[0])
	}
	return nil
}

func (c *Contract) endpointNamed(name string) *Endpoint {
	for _, e := range c.Endpoints {
		if e.Name == name {
			return e
		}
	}
	return nil
}
