package wsdl

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
)

// facts is what is known of an endpoint (testdata/contracts), as it was read
// from the WSDL that clients hold. Names are "{space}local".
type facts struct {
	Services []struct {
		Name  string
		Ports []struct{ Name, Binding, Address string }
	}
	Bindings []struct {
		Name, PortType, SOAP, Style string
		Policy                      map[string][]string
		Operations                  []factsBound
	}
	PortTypes []struct {
		Name       string
		Operations []factsOperation
	}
	Elements map[string]factsType
	Types    map[string]factsType
}

type factsBound struct {
	Name, SOAPAction string
	InputHeaders     []struct{ Part, Message string }
}

type factsOperation struct {
	Name, InputAction, OutputAction string
	Input, Output                   []struct{ Part, Element string }
	Faults                          []struct{ Name, Action, Element string }
}

type factsType struct {
	Fields        []factsField
	Type          string // global elements of a named type
	Nillable      bool
	Base, Pattern string
	Enum          []string
}

type factsField struct {
	Name, NS, Type string
	Min            int
	Max            any // a number or "unbounded"
	Nillable       bool
}

func readFacts(t *testing.T, file string) *facts {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "contracts", file))
	if err != nil {
		t.Fatal(err)
	}
	f := new(facts)
	if err := json.Unmarshal(text, f); err != nil {
		t.Fatal(err)
	}
	return f
}

// shape is an endpoint as lines of text: what facts and model have in common.
type shape struct {
	Endpoint   []string
	Policy     []string            // outline: an assertion's nested ones are indented
	Operations []string            // in order
	Elements   map[string][]string // global elements that messages use
	Types      map[string][]string // named types reachable from them
}

func (f *facts) shape() shape {
	binding, port := f.Bindings[0], f.Services[0].Ports[0]
	address, _ := url.Parse(port.Address)
	policy := strings.Join(slices.Concat(slices.Collect(maps.Values(binding.Policy))...), "\n")
	flavour := Basic
	if binding.SOAP == "1.2" {
		flavour = WS
		if strings.Contains(policy, "EndorsingSupportingTokens") {
			flavour = EC2
		}
	}
	s := shape{Elements: map[string][]string{}, Types: map[string][]string{}}
	for _, lines := range binding.Policy {
		s.Policy = withTransport(lines)
	}
	s.Endpoint = []string{f.Services[0].Name, port.Name, port.Binding, binding.Name, binding.PortType, "SOAP " + binding.SOAP,
		string(flavour), fmt.Sprint("MTOM ", strings.Contains(policy, "OptimizedMimeSerialization")), address.Path}
	bound := map[string]factsBound{}
	for _, op := range binding.Operations {
		bound[op.Name] = op
	}
	for _, op := range f.PortTypes[0].Operations {
		var headers []string
		for _, h := range bound[op.Name].InputHeaders {
			headers = append(headers, h.Part)
		}
		s.Operations = append(s.Operations, fmt.Sprintln(op.Name, bound[op.Name].SOAPAction, op.InputAction, op.OutputAction, op.Faults[0].Action,
			op.Input[0].Element, op.Output[0].Element, op.Faults[0].Element, headers))
	}
	for name, e := range f.Elements {
		lines := []string{fmt.Sprint("nillable ", e.Nillable, " ", e.Type)}
		for _, field := range e.Fields {
			lines = append(lines, field.String())
		}
		s.Elements[name] = lines
	}
	for name, t := range f.Types {
		lines := []string{strings.TrimSpace(fmt.Sprint(t.Base, " ", t.Pattern, " ", t.Enum))}
		for _, field := range t.Fields {
			lines = append(lines, field.String())
		}
		s.Types[name] = lines
	}
	return s
}

func (f factsField) String() string {
	return fmt.Sprintf("{%s}%s %s %d..%v nillable %v", f.NS, f.Name, f.Type, f.Min, f.Max, f.Nillable)
}

// withTransport adds HttpToken where a client took it out of its copy
// (contracts, "Policies per flavour"): no transport token is without a kind.
func withTransport(lines []string) (whole []string) {
	for i, line := range lines {
		whole = append(whole, line)
		indent, ok := strings.CutSuffix(line, "TransportToken")
		if ok && (i+1 == len(lines) || !strings.HasPrefix(lines[i+1], indent+"  ")) {
			whole = append(whole, indent+"  HttpToken")
		}
	}
	return whole
}

// policyOutline writes the policies of a WSDL as the facts have them.
func policyOutline(root *etree.Element) (lines []string) {
	var walk func(e *etree.Element, indent string)
	walk = func(e *etree.Element, indent string) {
		switch e.Tag {
		case "Policy", "ExactlyOne", "All":
		case "Header":
			lines = append(lines, indent+"Header "+e.SelectAttrValue("Name", ""))
			indent += "  "
		default:
			lines = append(lines, indent+e.Tag)
			indent += "  "
		}
		for _, child := range e.ChildElements() {
			walk(child, indent)
		}
	}
	for _, e := range root.SelectElements("Policy") {
		walk(e, "")
	}
	return lines
}

