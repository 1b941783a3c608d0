package adapter_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/receipt"
)

// toldReceipt is a receipt as GetReceiptV2 tells it, in the words of the HTTP API.
type toldReceipt struct{ Receipt receipt.Receipt }

// UnmarshalXML reads a Receipt of 2015/06. What only the HTTP API tells is left out.
func (r *toldReceipt) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var v struct {
		ReceiptId, ParentReceiptId              int32
		ReceiptType, ReceiptStatus, ReceiptText string
		ReceiptHistory                          string
		LastChanged                             time.Time
		References                              struct {
			Reference []struct{ ReferenceType, ReferenceValue string }
		}
		SubReceipts struct{ Receipt []toldReceipt }
	}
	if err := d.DecodeElement(&v, &start); err != nil {
		return err
	}
	r.Receipt = receipt.Receipt{
		ReceiptId: v.ReceiptId, ParentReceiptId: v.ParentReceiptId, ReceiptType: v.ReceiptType, ReceiptStatus: v.ReceiptStatus, Text: v.ReceiptText,
		History: v.ReceiptHistory, LastChangedDateTime: v.LastChanged, References: []receipt.Reference{}, SubReceipts: []receipt.Receipt{},
	}
	for _, ref := range v.References.Reference {
		r.Receipt.References = append(r.Receipt.References, receipt.Reference{Type: ref.ReferenceType, Value: ref.ReferenceValue})
	}
	for _, sub := range v.SubReceipts.Receipt {
		r.Receipt.SubReceipts = append(r.Receipt.SubReceipts, sub.Receipt)
	}
	return nil
}

// twoDesks are the legacy services and the receipts' API over one core.
type twoDesks struct {
	*twoLists
	receipts http.Handler
}

