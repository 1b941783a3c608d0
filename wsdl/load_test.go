package wsdl

import (
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestEmbedded checks what Load leaves out for speed, and that every schema
// document is used.
func TestEmbedded(t *testing.T) {
	files := embeddedFiles(t)
	used := map[string]bool{}
	for name, file := range files {
		if path.Ext(name) == ".txt" {
			continue
		}
		tree := etree.NewDocument()
		tree.ReadSettings = etree.ReadSettings{ValidateInput: true, PreserveDuplicateAttrs: true, MaxDepth: 64}
		// ValidateInput takes white space behind the root for a second document.
		if err := tree.ReadFromString(strings.TrimSpace(string(file.Data))); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, e := range tree.FindElements("//import") {
			used[path.Join(path.Dir(name), e.SelectAttrValue("schemaLocation", ""))] = true
		}
	}
	for name := range files {
		if path.Ext(name) == ".xsd" && !used[name] {
			t.Errorf("%s is used by no document", name)
		}
	}
}

func TestEndpointAt(t *testing.T) {
	c := load(t)
	for path, want := range map[string]string{
		"/AuthenticationExternal/SystemAuthentication.svc":   "SystemAuthentication",
		"/IntermediaryExternal/IntermediaryInboundBasic.svc": "IntermediaryInboundBasic",
		"/INTERMEDIARYEXTERNAL/receiptexternalbasic.SVC":     "ReceiptExternalBasic",
		"/IntermediaryExternal/ReceiptExternalBasic.svc/":    "",
		"/IntermediaryExternal/":                             "",
		"":                                                   "",
	} {
		got := ""
		if e := c.EndpointAt(path); e != nil {
			got = e.Name
		}
		if got != want {
			t.Errorf("%s: %q, not %q", path, got, want)
		}
	}
}

func archive(t *testing.T) fstest.MapFS {
	t.Helper()
	a, err := txtar.ParseFile("testdata/streamed.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range a.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files
}

// TestStreamed reads what the Basic contracts do not have.
func TestStreamed(t *testing.T) {
	c, err := LoadFS(archive(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Endpoints) != 2 {
		t.Fatalf("%d endpoints", len(c.Endpoints))
	}
	ec2, ws := c.Endpoints[0], c.Endpoints[1]
	if ec2.Flavour != EC2 || ec2.SOAP != "1.2" || !ec2.MTOM {
		t.Errorf("%s: %s %s %v", ec2.Name, ec2.Flavour, ec2.SOAP, ec2.MTOM)
	}
	if ws.Flavour != WS || ws.SOAP != "1.2" || ws.MTOM {
		t.Errorf("%s: %s %s %v", ws.Name, ws.Flavour, ws.SOAP, ws.MTOM)
	}
	if diff := cmp.Diff([]string{"/Demo/UploadEC2.svc", "/Demo/UploadEC2Streamed.svc", "/demo/Uploads.svc"}, ec2.Paths); diff != "" {
		t.Error(diff)
	}
	if c.EndpointAt("/demo/uploadec2streamed.svc") != ec2 {
		t.Error("not at its second address")
	}
	op := ec2.Operations[0]
	if op.Action != "urn:upload/IUploadEC/UploadEC" || op.ReplyAction != op.Action+"Response" || op.FaultAction != op.Action+"Fault" {
		t.Errorf("actions %+v", op)
	}
	if len(op.Headers) != 2 || op.Headers[0].Name != (Name{"urn:upload", "FileName"}) || !op.Headers[0].Nillable || op.Headers[1].Type.Kind != KindInt {
		t.Errorf("headers %+v", op.Headers)
	}
	stream := op.Input.Type.Fields[0]
	if stream.Type.Kind != KindBase64 || stream.Type.Name != (Name{"urn:data", "StreamBody"}) {
		t.Errorf("stream %+v", stream.Type)
	}
	tree, local := op.Output.Type.Fields[0], op.Output.Type.Fields[1]
	if tree.Min != 0 || tree.Max != 3 || !tree.Nillable || tree.Type.Fields[1].Type != tree.Type {
		t.Errorf("tree %+v", tree)
	}
	if id := tree.Type.Fields[0].Type; id.Kind != KindString || id.Pattern != "[0-9a-f-]{36}" {
		t.Errorf("guid %+v", id)
	}
	if local.Type.Name != (Name{}) || !cmp.Equal(local.Type.Enum, []string{"A", "B"}) {
		t.Errorf("local type %+v", local.Type)
	}
	for e, want := range map[*Endpoint][]string{ec2: {"One", "Two"}, ws: {"One"}} {
		if got := e.Operations[0].Fault.Type.Fields[0].Type.Enum; !cmp.Equal(got, want) {
			t.Errorf("%s: Kind is %v", e.Name, got)
		}
	}

	single, ok := c.Document(ec2, "singleWsdl", testBase)
	if !ok {
		t.Fatal("no document")
	}
	again, err := LoadFS(fstest.MapFS{"UploadEC2.wsdl": &fstest.MapFile{Data: single}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shapeOf(ec2), shapeOf(again.Endpoints[0])); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(string(single), "gateway.example") {
		t.Error("the documents' own host")
	}
}

// TestCancel reads the policy of the older generation.
func TestCancel(t *testing.T) {
	for policy, cancel := range map[string]bool{"<sp:MustNotSendCancel/>": false, "<sp:RequireDerivedKeys/>": true, "<sp:RequireDerivedKeys/><sp:MustNotSendCancel/>": false} {
		files := archive(t)
		text := string(files["UploadEC2.wsdl"].Data)
		files["UploadEC2.wsdl"] = &fstest.MapFile{Data: []byte(strings.Replace(text, "<sp:MustNotSendCancel/>", policy, 1))}
		c, err := LoadFS(files)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.Endpoints {
			if e.Cancel != (cancel && e.Flavour == EC2) {
				t.Errorf("%s: %s: Cancel %v", policy, e.Name, e.Cancel)
			}
		}
	}
}

// TestRefusals changes one thing in documents that are right: nothing that the
// parser does not know may be passed over.
func TestRefusals(t *testing.T) {
	const (
		auth = "SystemAuthentication.wsdl"
		xsd0 = "xsd/services.Authentication.SystemAuthentication.2009-10.xsd"
		xsd  = "xsd/schemas.Authentication.2009-10.xsd"
		ec2  = "UploadEC2.wsdl"
		data = "xsd/data.xsd"
		list = "addresses.txt"
	)
	basic := embeddedFiles(t)
	streamed := archive(t)
	for _, test := range []struct {
		name, file, old, new, want string
	}{
		{"malformed", auth, "</wsdl:service>", "", "SystemAuthentication.wsdl: "},
		{"doctype", auth, "?>", "?><!DOCTYPE x>", "DOCTYPE"},
		{"not a WSDL", auth, `="http://schemas.xmlsoap.org/wsdl/"`, `="urn:x"`, "not a WSDL 1.1 document"},
		{"element", auth, "<wsdl:types>", "<wsdl:import/><wsdl:types>", "unexpected element {http://schemas.xmlsoap.org/wsdl/}import"},
		{"attribute", auth, `<wsdl:portType name=`, `<wsdl:portType x="y" name=`, "unknown attribute x"},
		{"attribute twice", auth, `<wsdl:portType name=`, `<wsdl:portType name="y" name=`, "attribute name twice"},
		{"text", auth, "<wsdl:types>", "<wsdl:types>x", `unexpected text "x"`},
		{"prefix", auth, `element="base:Test"`, `element="x:Test"`, `undeclared prefix "x"`},
		{"no element", auth, `element="base:Test"`, `element="base:Tset"`, "no element {http://www.altinn.no/services/2009/10}Tset"},
		{"no message", auth, `message="tns:IAltinnContractBase_Test_InputMessage"`, `message="tns:X"`, "the message has 0 parts"},
		{"no schema", auth, "xsd/services.2009-10.xsd", "xsd/x.xsd", "open xsd/x.xsd"},
		{"other schema", auth, "xsd/services.2009-10.xsd", "xsd/schemas.Intermediary.Receipt.2009-10.xsd", "is of namespace"},
		{"namespace unsaid", xsd0, `schemaLocation="schemas.Authentication.2009-10.xsd"/>`, `schemaLocation="schemas.Authentication.2009-10.xsd"/><xs:import namespace="urn:x"/>`, "neither it nor SystemAuthentication.wsdl says where urn:x is"},
		{"rpc", auth, `style="document"`, `style="rpc"`, `style is "rpc"`},
		{"encoded", auth, `<soap:body use="literal"/>`, `<soap:body use="encoded"/>`, `use is "encoded"`},
		{"transport", auth, `transport="http://schemas.xmlsoap.org/soap/http"`, `transport="urn:smtp"`, `transport is "urn:smtp"`},
		{"actions differ", auth, `soapAction="http://www.altinn.no/services/2009/10/IAltinnContractBase/Test"`, `soapAction="urn:x"`, `soapAction is "urn:x"`},
		{"no action", auth, ` wsaw:Action="http://www.altinn.no/services/2009/10/IAltinnContractBase/Test"`, "", "no wsaw:Action"},
		{"not bound", auth, "<wsdl:operation name=\"Test\">\n      <wsdl:input ", "<wsdl:operation name=\"Tset\"><wsdl:input ", "is not bound"},
		{"bound twice", auth, "<wsdl:operation name=\"GetAuthenticationChallenge\">\n      <soap", "<wsdl:operation name=\"Test\"><soap", "bound twice"},
		{"address", auth, `<soap:address location="https://gateway.example/AuthenticationExternal/SystemAuthentication.svc"/>`, "", "0 addresses"},
		{"address without path", auth, "gateway.example/AuthenticationExternal/SystemAuthentication.svc", "gateway.example", "has no path"},
		{"same address", auth, "AuthenticationExternal/SystemAuthentication.svc", "intermediaryexternal/receiptexternalbasic.svc", "is the address of"},
		{"choice", xsd, "xs:sequence>", "xs:choice>", "unexpected element {http://www.w3.org/2001/XMLSchema}choice"},
		{"xs:attribute", xsd, "</xs:sequence>", "</xs:sequence><xs:attribute/>", "2 particles"},
		{"any", xsd, "</xs:sequence>", "<xs:any/></xs:sequence>", "unexpected element {http://www.w3.org/2001/XMLSchema}any"},
		{"default", xsd, `name="ValidTo"`, `name="ValidTo" default="x"`, "unknown attribute default"},
		{"no type", xsd, `"xs:dateTime"`, `"xs:dateTiem"`, "no type {http://www.w3.org/2001/XMLSchema}dateTiem"},
		{"field twice", xsd, `name="ValidTo"`, `name="ValidFrom"`, "twice in its sequence"},
		{"type twice", xsd, `<xs:complexType name="AuthenticationChallengeRequestBE">`, `<xs:complexType name="AuthenticationChallengeBE">`, "declared twice"},
		{"enumeration twice", xsd, `value="Ok"`, `value="NoPinFound"`, `"NoPinFound" twice`},
		{"minOccurs", xsd, `minOccurs="0"`, `minOccurs="-1"`, `minOccurs is "-1"`},
		{"too many", xsd, `minOccurs="0"`, `minOccurs="2"`, "occurs 2 to 1 times"},
		{"nillable", xsd, `nillable="true"`, `nillable="yes"`, `nillable is "yes"`},
		{"unqualified", xsd, `elementFormDefault="qualified"`, "", `elementFormDefault is ""`},
		{"assertion", ec2, "<sp:MustNotSendCancel/>", "<sp:RequireExternalUriReference/>", "RequireExternalUriReference"},
		{"policy", ec2, `URI="#p"`, `URI="#q"`, "no such policy"},
		{"policy unheard", ec2, "<wsdl:documentation>", `<wsp:Policy wsu:Id="r"/><wsdl:documentation>`, "is referred to by no binding"},
		{"policy twice", ec2, "<wsdl:documentation>", `<wsp:Policy wsu:Id="p"/><wsdl:documentation>`, "a second policy"},
		{"alternatives", ec2, "</wsp:All>", "</wsp:All><wsp:All/>", "2 alternatives"},
		{"header part", ec2, `part="Id"`, `part="Di"`, `no part "Di"`},
		{"output header", ec2, `<wsdl:output><soap12:body`, `<wsdl:output><soap12:header message="tns:In_Headers" part="Id" use="literal"/><soap12:body`, "unexpected element {http://schemas.xmlsoap.org/wsdl/soap12/}header"},
		{"mixed versions", ec2, `xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"`, `xmlns:soap12="urn:x"`, "unexpected element {urn:x}binding"},
		{"second address", ec2, "<wsa10:Address>https", "<wsa10:Address>http", "is not the port's address"},
		{"facet", data, `<xs:pattern value="[0-9a-f-]{36}"/>`, `<xs:length value="36"/>`, "unexpected element {http://www.w3.org/2001/XMLSchema}length"},
		{"facet of base64", data, `<xs:restriction base="xs:base64Binary"/>`, `<xs:restriction base="xs:base64Binary"><xs:pattern value="x"/></xs:restriction>`, "facets on"},
		{"list of addresses", list, "/Demo/UploadEC2Streamed.svc UploadEC2 ", "/Demo/UploadEC2Streamed.svc ", "addresses.txt:2: not a path and an endpoint"},
		{"address of nothing", list, "svc UploadEC2 ", "svc X ", "addresses.txt:2: no endpoint X"},
		{"address twice", list, "/demo/Uploads.svc", "/demo/upload.svc", "is the address of"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{}
			from := basic
			if basic[test.file] == nil || test.file == list {
				from = streamed
			}
			for name, file := range from {
				files[name] = file
			}
			text := string(files[test.file].Data)
			if !strings.Contains(text, test.old) {
				t.Fatalf("no %q to change", test.old)
			}
			files[test.file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, test.old, test.new))}
			c, err := LoadFS(files)
			if err == nil {
				t.Fatalf("loaded %d endpoints", len(c.Endpoints))
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v\ndoes not say %q", err, test.want)
			}
		})
	}
	if _, err := LoadFS(fstest.MapFS{}); err == nil {
		t.Error("no documents, no error")
	}
}
