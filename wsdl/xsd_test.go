package wsdl

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jacoelho/xsd"
)

// sampler writes messages as the model says they are.
type sampler struct {
	out  bytes.Buffer
	full bool    // with the optional fields
	swap bool    // with the first two fields of the message exchanged
	open []*Type // the types being written: they may contain themselves
}

// sampleText is a value of each kind.
var sampleText = map[Kind]string{
	KindString: "text", KindInt: "-7", KindUnsignedInt: "7", KindLong: "123456789012", KindShort: "-7",
	KindUnsignedByte: "7", KindBoolean: "true", KindDateTime: "2026-11-02T10:00:00+01:00", KindDecimal: "1.5",
	KindBase64: "AAEC", KindAnyURI: "urn:x", KindDouble: "1.5E0",
}

func (s *sampler) element(e *Element, nillable bool) {
	fmt.Fprintf(&s.out, "<%s xmlns=%q", e.Name.Local, e.Name.Space)
	if nillable && e.Nillable {
		fmt.Fprintf(&s.out, " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>")
		return
	}
	s.out.WriteString(">")
	if e.Type.Kind != KindComplex {
		text := sampleText[e.Type.Kind]
		if e.Type.Pattern != "" {
			text = "00000000-0000-4000-8000-00000000000a" // the only pattern is a guid's
		}
		if len(e.Type.Enum) > 0 {
			text = e.Type.Enum[len(e.Type.Enum)-1]
		}
		s.out.WriteString(text)
	}
	fields := slices.Clone(e.Type.Fields)
	if s.swap && len(s.open) == 0 && len(fields) > 1 {
		fields[0], fields[1] = fields[1], fields[0]
	}
	s.open = append(s.open, e.Type)
	for _, field := range fields {
		if field.Min == 0 && (!s.full || slices.Contains(s.open, field.Type)) {
			continue
		}
		s.element(field, false)
		if field.Max == Unbounded {
			s.element(field, true)
		}
	}
	s.open = s.open[:len(s.open)-1]
	fmt.Fprintf(&s.out, "</%s>", e.Name.Local)
}

// sample is a message of the element e.
func sample(e *Element, full, swap bool) []byte {
	s := &sampler{full: full, swap: swap}
	s.element(e, false)
	return s.out.Bytes()
}

// messages are the elements of all messages of an endpoint, once each.
func messages(e *Endpoint) []*Element {
	var all []*Element
	for _, op := range listed(e) {
		for _, m := range append([]*Element{op.Input, op.Output, op.Fault}, op.Headers...) {
			if !slices.ContainsFunc(all, func(known *Element) bool { return known.Name == m.Name }) {
				all = append(all, m)
			}
		}
	}
	return all
}

// TestSchemasCompile compiles the served schemas of each endpoint with an
// independent validator, which then has to agree with the model on every message.
func TestSchemasCompile(t *testing.T) {
	c := load(t)
	for _, e := range c.Endpoints {
		t.Run(e.Name, func(t *testing.T) {
			served := map[string]xsd.SchemaSource{}
			resolver := xsd.ResolverFunc(func(_ context.Context, _, location string) (xsd.SchemaSource, error) {
				if _, ok := served[location]; !ok {
					return xsd.SchemaSource{}, fmt.Errorf("no %s", location)
				}
				return served[location], nil
			})
			var sources []xsd.SchemaSource
			for i := range c.schemas[e] {
				query := "xsd=" + schemaName(i)
				body, ok := c.Document(e, query, testBase)
				if !ok {
					t.Fatalf("no document %s", query)
				}
				at := testBase + e.Paths[0] + "?" + query
				served[at] = xsd.Bytes(at, body).WithResolver(resolver)
				sources = append(sources, served[at])
			}
			engine, err := xsd.Compile(t.Context(), sources...)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range messages(e) {
				for _, full := range []bool{true, false} {
					if err := engine.Validate(t.Context(), bytes.NewReader(sample(m, full, false))); err != nil {
						t.Errorf("%s: %v\n%s", m.Name, err, sample(m, full, false))
					}
				}
				if len(m.Type.Fields) > 1 {
					if err := engine.Validate(t.Context(), bytes.NewReader(sample(m, true, true))); err == nil {
						t.Errorf("%s: accepted with its fields exchanged", m.Name)
					}
				}
			}
			if err := engine.Validate(t.Context(), strings.NewReader(`<x xmlns="urn:x"/>`)); err == nil {
				t.Error("accepts what no schema declares")
			}
		})
	}
}
