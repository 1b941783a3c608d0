package adapter_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/inbox"
)

// twoLists are the legacy services and the inbox over one core. Kari may do over
// HTTP what the system may.
type twoLists struct {
	*crossing
	inbox http.Handler
}

func newTwoLists(t *testing.T) *twoLists {
	t.Helper()
	c := newCrossing(t)
	kari, err := c.core.Party(t.Context(), rest.PartyRef{SSN: "01817010055"})
	if err != nil {
		t.Fatal(err)
	}
	h, err := inbox.New(inbox.Config{Core: c.core, API: api.Config{
		Core: c.core, Tokens: everybody{"kari": {Person: kari.ID, Scopes: []string{rest.ScopeRead}}},
		AppsURL: "https://apps.example.org", PlatformURL: "https://platform.example.org", Secret: bytes.Repeat([]byte{1}, 32),
		Rand: rand.Reader, Now: c.clock.now, NewID: uuid.NewString, Logger: slog.New(slog.DiscardHandler),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &twoLists{c, h}
}

// The operations that are called.
const (
	listElements = "http://www.altinn.no/services/ServiceEngine/ReporteeElementList/2009/10/IReporteeElementListExternalBasic/GetReporteeElementListBasicV2"
	caseService  = "http://www.altinn.no/services/ServiceEngine/Case/2010/10/ICaseExternalBasic/"
	submitForms  = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10/IIntermediaryInboundExternalBasic/SubmitFormTaskBasic"
)

// legacy calls an operation in Basic, as the system. Its action is the namespace,
// the port and the operation.
func (l *twoLists) legacy(path, action, parameters string, status int) string {
	l.t.Helper()
	parts := strings.Split(action, "/")
	operation, namespace := parts[len(parts)-1], strings.Join(parts[:len(parts)-2], "/")
	envelope := fmt.Sprintf(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><%[1]s xmlns="%[2]s">`+
		`<systemUserName>1001</systemUserName><systemPassword>golden-system-1</systemPassword>%[3]s</%[1]s></s:Body></s:Envelope>`, operation, namespace, parameters)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(envelope))
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"`+action+`"`)
	w := httptest.NewRecorder()
	l.server.ServeHTTP(w, r)
	if w.Code != status {
		l.t.Fatalf("%s: %d %s\n%s", operation, w.Code, w.Body, l.logs())
	}
	return w.Body.String()
}

// elements are the elements of GetReporteeElementListV2.
func (l *twoLists) elements(search string) (list []string) {
	l.t.Helper()
	answer := l.legacy("/ServiceEngineExternal/ReporteeElementListExternalBasic.svc", listElements,
		`<userSSN/><userPassword/><userPinCode/><authMethod/><searchBE xmlns:b="http://schemas.altinn.no/services/Archive/ReporteeArchive/2009/10" `+
			`xmlns:c="http://schemas.microsoft.com/2003/10/Serialization/Arrays">`+search+`</searchBE><languageID>1044</languageID>`, http.StatusOK)
	kinds := map[string]string{"FormTask": "instance", "Correspondence": "correspondence", "LookUp": "lookup", "Collaboration": "case"}
	d := xml.NewDecoder(strings.NewReader(answer))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return list
		}
		if err != nil {
			l.t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "ReporteeElementBEV2" {
			continue
		}
		var e struct {
			Number   int32  `xml:"ReporteeElementId"`
			Kind     string `xml:"ReporteeElementType"`
			Archive  string `xml:"ArchiveReference"`
			Case     int32  `xml:"CaseID"`
			Service  string `xml:"ExternalServiceCode"`
			Title    string
			Changed  string `xml:"LastChangedDate"`
			Due      string `xml:"DueDate"`
			Archived string `xml:"LastChangeType"`
		}
		if err := d.DecodeElement(&e, &start); err != nil {
			l.t.Fatal(err)
		}
		if e.Kind == "Collaboration" {
			e.Case = 0 // its own number
		}
		list = append(list, fmt.Sprint(kinds[e.Kind], " ", e.Number, " ", e.Archive, " ", e.Case, " ", e.Service, " ", e.Title, " ", e.Changed, " ", e.Due, " ", e.Archived == "Archived"))
	}
}

// entries are the same of the inbox.
func (l *twoLists) entries(query string) (list []string) {
	l.t.Helper()
	path := inbox.Base + "/inbox?size=2&party=urn:altinn:organization:identifier-no:" + party + query
	for path != "" {
		var page inbox.Inbox
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer kari")
		w := httptest.NewRecorder()
		l.inbox.ServeHTTP(w, r)
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK {
			l.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
		for _, e := range page.Entries {
			due := ""
			if !e.DueDateTime.IsZero() {
				due = e.DueDateTime.Format(time.RFC3339)
			}
			list = append(list, fmt.Sprint(e.Kind, " ", e.Number, " ", e.ArchiveReference, " ", e.CaseNumber, " ", e.ServiceCode, " ", e.Title, " ",
				e.LastChangedDateTime.Format(time.RFC3339), " ", due, " ", e.IsArchived))
		}
		path = strings.TrimPrefix(page.Next, "https://platform.example.org")
	}
	return list
}

// submit sends a form into a case; a completed one is archived.
func (l *twoLists) submit(reference string, file int32, completed bool) string {
	l.t.Helper()
	return l.legacy("/IntermediaryExternal/IntermediaryInboundBasic.svc", submitForms, fmt.Sprintf(
		`<userSSN/><userPassword/><userPinCode/><authMethod/><formTaskShipment><Reportee>310010014</Reportee><ExternalShipmentReference>%s</ExternalShipmentReference>`+
			`<FormTasks><ServiceCode>4501</ServiceCode><ServiceEdition>1</ServiceEdition><Forms><Form><Completed>%t</Completed><DataFormatId>1234</DataFormatId>`+
			`<DataFormatVersion>5</DataFormatVersion><EndUserSystemReference>f</EndUserSystemReference><ParentReference>0</ParentReference><FormData><![CDATA[%s]]></FormData></Form></Forms></FormTasks>`+
			`<IsUserDelegationLocked>false</IsUserDelegationLocked><UserDefinedNumberOfSignaturesRequired>0</UserDefinedNumberOfSignaturesRequired><CaseID>%d</CaseID></formTaskShipment>`,
		reference, completed, form("1.00"), file), http.StatusOK)
}

var digits = regexp.MustCompile(`Result>(\d+)</`)

// TestSameAsLegacy: GetReporteeElementListV2 and the inbox have the same rows in
// the same order, whatever is asked for; a case that an old client started has
// what it submitted into it, and ends as documented.
func TestSameAsLegacy(t *testing.T) {
	l := newTwoLists(t)
	const cases = "/ServiceEngineExternal/CaseExternalBasic.svc"
	start := func(reference string) (number int32) {
		t.Helper()
		answer := l.legacy(cases, caseService+"InstantiateCollaborationExternalBasic", `<userSSN/><userPassword/><userPinCode/><authMethod/><externalServiceCode>4501</externalServiceCode>`+
			`<externalServiceEditionCode>1</externalServiceEditionCode><reporteeNumber>310010014</reporteeNumber><externalSystemReference>`+reference+`</externalSystemReference>`, http.StatusOK)
		m := digits.FindStringSubmatch(answer)
		if m == nil {
			t.Fatal(answer)
		}
		_, _ = fmt.Sscan(m[1], &number) // digits, as matched
		l.clock.advance(time.Second)
		return number
	}
	archive := func(number int32, force string, status int, fault string) {
		t.Helper()
		answer := l.legacy(cases, caseService+"ArchiveCaseExternalBasic", fmt.Sprintf(`<userSSN/><userPassword/><userPinCode/><authMethod/>`+
			`<caseID>%d</caseID><reporteeNumber>310010014</reporteeNumber><forceArchive>%s</forceArchive>`, number, force), status)
		if !strings.Contains(answer, fault) {
			t.Errorf("archiving %d, force %s: no %s in %s", number, force, fault, answer)
		}
	}
	one, two := start("sak-1"), start("sak-2")
	for reference, completed := range map[string]bool{"s-1": false, "s-2": true} {
		l.submit(reference, one, completed)
	}
	if answer := l.submit("s-3", 4711, true); !strings.Contains(answer, "Rejected") {
		t.Error(answer)
	}
	l.submit("s-4", 0, true)
	l.clock.advance(time.Second)
	melding, owner := rest.AppID{Org: "gld", App: "melding"}, rest.Caller{Owner: "gld", Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}}
	org := rest.PartyRef{OrgNumber: "310010014"}
	sent, _, err := l.core.SendCorrespondence(t.Context(), owner, rest.NewCorrespondence{App: melding, Recipients: []rest.PartyRef{org}, Case: two,
		Due: l.clock.now().AddDate(0, 1, 0), Texts: []rest.MessageText{{Language: "nb", Title: "Vedtak"}}})
	if err != nil {
		t.Fatal(err)
	}
	up, err := l.core.Upload(t.Context(), rest.UploadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := up.Write([]byte("%PDF-1.7")); err != nil {
		t.Fatal(err)
	}
	content, err := up.Commit()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.core.AddLookup(t.Context(), owner, rest.NewLookup{App: melding, Party: org, Key: "k", Content: content}); err != nil {
		t.Fatal(err)
	}
	const reportee = `<b:Reportee>310010014</b:Reportee>`
	compare := func(sizes map[string]int) {
		t.Helper()
		for search, query := range map[string]string{
			reportee: "",
			fmt.Sprintf(`<b:CaseID>%d</b:CaseID>`, one) + reportee:                        fmt.Sprint("&caseNumber=", one),
			fmt.Sprintf(`<b:CaseID>%d</b:CaseID>`, two) + reportee:                        fmt.Sprint("&caseNumber=", two),
			`<b:CollectionPages>true</b:CollectionPages>` + reportee:                      "&kind=case",
			reportee + `<b:ToBeProcessed>true</b:ToBeProcessed>`:                          "&state=open",
			reportee + `<b:SentAndArchived>true</b:SentAndArchived>`:                      "&state=archived",
			reportee + `<b:ToBeProcessedByOthers>true</b:ToBeProcessedByOthers>`:          "&state=elsewhere",
			reportee + `<b:SearchString>melding</b:SearchString>`:                         "&search=melding",
			reportee + `<b:ServiceCodeList><c:string>4501</c:string></b:ServiceCodeList>`: "&serviceCode=4501",
			reportee + `<b:ServiceOwnerCode>NAV</b:ServiceOwnerCode>`:                     "&org=nav",
			`<b:ArchiveReference>AR1</b:ArchiveReference>` + reportee:                     "&archiveReference=AR1",
			`<b:FromDate>2026-11-22T10:00:02Z</b:FromDate>` + reportee:                    "&lastChangedDateTime=gte:2026-11-22T10:00:02Z",
		} {
			old, new := l.elements(search), l.entries(query)
			if !slices.Equal(old, new) {
				t.Errorf("%s: the old list is\n%s\nand the new one\n%s", query, strings.Join(old, "\n"), strings.Join(new, "\n"))
			}
			if want, ok := sizes[query]; ok && len(old) != want {
				t.Errorf("%s finds %d, want %d:\n%s", query, len(old), want, strings.Join(old, "\n"))
			}
		}
	}
	compare(map[string]int{"": 7, fmt.Sprint("&caseNumber=", one): 2, fmt.Sprint("&caseNumber=", two): 1, "&kind=case": 2, "&state=open": 3, "&state=archived": 3})

	archive(one, "false", http.StatusInternalServerError, "<ErrorID>60007</ErrorID>")
	archive(one, "true", http.StatusOK, fmt.Sprint(one))
	archive(one, "true", http.StatusInternalServerError, "<ErrorID>60013</ErrorID>")
	archive(two, "true", http.StatusInternalServerError, "<ErrorID>60006</ErrorID>")
	compare(map[string]int{"": 7, fmt.Sprint("&caseNumber=", one): 1, "&kind=case": 2, "&state=open": 2, "&state=archived": 4})
	system := rest.Caller{System: 1001}
	if _, _, err := l.core.ArchiveCorrespondence(t.Context(), system, sent[0].ID, 0); err != nil {
		t.Fatal(err)
	}
	archive(two, "false", http.StatusOK, fmt.Sprint(two))
	compare(map[string]int{"": 7, "&state=archived": 6, "&state=open": 1})
}
