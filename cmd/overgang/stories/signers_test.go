package stories

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"testing"
	"time"

	"overgang/wsdl"
)

// TestSigners is interop/scenarios/signers in the flavours that Workflow has: the one
// signs as an old client, the other over HTTP, in either order.
func TestSigners(t *testing.T) {
	for _, f := range []wsdl.Flavour{wsdl.Basic, wsdl.WS} {
		for _, first := range []string{"old", "new"} {
			t.Run(string(f)+"/"+first+" first", func(t *testing.T) { signers(t, f, first == "old") })
		}
	}
}

func signers(t *testing.T, f wsdl.Flavour, oldFirst bool) {
	town := theTown
	old, he, agency := town.legacy(t, f), town.modern(t, "REST_TOKEN_SIGNER"), town.agency(t, "TAX_APP")
	form := readFile(t, town.env.Get("TAX_DEMO_FORM"))
	reference := fmt.Sprintf("skatt-%s-%v", f, oldFirst)
	sent := old.call("SubmitFormTask", fields{"formTaskShipment": shipment(town.env, "TAX_", reference, form, "bilag", false)})
	named := sent.references()
	number := named["WorkFlowReference"]
	if sent.status() != "OK" || named["ArchiveReference"] != "" {
		t.Fatal(sent.text)
	}
	which := fields{"reporteeElementID": number}
	if step := old.call("GetProcessStepIDForParallelSigning", which).only(); step == "0" || step == "" {
		t.Errorf("step %q", step)
	}
	var people []any
	for _, p := range []string{"PERSON", "SIGNER"} {
		people = append(people, fields{"Name": town.env.Get(p + "_NAME"), "NumberOfSignaturesAllowed": 1, "SSN": town.env.Get(p + "_SSN")})
	}
	old.call("PrepareUserControlledSigning", fields{"reporteeElementID": number, "delegatedUserBEList": fields{"DelegatedUserBE": people},
		"parallelSigningStepLocked": false, "userDefinedNumberOfSignaturesRequired": 2})

	instance := agency.get("/storage/instances?appId=" + agency.app + "&search=" + reference).at("_embedded").list("instances")[0]
	at := "/" + agency.app + "/instances/" + instance.text("id")
	oldSigns := func() {
		t.Helper()
		now := time.Now()
		signing := fields{"reporteeElementID": number, "signatureText": "Jeg bekrefter.", "endUserSystemLoginDateTime": now, "endUserSystemSignatureDateTime": now}
		old.call("DoSigning", signing)
		if status, again := old.try("DoSigning", signing); status == http.StatusOK {
			t.Errorf("signed twice: %s", again.text)
		}
	}
	newSigns := func() {
		t.Helper()
		for _, e := range he.get(at).list("data") {
			if e.text("formId") != "default" {
				continue
			}
			if got := he.send(http.MethodGet, e.at("dataLinks").text("apps"), nil); string(got) != form {
				t.Errorf("%d bytes are to be signed", len(got))
			}
		}
		he.send(http.MethodPut, at+"/process/next", object{"action": "sign"})
	}
	both := []func(){oldSigns, newSigns}
	if !oldFirst {
		both[0], both[1] = both[1], both[0]
	}
	both[0]()
	if got := he.get(at); got.at("workflow").text("currentStep") != "Signing" || len(got.list("signatures")) != 1 {
		t.Errorf("after one signature: %v", got)
	}
	both[1]()
	step := "Archived" // an old client's last signature sends in
	if oldFirst {
		step = "Submit"
	}
	if got := he.get(at); got.at("workflow").text("currentStep") != step || len(got.list("signatures")) != 2 {
		t.Errorf("after both: %v", got)
	}
	if oldFirst {
		old.call("DoSendingInAction", which)
	}

	archived := old.receipt("ExternalShipmentReference", reference).references()["ArchiveReference"]
	if archived == "" {
		t.Fatal("it is not archived")
	}
	task := old.call("GetArchivedFormTaskV2", fields{"reporteeElementId": number, "languageID": bokmaal})
	names := map[string]bool{}
	for _, s := range task.all("ArchivedFormTaskSigningStepBEV2") {
		names[s.get("SignedByUserName")] = true
	}
	if len(names) != 2 || !names[town.env.Get("PERSON_NAME")] || !names[town.env.Get("SIGNER_NAME")] {
		t.Errorf("signed by %v", names)
	}
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(form)))
	instance, _ = agency.fetch(archived)
	for _, s := range instance.list("signatures") {
		if s.list("data")[0].text("sha256") != hash {
			t.Errorf("a signature is on something else: %v", s)
		}
	}
}
