package wsdl

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// withList loads the embedded documents with one list replaced.
func withList(t *testing.T, file, text string) (*Contract, error) {
	t.Helper()
	files := embeddedFiles(t)
	files[spellingsFile] = &fstest.MapFile{}
	files[file] = &fstest.MapFile{Data: []byte(text)}
	return LoadFS(files)
}

func TestSpellings(t *testing.T) {
	c, err := withList(t, spellingsFile, "# one\nReceiptExternalEC2 GetReceiptECV2 GetReceiptV2EC # another\n\nReceiptExternalEC2 UpdateReceiptEC PutReceiptEC\n")
	if err != nil {
		t.Fatal(err)
	}
	e := c.endpointNamed("ReceiptExternalEC2")
	op, other := e.operationNamed("GetReceiptECV2"), e.operationNamed("GetReceiptV2EC")
	if other == nil || !other.Unlisted || op.Unlisted {
		t.Fatalf("%+v", other)
	}
	const base = "http://www.altinn.no/services/Intermediary/Receipt/2009/10/IReceiptExternalEC/"
	got := []string{other.Action, other.ReplyAction, other.FaultAction, other.Input.Name.Local, other.Output.Name.Local, other.Output.Type.Fields[0].Name.Local}
	want := []string{base + "GetReceiptV2EC", base + "GetReceiptV2ECResponse", base + "GetReceiptV2ECAltinnFaultFault",
		"GetReceiptV2EC", "GetReceiptV2ECResponse", "GetReceiptV2ECResult"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if other.Input.Type != op.Input.Type || other.Output.Name.Space != op.Output.Name.Space || op.Output.Type.Fields[0].Name.Local != "GetReceiptECV2Result" {
		t.Errorf("%+v, %+v", other, op)
	}
	body, _ := c.Document(e, "singleWsdl", testBase)
	if strings.Contains(string(body), "GetReceiptV2EC") {
		t.Error("a document lists it")
	}
}

func TestInferred(t *testing.T) {
	c, err := withList(t, inferredFile, "IntermediaryInbound\nReceiptExternalEC2 GetReceiptEC\n")
	if err != nil {
		t.Fatal(err)
	}
	const space = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/"
	for _, e := range c.Endpoints {
		for _, op := range e.Operations {
			var want []string
			switch {
			case e.Name == "IntermediaryInbound" && op.Name != "Test":
				want = []string{space + "2009/10", space + "2010/10"}
			case e.Name == "ReceiptExternalEC2" && op.Name == "GetReceiptEC":
				want = []string{"http://www.altinn.no/services/Intermediary/Receipt/2009/10"}
			}
			if op.Inferred != (want != nil) || !subset(want, op.Spaces) {
				t.Errorf("%s/%s: inferred %v, %v", e.Name, op.Name, op.Inferred, op.Spaces)
			}
		}
	}
}

func subset(all, of []string) bool {
	for _, s := range all {
		if !strings.Contains(strings.Join(of, "\n")+"\n", s+"\n") {
			return false
		}
	}
	return len(all) > 0 == (len(of) > 0)
}

func TestListRefusals(t *testing.T) {
	for _, test := range []struct{ file, text, want string }{
		{spellingsFile, "ReceiptExternalEC2 GetReceiptEC", "spellings.txt:1: not an endpoint, an operation and a spelling"},
		{spellingsFile, "\nX GetReceiptEC Y", "spellings.txt:2: no endpoint X"},
		{spellingsFile, "ReceiptExternalEC2 X Y", "spellings.txt:1: ReceiptExternalEC2 has no operation X"},
		{spellingsFile, "ReceiptExternalEC2 GetReceiptEC GetReceiptECV2", "spellings.txt:1: ReceiptExternalEC2 has an operation GetReceiptECV2"},
		{spellingsFile, "ReceiptExternalEC2 GetReceiptEC X\nReceiptExternalEC2 X Y", "spellings.txt:2: ReceiptExternalEC2 has no operation X"},
		{inferredFile, "X", "inferred.txt:1: no endpoint X"},
		{inferredFile, "ReceiptExternal X", "inferred.txt:1: ReceiptExternal has no operation X"},
		{inferredFile, "ReceiptExternal GetReceipt X", "inferred.txt:1: not an endpoint and an operation"},
	} {
		if _, err := withList(t, test.file, test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, not %q", test.text, err, test.want)
		}
	}
	files := archive(t)
	files[spellingsFile] = &fstest.MapFile{Data: []byte("UploadWS Upload Send")}
	if _, err := LoadFS(files); err == nil || !strings.Contains(err.Error(), "the messages of Upload are not named for it") {
		t.Error(err)
	}
}

// TestInferredList compares the list with what the facts lack.
func TestInferredList(t *testing.T) {
	c, in := load(t), readInferred(t)
	for _, e := range c.Endpoints {
		inferred := in.endpoints[string(e.Flavour)+"."+e.Name]
		for _, op := range e.Operations {
			known := op.Name == "Test" || inferred == nil
			if inferred != nil && !known {
				if facts := in.known[string(e.Flavour)+"."+e.Name]; facts != nil {
					known = strings.Contains(strings.Join(facts, " ")+" ", " "+op.Name+" ")
				}
			}
			if op.Inferred == known && !op.Unlisted {
				t.Errorf("%s/%s: inferred is %v", e.Name, op.Name, op.Inferred)
			}
		}
	}
}

// TestSharedAddresses lists the addresses of other endpoints, and what may not be one.
func TestSharedAddresses(t *testing.T) {
	const path = "/IntermediaryExternal/ReceiptExternalBasic.svc"
	c, err := withList(t, addressesFile, strings.ToLower(path)+" ReceiptExternal\n")
	if err != nil {
		t.Fatal(err)
	}
	e := c.endpointNamed("ReceiptExternal")
	if diff := cmp.Diff([]string{strings.ToLower(path)}, e.Shares); diff != "" || len(e.Paths) != 1 {
		t.Errorf("%v, shares %s", e.Paths, diff)
	}
	if at := c.EndpointAt(path); at == nil || at.Name != "ReceiptExternalBasic" {
		t.Errorf("%s is the address of %v", path, at)
	}
	for name, line := range map[string]string{
		"EC2":              path + " ReceiptExternalEC2",
		"EC2's":            "/IntermediaryExternal/ReceiptExternalEC2.svc ReceiptExternalBasic",
		"one SOAP version": path + " IntermediaryInboundBasic",
		"its own":          path + " ReceiptExternalBasic",
		"parts or none":    "/ServiceEngineExternal/BrokerServiceExternalBasic.svc BrokerServiceExternalStreamed",
	} {
		if _, err := withList(t, addressesFile, line+"\n"); err == nil || !strings.Contains(err.Error(), "is the address of") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