func shapeOf(e *Endpoint) shape {
	s := shape{Elements: map[string][]string{}, Types: map[string][]string{}}
	s.Endpoint = []string{e.Service.String(), e.Port, e.Binding.String(), e.Binding.String(), e.PortType.String(), "SOAP " + e.SOAP,
		string(e.Flavour), fmt.Sprint("MTOM ", e.MTOM), e.Paths[0]}
	for _, op := range listed(e) {
		var headers []string
		for _, h := range op.Headers {
			headers = append(headers, h.Name.Local)
			s.element(h)
		}
		s.Operations = append(s.Operations, fmt.Sprintln(op.Name, op.Action, op.Action, op.ReplyAction, op.FaultAction,
			op.Input.Name, op.Output.Name, op.Fault.Name, headers))
		s.element(op.Input)
		s.element(op.Output)
		s.element(op.Fault)
	}
	return s
}

func (s *shape) element(e *Element) {
	named := ""
	if e.Type.Name != (Name{}) {
		named = e.Type.Name.String()
	}
	s.Elements[e.Name.String()] = append([]string{fmt.Sprint("nillable ", e.Nillable, " ", named)}, s.fields(e.Type)...)
	if named != "" {
		s.Elements[e.Name.String()] = []string{fmt.Sprint("nillable ", e.Nillable, " ", named)}
		s.named(e.Type)
	}
}

// kindNames are the base types that the facts give to restrictions.
var kindNames = map[Kind]string{KindString: "string", KindBase64: "base64Binary"}

func (s *shape) named(t *Type) {
	name := t.Name.String()
	if t.Name.Space == nsXSD || s.Types[name] != nil {
		return
	}
	base := ""
	if t.Kind != KindComplex {
		base = Name{nsXSD, kindNames[t.Kind]}.String()
	}
	s.Types[name] = []string{strings.TrimSpace(fmt.Sprint(base, " ", t.Pattern, " ", t.Enum))}
	s.Types[name] = append(s.Types[name], s.fields(t)...)
}

func (s *shape) fields(t *Type) (lines []string) {
	for _, field := range t.Fields {
		most := "unbounded"
		if field.Max != Unbounded {
			most = strconv.Itoa(field.Max)
		}
		lines = append(lines, fmt.Sprintf("%s %s %d..%s nillable %v", field.Name, field.Type.Name, field.Min, most, field.Nillable))
		s.named(field.Type)
	}
	return lines
}

// TestFacts compares every endpoint with what is known of it, or was inferred.
func TestFacts(t *testing.T) {
	contract, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	inferred := readInferred(t)
	for _, e := range contract.Endpoints {
		t.Run(e.Name, func(t *testing.T) {
			file := string(e.Flavour) + "." + e.Name
			known := inferred.endpoints[file]
			if known == nil {
				known = readFacts(t, file+".json")
			}
			want, got := known.shape(), shapeOf(e)
			src, err := contract.source(e)
			if err != nil {
				t.Fatal(err)
			}
			got.Policy = policyOutline(src.wsdl.Root())
			if len(want.Types) == 0 || len(want.Operations) == 0 {
				t.Fatal("the facts are empty")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("facts (-), contract (+):\n%s", diff)
			}
			elements, types := servedNames(t, contract, e)
			if diff := cmp.Diff(slices.Sorted(maps.Keys(want.Elements)), elements); diff != "" {
				t.Errorf("elements in the facts (-), as served (+):\n%s", diff)
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(want.Types)), types); diff != "" {
				t.Errorf("types in the facts (-), as served (+):\n%s", diff)
			}
		})
	}
}

// servedNames are the global components of the schemas in ?singleWsdl, sorted,
// without the elements that only go with the type of their name.
func servedNames(t *testing.T, c *Contract, e *Endpoint) (elements, types []string) {
	t.Helper()
	body, ok := c.Document(e, "singleWsdl", testBase)
	if !ok {
		t.Fatal("no document")
	}
	var errs []error
	d := &document{file: "singleWsdl", tree: etree.NewDocument(), errs: &errs}
	if err := d.tree.ReadFromBytes(body); err != nil {
		t.Fatal(err)
	}
	messages := map[Name]bool{}
	for _, part := range d.tree.FindElements("/definitions/message/part") {
		messages[d.resolve(part, "element")] = true
	}
	for _, component := range d.tree.FindElements("/definitions/types/schema/*") {
		name := Name{component.Parent().SelectAttrValue("targetNamespace", ""), component.SelectAttrValue("name", "")}
		switch {
		case component.Tag == "complexType", component.Tag == "simpleType":
			types = append(types, name.String())
		case component.Tag == "element" && (messages[name] || component.SelectAttr("type") == nil || d.resolve(component, "type") != name):
			elements = append(elements, name.String())
		}
	}
	slices.Sort(elements)
	slices.Sort(types)
	return elements, types
}
