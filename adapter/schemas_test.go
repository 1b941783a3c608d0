package adapter_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"testing"

	"github.com/jacoelho/xsd"

	"overgang/wsdl"
)

// schemas are the contract's schemas as the gateway publishes them at each
// endpoint, compiled by a validator that knows nothing of our codec.
type schemas struct {
	contract *wsdl.Contract
	engines  map[*wsdl.Endpoint]*xsd.Engine
}

func newSchemas(t *testing.T) *schemas {
	t.Helper()
	contract := loaded(t)
	s := &schemas{contract, map[*wsdl.Endpoint]*xsd.Engine{}}
	for _, e := range contract.Endpoints {
		s.engines[e] = publishedSchemas(t, contract, e)
	}
	return s
}

func publishedSchemas(t *testing.T, contract *wsdl.Contract, e *wsdl.Endpoint) *xsd.Engine {
	t.Helper()
	const base = "http://gateway.test"
	documents := map[string]xsd.SchemaSource{}
	resolver := xsd.ResolverFunc(func(_ context.Context, _, location string) (xsd.SchemaSource, error) {
		s, ok := documents[location]
		if !ok {
			return xsd.SchemaSource{}, fmt.Errorf("no published document at %s", location)
		}
		return s, nil
	})
	var roots []xsd.SchemaSource
	for i := 0; ; i++ {
		query := fmt.Sprintf("xsd=xsd%d", i)
		body, ok := contract.Document(e, query, base)
		if !ok {
			break
		}
		at := base + e.Paths[0] + "?" + query
		documents[at] = xsd.Bytes(at, body).WithResolver(resolver)
		roots = append(roots, documents[at])
	}
	engine, err := xsd.Compile(t.Context(), roots...)
	if err != nil {
		t.Fatalf("published schemas of %s: %v", e.Name, err)
	}
	return engine
}

var includes = regexp.MustCompile(`<xop:Include [^>]*/>`)

// check validates the body, or the fault's detail, of a response.
func (s *schemas) check(t *testing.T, path string, response []byte) {
	t.Helper()
	e := s.contract.EndpointAt(path)
	content, ok := inside(response, "Body")
	if e == nil || !ok {
		return
	}
	if bytes.Contains(content, []byte("Fault>")) {
		detail := "detail"
		if e.SOAP == "1.2" {
			detail = "Detail"
		}
		if content, ok = inside(response, detail); !ok {
			return
		}
	}
	content = includes.ReplaceAll(content, nil) // base64, after unpacking
	// No document has an operation's further spellings.
	for _, op := range e.Operations {
		if op.Unlisted {
			content = bytes.ReplaceAll(content, []byte(op.Name), []byte(listed(e, op).Name))
		}
	}
	if err := s.engines[e].Validate(t.Context(), bytes.NewReader(content)); err != nil {
		t.Errorf("response is not valid by the contract's schemas: %v\n%s", flat(err), content)
	}
}

// listed is the operation that another one is a further spelling of.
func listed(e *wsdl.Endpoint, spelled *wsdl.Operation) *wsdl.Operation {
	for _, op := range e.Operations {
		if !op.Unlisted && op.Input.Type == spelled.Input.Type {
			return op
		}
	}
	return spelled
}

// inside is what stands between the first start tag of that local name and the
// last end tag.
func inside(doc []byte, local string) ([]byte, bool) {
	end := bytes.LastIndex(doc, []byte(local+">"))
	if end < 0 {
		return nil, false
	}
	end = bytes.LastIndex(doc[:end], []byte("</"))
	start := regexp.MustCompile(`<(?:\w+:)?` + local + `(?:\s[^>]*)?>`).FindIndex(doc)
	if start == nil || start[1] > end {
		return nil, false
	}
	return doc[start[1]:end], true
}

// flat shows every finding of a joined error.
func flat(err error) string {
	var list interface{ Unwrap() []error }
	if errors.As(err, &list) {
		var b bytes.Buffer
		for _, e := range list.Unwrap() {
			fmt.Fprintln(&b, e)
		}
		return b.String()
	}
	return err.Error()
}
