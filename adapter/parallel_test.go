package adapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"overgang/rest"
	"overgang/rest/api"
)

// parallelState is what the golden case of user-controlled signing starts from.
func parallelState(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(golden + "/parallel.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse(text).Files {
		if f.Name == "state" {
			return f.Data
		}
	}
	t.Fatal("no state")
	return nil
}

// legacy calls an operation in Basic as the system, and answers the body.
func (c *crossing) legacy(path, ns, port, operation, parameters string, status int) string {
	c.t.Helper()
	envelope := fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><%[1]s xmlns="%[2]s">`+
		`<systemUserName>1001</systemUserName><systemPassword>golden-system-1</systemPassword>%[3]s</%[1]s></s:Body></s:Envelope>`, operation, ns, parameters)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(envelope))
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"`+ns+"/"+port+"/"+operation+`"`)
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	if w.Code != status {
		c.t.Fatalf("%s: %d %s", operation, w.Code, w.Body)
	}
	return w.Body.String()
}

// Credentials of the persons in Basic.
const (
	asKari = `<userSSN>01817010055</userSSN><userPassword>golden-person-1</userPassword><userPinCode>kode1</userPinCode><authMethod>AltinnPin</authMethod>`
	asOla  = `<userSSN>15887510188</userSSN><userPassword>golden-person-2</userPassword><userPinCode>ola1</userPinCode><authMethod>AltinnPin</authMethod>`
)

func (c *crossing) workflow(operation, who string, number int32, more string, status int) string {
	c.t.Helper()
	return c.legacy("/ServiceEngineExternal/WorkflowServiceExternalBasic.svc", "http://www.altinn.no/services/ServiceEngine/Workflow/2009/10", "IWorkflowServiceExternalBasic",
		operation, fmt.Sprintf("%s<reporteeElementID>%d</reporteeElementID>%s", who, number, more), status)
}

// signed calls DoSigning.
func (c *crossing) signed(who string, number int32, status int) string {
	c.t.Helper()
	return c.workflow("DoSigningBasic", who, number, `<signatureText>Jeg bekrefter selskapsmeldingen.</signatureText><endUserSystemLoginDateTime>2026-11-22T10:55:00</endUserSystemLoginDateTime>`+
		`<endUserSystemSignatureDateTime>2026-11-22T10:59:30</endUserSystemSignatureDateTime>`, status)
}

// archive is what GetArchivedFormTask tells of the signatures.
func (c *crossing) archive(number int32) string {
	c.t.Helper()
	return c.legacy("/ArchiveExternal/ReporteeArchiveExternalBasic.svc", "http://www.altinn.no/services/Archive/ReporteeArchive/2009/10", "IReporteeArchiveExternalBasic",
		"GetArchivedFormTaskBasicV2", fmt.Sprintf("<userSSN></userSSN><userPassword></userPassword><userPinCode></userPinCode><authMethod></authMethod><reporteeElementId>%d</reporteeElementId>", number), 200)
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("no %s in %s", p, text)
		}
	}
}

// toSign are the numbers of what waits for a person's signature over HTTP.
func (c *crossing) toSign(who string) (numbers []int32) {
	c.t.Helper()
	var page api.InstancePage
	c.rest(who, http.MethodGet, "/storage/signing", "", http.StatusOK, &page)
	for _, i := range page.UnderscoreEmbedded.Instances {
		numbers = append(numbers, i.Number)
	}
	return numbers
}

const signers = `{"signers":[{"ssn":"01817010055","name":"Eksempel"},{"ssn":"15887510188","name":"Ola Uten"}],"required":2}`

