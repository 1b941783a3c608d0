package soap

import (
	"net/http/httptest"
	"strings"
	"testing"

	"overgang/wsdl"
)

// TestInferredContract calls operations with the names and actions that another
// copy of their contract may have: only those that were inferred answer.
func TestInferredContract(t *testing.T) {
	c := testContract()
	for _, e := range c.Endpoints {
		op := e.Operations[1] // Count
		op.Inferred, op.Spaces = true, []string{tns, "urn:test:post2"}
		// It has its own name in the other namespace.
		e.Operations[2].Input = element("urn:test:post2", "Test", &wsdl.Type{Kind: wsdl.KindComplex}, 1, 1)
	}
	b := &bench{post: &post{}}
	s, err := New(c, b.services(), Options{FaultFor: testFaultFor})
	if err != nil {
		t.Fatal(err)
	}
	b.Server = httptest.NewServer(s)
	t.Cleanup(b.Server.Close)
	const answer = `<CountResponse xmlns="urn:test:post"><CountResult>4</CountResult></CountResponse>`
	for name, test := range map[string]struct{ body, action, want string }{
		"as inferred":             {countBody, "urn:test:post/IPost/Count", answer},
		"another namespace":       {`<Count xmlns="urn:test:post2"><number>3</number></Count>`, "urn:test:post2/IPostal/Count", answer},
		"both":                    {`<n:Count xmlns:n="urn:test:post2"><number>3</number></n:Count>`, "", answer},
		"another interface":       {countBody, "urn:test:post/IPostExternal/Count", answer},
		"another operation":       {countBody, "urn:test:post/IPost/Send", "is not the one of the body"},
		"another service":         {countBody, "urn:other/IPost/Count", "is not the one of the body"},
		"a namespace alone":       {countBody, "urn:test:post2", "is not the one of the body"},
		"an unknown namespace":    {`<Count xmlns="urn:test:post3"><number>3</number></Count>`, "", "No operation at this address"},
		"a foreign field":         {`<Count><number xmlns="urn:test:post3">3</number></Count>`, "", "number is not in its namespace"},
		"not inferred, elsewhere": {`<Send xmlns="urn:test:post2"/>`, "", "No operation at this address"},
		"not inferred, action":    {sendBody, "urn:test:post2/IPost/Send", "is not the one of the body"},
		"somebody's own name":     {`<Test xmlns="urn:test:post2"/>`, "", "TestResponse"},
	} {
		for version, r := range map[string]reply{
			"1.1": b.call(t, path11, textXML11, body11(test.body), "SOAPAction", `"`+test.action+`"`),
			"1.2": b.call(t, path12, soapXML12+`; action="`+test.action+`"`, envelope(NS12, "", test.body)),
		} {
			if !strings.Contains(r.body, test.want) {
				t.Errorf("%s, SOAP %s: %s", name, version, r.body)
			}
		}
	}
}
