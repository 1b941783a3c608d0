package wsdl

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inferred is testdata/contracts/inferred.txt: what is not known of endpoints,
// in the form of facts.
type inferred struct {
	endpoints map[string]*facts   // by flavour and name: "ws.ReceiptExternal"
	known     map[string][]string // the operations that the facts of an endpoint do have
	types     map[string]factsType
	elements  map[string]factsType
	policy    map[Flavour][]string // of the flavours' endpoints

	current *facts
	tns     string
	like    []map[string]factsType // whose types are meant before the others
}

const (
	servicesSpace = "http://www.altinn.no/services/"
	schemasSpace  = "http://schemas.altinn.no/services/"
	faultElement  = "{http://www.altinn.no/services/common/fault/2009/10}AltinnFault"
	testBaseName  = "http://www.altinn.no/services/2009/10"
)

// parameterGroups are SYS and USR (contracts, "Shorthand").
var parameterGroups = map[string][]string{
	"SYS": {"systemUserName", "systemPassword"},
	"USR": {"userSSN", "userPassword", "userPinCode", "authMethod"},
}

// readInferred reads inferred.txt, and all facts for their types.
func readInferred(t *testing.T) *inferred {
	t.Helper()
	in := &inferred{endpoints: map[string]*facts{}, known: map[string][]string{}, types: map[string]factsType{}, elements: map[string]factsType{}, policy: map[Flavour][]string{}}
	files, err := filepath.Glob("../testdata/contracts/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no facts: %v", err)
	}
	for _, file := range files {
		f := readFacts(t, filepath.Base(file))
		maps.Copy(in.types, f.Types)
		maps.Copy(in.elements, f.Elements)
	}
	for flavour, file := range map[Flavour]string{WS: "ws.BrokerServiceExternal.json", EC2: "ec2.BrokerServiceExternalEC2.json"} {
		for _, lines := range readFacts(t, file).Bindings[0].Policy {
			in.policy[flavour] = lines
		}
	}
	text, err := os.ReadFile("../testdata/contracts/inferred.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if err := in.line(t, word, rest); err != nil {
			t.Fatalf("inferred.txt:%d: %v", i+1, err)
		}
	}
	return in
}

// line reads one line.
func (in *inferred) line(t *testing.T, word, rest string) error {
	words := strings.Fields(rest)
	switch word {
	case "type", "enum":
		return in.declare(word, rest)
	case "known":
		in.current = readFacts(t, words[0]+"."+words[1]+".json")
		in.endpoints[words[0]+"."+words[1]] = in.current
		in.tns, _, _ = strings.Cut(in.current.PortTypes[0].Name[1:], "}")
		in.like = []map[string]factsType{maps.Clone(in.current.Types)}
		for _, op := range in.current.PortTypes[0].Operations {
			in.known[words[0]+"."+words[1]] = append(in.known[words[0]+"."+words[1]], op.Name)
		}
	case "like":
		in.like = append(in.like, readFacts(t, words[0]+"."+words[1]+".json").Types)
	case "endpoint":
		in.current, in.like = emptyFacts(Flavour(words[0]), in.policy), nil
		in.endpoints[words[0]+"."+words[1]] = in.current
	case "namespace":
		in.tns = in.space(rest)
	case "service":
		in.current.Services[0].Name = in.own(rest)
	case "porttype":
		binding := "CustomBinding_" + rest
		if in.current.Bindings[0].SOAP == "1.1" {
			binding = "BasicHttpBinding_" + rest
		}
		in.current.PortTypes[0].Name, in.current.Bindings[0].PortType = in.own(rest), in.own(rest)
		in.current.Bindings[0].Name = in.own(binding)
		in.current.Services[0].Ports[0].Name, in.current.Services[0].Ports[0].Binding = binding, in.own(binding)
	case "address":
		in.current.Services[0].Ports[0].Address = "https://gateway.example" + rest
	case "mtom":
		in.current.Bindings[0].Policy["p"] = slices.Concat([]string{"OptimizedMimeSerialization"}, in.current.Bindings[0].Policy["p"])
	case "op":
		return in.operation(rest)
	case "upload":
		return in.upload(rest)
	default:
		return fmt.Errorf("what is %q?", word)
	}
	return nil
}

// emptyFacts are those of an endpoint with nothing but Test.
func emptyFacts(flavour Flavour, policy map[Flavour][]string) *facts {
	f := new(facts)
	soap := "1.2"
	if flavour == Basic {
		soap = "1.1"
	}
	err := json.Unmarshal([]byte(`{
		"services": [{"ports": [{}]}], "bindings": [{"soap": "`+soap+`", "policy": {}}], "porttypes": [{}],
		"elements": {"{`+testBaseName+`}Test": {}, "{`+testBaseName+`}TestResponse": {}, "`+faultElement+`": {"type": "`+faultElement+`", "nillable": true}},
		"types": {}}`), f)
	if err != nil {
		panic(err)
	}
	if lines := policy[flavour]; lines != nil {
		f.Bindings[0].Policy["p"] = lines
	}
	f.bind("Test", testBaseName+"/IAltinnContractBase/Test", "{"+testBaseName+"}Test", "{"+testBaseName+"}TestResponse")
	return f
}

// bind adds an operation to binding and port type.
func (f *facts) bind(name, action, input, output string) {
	f.Bindings[0].Operations = append(f.Bindings[0].Operations, factsBound{Name: name, SOAPAction: action})
	op := factsOperation{Name: name, InputAction: action, OutputAction: action + "Response"}
	op.Input = append(op.Input, struct{ Part, Element string }{"parameters", input})
	op.Output = append(op.Output, struct{ Part, Element string }{"parameters", output})
	op.Faults = append(op.Faults, struct{ Name, Action, Element string }{"AltinnFaultFault", action + "AltinnFaultFault", faultElement})
	f.PortTypes[0].Operations = append(f.PortTypes[0].Operations, op)
}

