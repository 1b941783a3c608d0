package adapter_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/soap"
)

// party is what grants the golden state's system and person rights.
const party = "310010014"

// everybody is a bearer token that is its caller's name.
type everybody map[string]rest.Caller

func (e everybody) Verify(_ context.Context, raw rest.Secret) (rest.Caller, error) {
	c, ok := e[raw.Reveal()]
	if !ok {
		return c, rest.Errorf(rest.Unauthenticated, "token-invalid", "Unknown.")
	}
	return c, nil
}

// crossing is the HTTP API over the stack's core, beside its SOAP services.
type crossing struct {
	*stack
	t   *testing.T
	api http.Handler
}

func newCrossing(t *testing.T, state ...byte) *crossing {
	t.Helper()
	s := newStack(t, state, soap.Limits{})
	kari, err := s.core.Party(t.Context(), rest.PartyRef{SSN: "01817010055"})
	if err != nil {
		t.Fatal(err)
	}
	ola, err := s.core.Party(t.Context(), rest.PartyRef{SSN: "15887510188"})
	if err != nil {
		t.Fatal(err)
	}
	scopes := []string{rest.ScopeRead, rest.ScopeWrite}
	h, err := api.New(api.Config{
		Core: s.core, Tokens: everybody{
			"kari": {Person: kari.ID, Scopes: scopes},
			"ola":  {Person: ola.ID, Scopes: scopes},
			"gld":  {Owner: "gld", Scopes: append(scopes, rest.ScopeOwner)},
		},
		AppsURL: "https://apps.example.org", PlatformURL: "https://platform.example.org", Secret: bytes.Repeat([]byte{1}, 32),
		Rand: rand.Reader, Now: s.clock.now, NewID: uuid.NewString, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return &crossing{stack: s, t: t, api: h}
}

// rest makes a call of the HTTP API and reads its answer into out.
func (c *crossing) rest(who, method, path, body string, want int, out any) {
	c.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+who)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	if w.Code != want {
		c.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
		c.t.Fatalf("%v: %s", err, w.Body)
	}
}

// soap calls an operation of IntermediaryInboundBasic.
func (c *crossing) soap(operation, parameters string) string {
	c.t.Helper()
	const ns = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10"
	envelope := fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><%[1]s xmlns="%[2]s">`+
		`<systemUserName>1001</systemUserName><systemPassword>golden-system-1</systemPassword>%[3]s</%[1]s></s:Body></s:Envelope>`, operation, ns, parameters)
	r := httptest.NewRequest(http.MethodPost, "/IntermediaryExternal/IntermediaryInboundBasic.svc", strings.NewReader(envelope))
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"`+ns+`/IIntermediaryInboundExternalBasic/`+operation+`"`)
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		c.t.Fatalf("%s: %d %s", operation, w.Code, w.Body)
	}
	return w.Body.String()
}

func (c *crossing) create(app string) api.Instance {
	c.t.Helper()
	var i api.Instance
	form, err := json.Marshal([]byte(form("1250.50")))
	if err != nil {
		c.t.Fatal(err)
	}
	c.rest("kari", http.MethodPost, "/gld/"+app+"/instances",
		`{"reportee":{"organizationNumber":"`+party+`"},"data":[{"formId":"melding","content":`+string(form)+`}]}`, http.StatusCreated, &i)
	return i
}

func form(amount string) string {
	return `<melding xmlns="urn:overgang:golden:melding" skjemanummer="1234"><avsender>Eksempel Verft AS</avsender><belop>` + amount + `</belop><merknad>Blåbær</merknad></melding>`
}

func (c *crossing) update(number, element int32, data string) string {
	c.t.Helper()
	return c.soap("UpdateFormDataBasic", fmt.Sprintf(`<formTaskUpdate xmlns:u="http://schemas.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2018/06">`+
		`<u:ExternalShipmentReference>endring-1</u:ExternalShipmentReference><u:FormUpdateList><u:FormUpdate><u:DataFormatId>1234</u:DataFormatId>`+
		`<u:DataFormatVersion>5</u:DataFormatVersion><u:EndUserSystemReference>skjema-1</u:EndUserSystemReference><u:FormData><![CDATA[%s]]></u:FormData>`+
		`<u:FormId>%d</u:FormId></u:FormUpdate></u:FormUpdateList><u:ReporteeElementId>%d</u:ReporteeElementId></formTaskUpdate>`, data, element, number))
}

func (c *crossing) complete(number int32) string {
	c.t.Helper()
	return c.soap("CompleteAndSignShipmentBasic", fmt.Sprintf(`<reporteeElementId>%d</reporteeElementId><signatures><Signature>`+
		`<EndUserSystemReference>signatur-1</EndUserSystemReference><EndUserSystemUserId>bruker-7</EndUserSystemUserId>`+
		`<EndUserSystemLoginDateTime>2026-11-22T10:55:00</EndUserSystemLoginDateTime><EndUserSystemSignatureDateTime>2026-11-22T10:59:30</EndUserSystemSignatureDateTime>`+
		`<EndUserSystemVersion>7.2</EndUserSystemVersion><EndUserSystemSignatureLogId>logg-1</EndUserSystemSignatureLogId></Signature></signatures><languageId>1</languageId>`, number))
}

