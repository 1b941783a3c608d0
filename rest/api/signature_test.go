package api_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"strings"
	"testing"

	"overgang/rest"
	"overgang/rest/api"
)

// TestSignersCertificate: an instance shows what an enterprise user signed with.
func TestSignersCertificate(t *testing.T) {
	text, err := os.ReadFile("../../testdata/wss/certificates/enterprise.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	g := newGateway(t)
	i := g.create(person)
	g.core.instances[0].Signatures = []rest.Signature{
		{System: rest.EnterpriseID(7).System(), At: g.now, Certificate: block.Bytes},
		{Person: person, At: g.now},
	}
	var in api.Instance
	g.do(call{path: instancesPath + "/" + i.Id, as: asUser}).want(t, 200, "").json(t, &in)
	list := in.Signatures
	if len(list) != 2 {
		t.Fatalf("%+v", list)
	}
	c := list[0].Certificate
	if list[0].By != "enterprise:7" || !strings.Contains(c.Subject, "CN=Eksempel AS") || !strings.Contains(c.Issuer, "CN=Overgang Test CA 1") ||
		c.Thumbprint != rest.ThumbprintOf(block.Bytes).String() || !c.ValidTo.After(c.ValidFrom) || !bytes.Equal(c.Certificate, block.Bytes) {
		t.Errorf("%+v", list[0])
	}
	if list[1].Certificate.Certificate != nil || list[1].Certificate.Thumbprint != "" {
		t.Errorf("a person's signature has %+v", list[1].Certificate)
	}
}