func newTwoDesks(t *testing.T) *twoDesks {
	t.Helper()
	l := newTwoLists(t)
	kari, err := l.core.Party(t.Context(), rest.PartyRef{SSN: "01817010055"})
	if err != nil {
		t.Fatal(err)
	}
	h, err := receipt.New(receipt.Config{Core: l.core, API: api.Config{
		Core: l.core, Tokens: everybody{"kari": {Person: kari.ID, Scopes: []string{rest.ScopeRead}}},
		AppsURL: "https://apps.example.org", PlatformURL: "https://platform.example.org", Secret: bytes.Repeat([]byte{1}, 32),
		Rand: rand.Reader, Now: l.clock.now, NewID: uuid.NewString, Logger: slog.New(slog.DiscardHandler),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &twoDesks{l, h}
}

const receiptPort = "http://www.altinn.no/services/Intermediary/Receipt/2009/10/IReceiptExternalBasic/"

// old calls an operation of ReceiptExternalBasic, whose answer has receipts.
func (d *twoDesks) old(operation, parameters string) []receipt.Receipt {
	d.t.Helper()
	answer := d.legacy("/IntermediaryExternal/ReceiptExternalBasic.svc", receiptPort+operation, parameters, http.StatusOK)
	var list []receipt.Receipt
	x := xml.NewDecoder(strings.NewReader(answer))
	for {
		token, err := x.Token()
		if token == nil {
			return list
		}
		if err != nil {
			d.t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && (start.Name.Local == "Receipt" || start.Name.Local == operation+"Result" && operation == "GetReceiptBasicV2") {
			var one toldReceipt
			if err := x.DecodeElement(&one, &start); err != nil {
				d.t.Fatal(err)
			}
			list = append(list, one.Receipt)
		}
	}
}

// get reads from the receipts' API.
func (d *twoDesks) get(path string, into any) {
	d.t.Helper()
	r := httptest.NewRequest(http.MethodGet, receipt.Base+path, nil)
	r.Header.Set("Authorization", "Bearer kari")
	w := httptest.NewRecorder()
	d.receipts.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil || w.Code != http.StatusOK {
		d.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
}

// listed are the receipts of a query, over all its pages, without what old clients are not told.
func (d *twoDesks) listed(query string) []receipt.Receipt {
	d.t.Helper()
	var all []receipt.Receipt
	path := "/receipt?size=2&" + query
	for path != "" {
		var page receipt.Receipts
		d.get(path, &page)
		all = append(all, page.Receipts...)
		path = strings.TrimPrefix(page.Next, "https://platform.example.org"+receipt.Base)
	}
	return asOld(all)
}

func asOld(list []receipt.Receipt) []receipt.Receipt {
	for i := range list {
		list[i].Party, list[i].InstanceNumber = "", 0
		asOld(list[i].SubReceipts)
	}
	return list
}

// TestSameReceipts: what GetReceiptV2 and GetReceiptListV2 tell of submissions
// that were taken in, begun, changed, updated and rejected, the HTTP API tells too.
func TestSameReceipts(t *testing.T) {
	d := newTwoDesks(t)
	d.submit("s-1", 0, true)
	d.submit("s-2", 0, false)
	d.clock.advance(time.Second)
	d.submit("s-3", 4711, true) // no such case: rejected
	d.clock.advance(time.Second)
	all := d.old("GetReceiptListBasicV2", `<receiptTypeName>FormTask</receiptTypeName>`)
	if len(all) != 3 || all[2].ReceiptStatus != "Rejected" {
		t.Fatalf("%+v", all)
	}
	workflow := all[1].References[3]
	number := int32(0)
	if _, err := fmt.Sscan(workflow.Value, &number); err != nil {
		t.Fatal(err)
	}
	i, err := d.core.InstanceByNumber(t.Context(), rest.Caller{System: 1001}, number)
	if err != nil {
		t.Fatal(err)
	}
	d.update(number, i.Elements[0].Number, form("7.00"))
	d.update(number, i.Elements[0].Number, strings.Replace(form("7.00"), "<belop>", "<beløp>", 1)) // fails its schema
	d.clock.advance(time.Second)
	_, err = d.core.ChangeReceipt(t.Context(), rest.Caller{System: 1001}, rest.ReceiptChange{ID: all[0].ReceiptId, Status: rest.StatusUnexpected, Text: "Lest",
		References: []rest.Reference{{Type: rest.RefReceiver, Value: "saksnr-9"}}})
	if err != nil {
		t.Fatal(err)
	}

	of := "party=urn:altinn:organization:identifier-no:" + party
	same := func(what string, old, new []receipt.Receipt) {
		t.Helper()
		if diff := cmp.Diff(old, new); diff != "" || len(old) == 0 {
			t.Errorf("%s, %d receipts: %s", what, len(old), diff)
		}
	}
	all = d.old("GetReceiptListBasicV2", `<receiptTypeName>FormTask</receiptTypeName>`)
	if len(all) != 5 || all[4].History == "" || all[4].ReceiptStatus != "UnExpectedError" {
		t.Fatalf("%d: %+v", len(all), all)
	}
	same("a list", all, d.listed(of+"&receiptType=FormTask&sort=lastChangedDateTime"))
	same("a list by dates", d.old("GetReceiptListBasicV2", `<receiptTypeName>FormTask</receiptTypeName><dateFrom>2026-11-22T10:00:01Z</dateFrom><dateTo>2026-11-22T10:00:02Z</dateTo>`),
		d.listed(of+"&receiptType=FormTask&sort=lastChangedDateTime&lastChangedDateTime=gte:2026-11-22T10:00:01Z&lastChangedDateTime=lte:2026-11-22T10:00:02Z"))

	const search = `<receipt xmlns:b="http://schemas.altinn.no/services/Intermediary/Receipt/2015/06">%s</receipt>`
	for _, one := range all {
		var got receipt.Receipt
		d.get(fmt.Sprint("/receipt/", one.ReceiptId), &got)
		same("by id", d.old("GetReceiptBasicV2", fmt.Sprintf(search, fmt.Sprint("<b:ReceiptId>", one.ReceiptId, "</b:ReceiptId>"))), asOld([]receipt.Receipt{got}))
		references := one.References
		for _, sub := range one.SubReceipts {
			references = append(references, sub.References...)
		}
		for _, ref := range references {
			if ref.Type == "PartyReference" || ref.Type == "OwnerPartyReference" {
				continue // no address has the numbers of parties
			}
			old := d.old("GetReceiptBasicV2", fmt.Sprintf(search, "<b:References><b:Reference><b:ReferenceType>"+ref.Type+
				"</b:ReferenceType><b:ReferenceValue>"+ref.Value+"</b:ReferenceValue></b:Reference></b:References>"))
			found := d.listed("referenceType=" + ref.Type + "&referenceValue=" + ref.Value)
			same("by "+ref.Type, old, found[:min(1, len(found))])
		}
	}
}

// TestReferencesOverHTTP: what an old client called what it sent, new ones see
// and find; and a shipment that is sent again the other way is recognised.
func TestReferencesOverHTTP(t *testing.T) {
	d := newTwoDesks(t)
	d.submit("s-1", 0, true)
	d.submit("s-2", 0, false)
	receipts := d.old("GetReceiptListBasicV2", `<receiptTypeName>FormTask</receiptTypeName>`)
	for i, one := range receipts {
		number := one.References[3].Value
		for _, filter := range []string{"externalShipmentReference=" + one.References[0].Value, "number=" + number, "sendersReference=f&number=" + number, "sendersReference=f&externalShipmentReference=" + one.References[0].Value} {
			var page api.InstancePage
			d.rest("kari", http.MethodGet, "/storage/instances?"+filter, "", http.StatusOK, &page)
			list := page.UnderscoreEmbedded.Instances
			if len(list) != 1 || fmt.Sprint(list[0].Number) != number || list[0].ExternalShipmentReference != fmt.Sprint("s-", i+1) ||
				list[0].ReceiptId != one.ReceiptId || list[0].Data[0].SendersReference != "f" {
				t.Errorf("%s: %+v", filter, list)
			}
		}
	}
	var page api.InstancePage
	d.rest("kari", http.MethodGet, "/storage/instances?sendersReference=f", "", http.StatusOK, &page)
	if n := len(page.UnderscoreEmbedded.Instances); n != 2 {
		t.Errorf("%d instances by the form's reference", n)
	}

	// An instance that is made and sent in over HTTP, under references.
	text, err := json.Marshal([]byte(form("1.00")))
	if err != nil {
		t.Fatal(err)
	}
	body := `{"reportee":{"organizationNumber":"` + party + `"},"externalShipmentReference":"h-1","data":[{"formId":"melding","sendersReference":"skjema-h","content":` + string(text) + `}]}`
	var made, again api.Instance
	d.rest("kari", http.MethodPost, "/gld/melding/instances", body, http.StatusCreated, &made)
	d.rest("kari", http.MethodPost, "/gld/melding/instances", body, http.StatusOK, &again)
	if again.Id != made.Id || made.ReceiptId != 0 {
		t.Errorf("%+v, then %+v", made, again)
	}
	d.rest("kari", http.MethodPost, "/gld/melding/instances", strings.Replace(body, "skjema-h", "skjema-i", 1), http.StatusConflict, nil)
	d.complete(made.Number)
	const search = `<receipt xmlns:b="http://schemas.altinn.no/services/Intermediary/Receipt/2015/06"><b:References><b:Reference><b:ReferenceType>%s</b:ReferenceType>` +
		`<b:ReferenceValue>%s</b:ReferenceValue></b:Reference></b:References></receipt>`
	for kind, value := range map[string]string{"ExternalShipmentReference": "h-1", "SendersReference": "skjema-h", "WorkFlowReference": fmt.Sprint(made.Number)} {
		found := d.old("GetReceiptBasicV2", fmt.Sprintf(search, kind, value))
		if len(found) != 1 || found[0].References[0].Value != "h-1" || found[0].SubReceipts[0].References[0].Value != "skjema-h" {
			t.Errorf("by %s: %+v", kind, found)
		}
	}
}
