package adapter_test

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"overgang/wsdl"
)

// dictionary puts calls from one flavour into another: by the contract's
// elements and their local names, knowing nothing of our codec.
type dictionary struct {
	contract *wsdl.Contract
	byKey    map[string]map[wsdl.Flavour]target
	all      []target
}

func newDictionary(t *testing.T) *dictionary {
	d := &dictionary{contract: loaded(t), byKey: map[string]map[wsdl.Flavour]target{}, all: targets(t)}
	for _, o := range d.all {
		if o.op.Unlisted {
			continue
		}
		key := keyOf(o)
		if d.byKey[key] == nil {
			d.byKey[key] = map[wsdl.Flavour]target{}
		}
		d.byKey[key][o.endpoint.Flavour] = o
	}
	return d
}

// keyOf is one name for an operation in all flavours. Test is an operation of
// every endpoint, streamed ones too.
func keyOf(o target) string {
	if o.row.Base == "Test" {
		return fmt.Sprintf("%s Test, streamed=%t", o.service, o.endpoint.MTOM)
	}
	return o.service + " " + o.row.Base
}

// call is a request of a golden case.
type call struct {
	target
	wait   string // the line that moves the clock, if any
	body   *etree.Element
	header *etree.Element // or nil
	parts  map[string][]byte
}

// parse reads a request; ok is false for what is no call of an operation.
func (d *dictionary) parse(data []byte) (c call, ok bool) {
	head, content, found := strings.Cut(string(data), "\n\n")
	if !found {
		return c, false
	}
	lines := strings.Split(head, "\n")
	first := strings.Fields(lines[0])
	if len(first) < 2 {
		return c, false
	}
	contentType := ""
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		switch {
		case strings.EqualFold(name, "wait"):
			c.wait = line + "\n"
		case strings.EqualFold(name, "Content-Type"):
			contentType = strings.TrimSpace(value)
		}
	}
	envelope, parts, err := inParts(contentType, content)
	if err != nil {
		return c, false
	}
	doc := etree.NewDocument()
	if doc.ReadFromString(envelope) != nil || doc.Root() == nil {
		return c, false
	}
	body := childOf(doc.Root(), "Body")
	endpoint := d.contract.EndpointAt(first[1])
	if body == nil || len(body.ChildElements()) != 1 || endpoint == nil {
		return c, false
	}
	c.body, c.header, c.parts = body.ChildElements()[0], childOf(doc.Root(), "Header"), parts
	for _, o := range d.all {
		if o.endpoint == endpoint && o.op.Input.Name.Local == c.body.Tag {
			c.target = o
			return c, true
		}
	}
	return c, false
}

// inParts takes a message in parts apart: the envelope, and the others by their
// Content-ID. Any other message is its envelope.
func inParts(contentType, content string) (envelope string, parts map[string][]byte, err error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return content, nil, nil
	}
	parts = map[string][]byte{}
	reader := multipart.NewReader(strings.NewReader(content), params["boundary"])
	for {
		p, err := reader.NextRawPart()
		if err == io.EOF {
			return envelope, parts, nil
		}
		if err != nil {
			return "", nil, err
		}
		text, err := io.ReadAll(p)
		if err != nil {
			return "", nil, err
		}
		id := strings.Trim(p.Header.Get("Content-Id"), "<>")
		if strings.Contains(p.Header.Get("Content-Type"), "xop+xml") {
			envelope = string(text)
		} else {
			parts[id] = text
		}
	}
}

func childOf(e *etree.Element, local string) *etree.Element {
	for _, child := range e.ChildElements() {
		if child.Tag == local {
			return child
		}
	}
	return nil
}
