package soap

import (
	"context"
	"strings"
	"testing"

	"overgang/soap/codec"
	"overgang/wsdl"
)

func TestBootListsEverything(t *testing.T) {
	handle := func(context.Context, *Call, any) (any, error) { return nil, nil }
	row := func(name string, request, response any) Operation {
		return Operation{Base: name, Names: map[wsdl.Flavour][]string{wsdl.Basic: {name}, twelve: {name}}, Request: request, Response: response, Handle: handle}
	}
	type surplus struct {
		Number  int32
		Surplus string
	}
	tests := []struct {
		name string
		rows []Operation
		want []string
	}{
		{"names", []Operation{
			row("Test", (*empty)(nil), (*empty)(nil)),
			row("Nonsense", (*empty)(nil), (*empty)(nil)),
			row("Count", (*countRequest)(nil), (*countResponse)(nil)),
			row("Count", (*countRequest)(nil), (*countResponse)(nil)),
		}, []string{"operation PostBasic/Send: no row", "operation PostWS/Send: no row", "row Post/Nonsense: no endpoint has the operation Nonsense (basic)",
			"no endpoint has the operation Nonsense (twelve)", "operation PostBasic/Count: two rows"}},
		{"types", []Operation{
			row("Test", nil, empty{}),
			row("Send", (*struct {
				Number string
				Data   []*codec.Large
			})(nil), (*sendResponse)(nil)),
			{Base: "Count", Names: map[wsdl.Flavour][]string{wsdl.Basic: {"Count"}, twelve: {"Count"}}, Request: (*countRequest)(nil), Response: (*countResponse)(nil)},
		}, []string{"row Post/Test: Request is not a pointer to a struct", "row Post/Test: Response is not", "Send/number: is xs:int, which string cannot hold", "row Post/Count: no Handle"}},
		{"sink", []Operation{
			row("Test", (*empty)(nil), (*empty)(nil)),
			row("Send", (*sendRequest)(nil), (*sendResponse)(nil)),
			row("Count", (*countRequest)(nil), (*countResponse)(nil)),
		}, []string{"operation PostBasic/Send: no Sink for Data"}},
		{"fields", []Operation{
			row("Test", (*empty)(nil), (*empty)(nil)),
			{Base: "Send", Names: map[wsdl.Flavour][]string{wsdl.Basic: {"Send"}, twelve: {"Send"}}, Request: (*sendRequest)(nil), Response: (*sendResponse)(nil), Handle: handle,
				Sink: func(context.Context, *Call, any, string) (codec.Sink, error) { return nil, nil }},
			row("Count", (*surplus)(nil), (*countResponse)(nil)),
		}, []string{"no schema knows the field soap.surplus.Surplus"}},
	}
	for _, tt := range tests {
		_, err := New(testContract(), []Service{{Name: "Post", Operations: tt.rows}}, Options{})
		if err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: lacks %q:\n%v", tt.name, want, err)
			}
		}
	}
}

func TestServicesAreFoundByName(t *testing.T) {
	p := &post{}
	rows := p.services()[0].Operations
	contract := testContract()
	for _, names := range [][]string{{"post"}, {"PostBasic", "PostW"}, {""}, {"Po", "Other"}} {
		var services []Service
		for _, n := range names {
			s := Service{Name: n}
			for _, r := range rows {
				switch n {
				case "PostBasic":
					r.Names = map[wsdl.Flavour][]string{wsdl.Basic: r.Names[wsdl.Basic]}
				case "PostW":
					r.Names = map[wsdl.Flavour][]string{twelve: r.Names[twelve]}
				case "Other":
					continue
				}
				s.Operations = append(s.Operations, r)
			}
			services = append(services, s)
		}
		if _, err := New(contract, services, Options{}); err != nil {
			t.Errorf("%q: %v", names, err)
		}
	}
	if _, err := New(contract, []Service{{Name: "Else", Operations: rows}}, Options{}); err == nil || !strings.Contains(err.Error(), "endpoint PostBasic: no service") {
		t.Errorf("another service: %v", err)
	}
}

func TestFaultDetailIsCheckedAtStart(t *testing.T) {
	_, err := New(testContract(), (&post{}).services(), Options{FaultDetail: &struct{ Message int }{}})
	if err == nil || !strings.Contains(err.Error(), "fault of PostBasic/Send") {
		t.Errorf("%v", err)
	}
}

func TestEndpointsHaveTheirOwnPaths(t *testing.T) {
	c := testContract()
	c.Endpoints[1].Paths = []string{"/other", strings.ToUpper(path11)}
	if _, err := New(c, (&post{}).services(), Options{}); err == nil || !strings.Contains(err.Error(), "endpoints PostBasic and PostWS are both at") {
		t.Errorf("%v", err)
	}
}