// TestLegacyClientCompletesWhatRESTBegan: an instance made over REST is updated
// by UpdateFormDataBasic and completed by CompleteAndSignShipmentBasic; REST
// sees all of it.
func TestLegacyClientCompletesWhatRESTBegan(t *testing.T) {
	c := newCrossing(t)
	i := c.create("melding")
	number, element := i.Number, i.Data[0].Number
	answer := c.update(number, element, form("99.00"))
	for _, want := range []string{"<a:ReceiptStatusCode>OK</a:ReceiptStatusCode>", "FormTaskUpdate is received", fmt.Sprintf("<a:ReferenceValue>%d</a:ReferenceValue>", number)} {
		if !strings.Contains(answer, want) {
			t.Errorf("no %s in %s", want, answer)
		}
	}
	path := "/gld/melding/instances/" + i.Id
	r := httptest.NewRequest(http.MethodGet, path+"/data/"+i.Data[0].Id.String(), nil)
	r.Header.Set("Authorization", "Bearer gld")
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	if got, err := io.ReadAll(w.Body); err != nil || string(got) != form("99.00") {
		t.Errorf("%d %s, %v", w.Code, got, err)
	}

	answer = c.complete(number)
	archive := fmt.Sprintf("<ReferenceValue>AR%d</ReferenceValue><ReferenceTypeName>ArchiveReference</ReferenceTypeName>", number)
	if !strings.Contains(answer, "<ReceiptStatusCode>OK</ReceiptStatusCode>") || !strings.Contains(answer, archive) {
		t.Errorf("%s", answer)
	}
	var after api.Instance
	c.rest("kari", http.MethodGet, path, "", http.StatusOK, &after)
	if !after.Status.IsArchived || after.ArchiveReference != fmt.Sprintf("AR%d", number) || !after.Workflow.IsCompleted || len(after.Signatures) != 1 || !after.Data[0].IsLocked {
		t.Errorf("%+v", after)
	}
	if s := after.Signatures[0]; s.By != "system:1001" || s.Data[0].Sha256 != after.Data[0].Sha256 {
		t.Errorf("%+v", s)
	}
	var h api.ProcessHistory
	c.rest("kari", http.MethodGet, path+"/process/history", "", http.StatusOK, &h)
	if len(h.History) != 2 || h.History[1].By != "system:1001" {
		t.Errorf("%+v", h)
	}
	c.rest("kari", http.MethodPut, path+"/process/next", "", http.StatusConflict, nil)
}

// TestEitherSideMovesTheOthersInstances: filled in over REST and signed there,
// an instance is sent in by a legacy system; and what a legacy system left at
// the signing, a person signs over REST.
func TestEitherSideMovesTheOthersInstances(t *testing.T) {
	c := newCrossing(t)
	i := c.create("signert")
	path := "/gld/signert/instances/" + i.Id
	var p api.Process
	for _, action := range []string{"complete", "sign"} {
		c.rest("kari", http.MethodPut, path+"/process/next", `{"action":"`+action+`"}`, http.StatusOK, &p)
	}
	if p.CurrentStep != "Submit" {
		t.Fatalf("%+v", p)
	}
	number := i.Number
	answer := c.soap("CompleteAndSignShipmentBasic", fmt.Sprintf(`<reporteeElementId>%d</reporteeElementId><languageId>1</languageId>`, number))
	if !strings.Contains(answer, fmt.Sprintf("AR%d", number)) {
		t.Errorf("%s", answer)
	}

	answer = c.soap("SubmitFormTaskBasic", `<formTaskShipment><Reportee>`+party+`</Reportee><ExternalShipmentReference>forsendelse-1</ExternalShipmentReference>`+
		`<FormTasks><ServiceCode>4502</ServiceCode><ServiceEdition>1</ServiceEdition><Forms><Form><Completed>true</Completed><DataFormatId>1234</DataFormatId>`+
		`<DataFormatVersion>5</DataFormatVersion><EndUserSystemReference>skjema-1</EndUserSystemReference><FormData><![CDATA[`+form("1.00")+`]]></FormData></Form></Forms></FormTasks></formTaskShipment>`)
	if !strings.Contains(answer, "<ReceiptStatusCode>OK</ReceiptStatusCode>") || strings.Contains(answer, "ArchiveReference") {
		t.Fatalf("%s", answer)
	}
	var page api.InstancePage
	c.rest("gld", http.MethodGet, "/storage/instances?workflow.currentStep=Signing", "", http.StatusOK, &page)
	if len(page.UnderscoreEmbedded.Instances) != 1 {
		t.Fatalf("%+v", page)
	}
	waiting := page.UnderscoreEmbedded.Instances[0]
	for _, action := range []string{"sign", "send"} {
		c.rest("kari", http.MethodPut, "/gld/signert/instances/"+waiting.Id+"/process/next", `{"action":"`+action+`"}`, http.StatusOK, &p)
	}
	number = waiting.Number
	sender := rest.Caller{System: 1001}
	r, err := c.core.Receipt(t.Context(), sender, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefShipment, Value: "forsendelse-1"}}})
	if err != nil || r.References[len(r.References)-1] != (rest.Reference{Type: rest.RefArchive, Value: fmt.Sprintf("AR%d", number)}) {
		t.Errorf("the sender's receipt: %+v, %v", r, err)
	}
}