// declare reads "TYPE(PARAMETER, …)" or "TYPE(VALUE, …)".
func (in *inferred) declare(word, line string) error {
	name, members, ok := strings.Cut(strings.TrimSuffix(line, ")"), "(")
	if !ok {
		return fmt.Errorf("no %s: %q", word, line)
	}
	name = in.typeName(name)
	if _, known := in.types[name]; known {
		return fmt.Errorf("%s is known", name)
	}
	list := strings.Split(members, ", ")
	if word == "enum" {
		in.types[name] = factsType{Base: Name{nsXSD, "string"}.String(), Enum: list}
		return nil
	}
	space, _, _ := strings.Cut(name[1:], "}")
	in.types[name] = factsType{Fields: in.parameters(list, space)}
	return nil
}

// signature cuts "NAME(PARAMETER, …) -> RESULT" up.
func signature(line string) (name string, parameters []string, result string, err error) {
	call, result, ok := strings.Cut(line, " -> ")
	name, list, open := strings.Cut(strings.TrimSuffix(call, ")"), "(")
	if !ok || !open {
		return "", nil, "", fmt.Errorf("no operation: %q", line)
	}
	if list != "" {
		parameters = strings.Split(list, ", ")
	}
	return name, parameters, result, nil
}

func (in *inferred) operation(line string) error {
	name, parameters, result, err := signature(line)
	if err != nil {
		return err
	}
	request := factsType{Fields: in.parameters(parameters, in.tns)}
	var response factsType
	if result != "-" {
		response.Fields = in.fields(name+"Result:"+result, in.tns)
	}
	in.current.Elements[in.own(name)] = request
	in.current.Elements[in.own(name+"Response")] = response
	in.current.bind(name, in.action(name), in.own(name), in.own(name+"Response"))
	return in.needAll(request, response)
}

// upload is an operation with a stream as its body, and parameters as headers.
func (in *inferred) upload(line string) error {
	name, parameters, result, err := signature(line)
	if err != nil {
		return err
	}
	element, field, _ := strings.Cut(parameters[0], "/")
	body := factsType{Fields: in.fields(field+":{http://schemas.microsoft.com/Message}StreamBody", in.tns)}
	in.current.Elements[in.own(element)] = body
	receipt := in.elements[in.own(result)]
	in.current.Elements[in.own(result)] = receipt
	in.current.bind(name, in.action(name), in.own(element), in.own(result))
	bound := &in.current.Bindings[0].Operations[len(in.current.Bindings[0].Operations)-1]
	for _, header := range in.parameters(parameters[1:], in.tns) {
		in.current.Elements[in.own(header.Name)] = factsType{Type: header.Type, Nillable: header.Nillable}
		bound.InputHeaders = append(bound.InputHeaders, struct{ Part, Message string }{header.Name, in.own(element + "_Headers")})
	}
	return in.needAll(body, receipt)
}

func (in *inferred) action(operation string) string {
	_, portType, _ := strings.Cut(in.current.PortTypes[0].Name, "}")
	return in.tns + "/" + portType + "/" + operation
}

func (in *inferred) parameters(list []string, space string) (fields []factsField) {
	for _, p := range list {
		fields = append(fields, in.fields(p, space)...)
	}
	return fields
}

// fields reads "NAME:TYPE?~*" or a group of parameters.
func (in *inferred) fields(text, space string) []factsField {
	bare := strings.TrimRight(text, "?~*")
	marks := text[len(bare):]
	field := factsField{NS: space, Min: 1, Max: 1, Nillable: strings.Contains(marks, "~")}
	if strings.Contains(marks, "?") {
		field.Min = 0
	}
	if strings.Contains(marks, "*") {
		field.Max = "unbounded"
	}
	name, typ, typed := strings.Cut(bare, ":")
	if !typed {
		typ = "string"
	}
	names := []string{name}
	if group := parameterGroups[name]; group != nil {
		names = group
	}
	field.Type = in.typeName(typ)
	var fields []factsField
	for _, field.Name = range names {
		fields = append(fields, field)
	}
	return fields
}

// needAll takes in the types that messages are made of, and the fault's.
func (in *inferred) needAll(messages ...factsType) error {
	for _, message := range messages {
		for _, field := range message.Fields {
			if err := in.need(field.Type); err != nil {
				return err
			}
		}
	}
	return in.need(faultElement)
}

// need takes in a type and those it is made of.
func (in *inferred) need(name string) error {
	if strings.HasPrefix(name, "{"+nsXSD+"}") {
		return nil
	}
	if _, done := in.current.Types[name]; done {
		return nil
	}
	known, ok := in.types[name]
	for _, like := range slices.Backward(in.like) {
		if preferred, has := like[name]; has {
			known, ok = preferred, true
		}
	}
	if !ok {
		return fmt.Errorf("no type %s", name)
	}
	in.current.Types[name] = known
	for _, field := range known.Fields {
		if err := in.need(field.Type); err != nil {
			return err
		}
	}
	return nil
}

func (in *inferred) typeName(text string) string {
	space, local, ok := strings.Cut(strings.TrimPrefix(text, "{"), "}")
	if !ok {
		return Name{nsXSD, text}.String()
	}
	return Name{in.space(space), local}.String()
}

func (in *inferred) own(local string) string { return Name{in.tns, local}.String() }

func (in *inferred) space(short string) string {
	switch {
	case short == "tns":
		return in.tns
	case short == "arr:":
		return "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
	case strings.HasPrefix(short, "w:"):
		return servicesSpace + short[2:]
	case strings.HasPrefix(short, "s:"):
		return schemasSpace + short[2:]
	}
	return short
}