// TestTwoSigners: a tax form is signed by two persons, each by whichever side;
// what the one side did the other sees, and the archive has both signatures.
func TestTwoSigners(t *testing.T) {
	c := newCrossing(t, parallelState(t)...)
	ola, err := c.core.Party(t.Context(), rest.PartyRef{SSN: "15887510188"})
	if err != nil {
		t.Fatal(err)
	}
	archived := func(number int32, text string) {
		t.Helper()
		contains(t, c.archive(number), "<a:NumberOfSignaturesAdded>2<", "<a:UserDefinedNumberOfSignaturesRequired>2<", "<a:SignedByUserName>Kari Eksempel<",
			"<a:SignedByUserName>Ola Uten<", fmt.Sprintf("<a:SignedByUser>%d<", ola.ID), "<a:SignatureText>"+text+"<")
	}
	named := `<delegatedUserBEList xmlns:w="http://schemas.altinn.no/services/ServiceEngine/Workflow/2010/10"><w:DelegatedUserBE><w:Name>Eksempel</w:Name><w:NumberOfSignaturesAllowed>1</w:NumberOfSignaturesAllowed>` +
		`<w:SSN>01817010055</w:SSN></w:DelegatedUserBE><w:DelegatedUserBE><w:Name>Uten</w:Name><w:NumberOfSignaturesAllowed>1</w:NumberOfSignaturesAllowed><w:SSN>15887510188</w:SSN></w:DelegatedUserBE></delegatedUserBEList>` +
		`<parallelSigningStepLocked>false</parallelSigningStepLocked><userDefinedNumberOfSignaturesRequired>2</userDefinedNumberOfSignaturesRequired>`

	// Made over HTTP, delegated by an old client; Ola signs over HTTP, and Kari,
	// the last, as an old client, which sends in.
	i := c.create("felles")
	path := "/gld/felles/instances/" + i.Id
	c.workflow("PrepareUserControlledSigningBasic", "", i.Number, "", http.StatusInternalServerError) // nobody is named
	c.workflow("PrepareUserControlledSigningBasic", asKari, i.Number, named, http.StatusOK)
	var p api.Process
	c.rest("ola", http.MethodGet, path, "", http.StatusNotFound, nil)
	c.rest("kari", http.MethodPut, path+"/process/next", `{"action":"complete"}`, http.StatusOK, &p)
	if p.CurrentStep != "Signing" || p.Delegation == nil || p.Delegation.Required != 2 || p.Delegation.Given != 0 || len(p.Delegation.Signers) != 2 {
		t.Fatalf("%+v", p)
	}
	if got := c.toSign("ola"); len(got) != 1 || got[0] != i.Number {
		t.Errorf("Ola is to sign %v", got)
	}
	c.rest("ola", http.MethodPut, path+"/process/next", `{"action":"sign","text":"Jeg står inne for dette."}`, http.StatusOK, &p)
	if p.CurrentStep != "Signing" || p.Delegation.Given != 1 || p.Delegation.Signers[1].Given != 1 {
		t.Errorf("%+v", p.Delegation)
	}
	element := path + "/data/" + i.Data[0].Id.String()
	c.rest("kari", http.MethodDelete, element, "", http.StatusConflict, nil) // what is signed is locked
	c.rest("kari", http.MethodDelete, element+"/lock", "", http.StatusConflict, nil)
	contains(t, c.signed(asOla, i.Number, http.StatusInternalServerError), "<ErrorID>60036</ErrorID>")
	contains(t, c.workflow("GetAvailableActionsBasicV2", asKari, i.Number, "", http.StatusOK), "ParallelSigning")
	c.signed(asKari, i.Number, http.StatusOK)
	var after api.Instance
	c.rest("ola", http.MethodGet, path, "", http.StatusOK, &after)
	if !after.Status.IsArchived || len(after.Signatures) != 2 || after.Signatures[0].Text != "Jeg står inne for dette." || after.Signatures[1].Text == "" || after.Signatures[0].Data[0].Sha256 != i.Data[0].Sha256 {
		t.Errorf("%+v", after)
	}
	archived(i.Number, "Jeg står inne for dette.")

	// Sent by an old client, delegated over HTTP; Kari signs as an old client, and
	// Ola, the last, over HTTP. An old client sends it in.
	c.soap("SubmitFormTaskBasic", `<formTaskShipment><Reportee>`+party+`</Reportee><ExternalShipmentReference>forsendelse-1</ExternalShipmentReference>`+
		`<FormTasks><ServiceCode>4510</ServiceCode><ServiceEdition>1</ServiceEdition><Forms><Form><Completed>true</Completed><DataFormatId>1234</DataFormatId>`+
		`<DataFormatVersion>5</DataFormatVersion><EndUserSystemReference>skjema-1</EndUserSystemReference><FormData><![CDATA[`+form("1.00")+`]]></FormData></Form></Forms></FormTasks></formTaskShipment>`)
	var page api.InstancePage
	c.rest("gld", http.MethodGet, "/storage/instances?workflow.currentStep=Signing", "", http.StatusOK, &page)
	waiting := page.UnderscoreEmbedded.Instances[0]
	path = "/gld/felles/instances/" + waiting.Id
	contains(t, c.workflow("GetAvailableActionsBasicV2", asKari, waiting.Number, "", http.StatusOK), "DoSignDelegation")
	contains(t, c.signed(asOla, waiting.Number, http.StatusInternalServerError), "<ErrorID>14</ErrorID>")
	c.rest("kari", http.MethodPut, path+"/process/signers", signers, http.StatusOK, &p)
	c.signed(asKari, waiting.Number, http.StatusOK)
	c.rest("ola", http.MethodPut, path+"/process/next", "", http.StatusOK, &p)
	if p.CurrentStep != "Submit" || p.Delegation.Given != 2 || len(c.toSign("ola")) != 0 {
		t.Errorf("%+v", p)
	}
	contains(t, c.signed(asOla, waiting.Number, http.StatusInternalServerError), "<ErrorID>60036</ErrorID>")
	c.workflow("DoSendingInActionBasic", "", waiting.Number, "", http.StatusOK)
	contains(t, c.workflow("DoSendingInActionBasic", "", waiting.Number, "", http.StatusInternalServerError), "<ErrorID>60035</ErrorID>")
	archived(waiting.Number, "Jeg bekrefter selskapsmeldingen.")

	// All over HTTP, and back: the signature that was given does not stand.
	i = c.create("felles")
	path = "/gld/felles/instances/" + i.Id
	c.rest("kari", http.MethodPut, path+"/process/signers", signers, http.StatusOK, &p)
	for _, step := range []struct{ who, action, at string }{
		{"kari", "complete", "Signing"}, {"kari", "sign", "Signing"}, {"ola", "reject", "FormFilling"}, {"kari", "complete", "Signing"},
		{"kari", "sign", "Signing"}, {"ola", "sign", "Submit"}, {"kari", "send", "Archived"},
	} {
		if c.rest(step.who, http.MethodPut, path+"/process/next", `{"action":"`+step.action+`"}`, http.StatusOK, &p); p.CurrentStep != step.at {
			t.Fatalf("%+v: at %s", step, p.CurrentStep)
		}
	}
	c.rest("ola", http.MethodGet, path, "", http.StatusOK, &after)
	if len(after.Signatures) != 2 || !after.Status.IsArchived {
		t.Errorf("%+v", after)
	}
}
