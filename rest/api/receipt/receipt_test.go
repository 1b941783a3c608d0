package receipt_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/rest/api/apitest"
	"overgang/rest/api/receipt"
)

// submit sends in as an old client of Kari's does: a form and an attachment for a service.
func (g *gateway) submit(code, reference string, completed bool) rest.Submission {
	g.t.Helper()
	content := func(text string) rest.Content {
		up, err := g.Core.Upload(g.t.Context(), rest.UploadOptions{})
		if err != nil {
			g.t.Fatal(err)
		}
		if _, err := up.Write([]byte(text)); err != nil {
			g.t.Fatal(err)
		}
		c, err := up.Commit()
		if err != nil {
			g.t.Fatal(err)
		}
		return c
	}
	format := map[string]string{"4600": "1001"}[code]
	if format == "" {
		format = "1000"
	}
	out, err := g.Core.Submit(g.t.Context(), rest.Caller{System: rest.StandIn(g.Kari)}, rest.NewSubmission{
		Service: rest.ServiceRef{Code: code, Edition: 1}, Reference: reference, Completed: completed,
		Instance: rest.NewInstance{Owner: rest.PartyRef{OrgNumber: "310000019"}, Elements: []rest.NewElement{
			{DataFormatID: format, DataFormatVersion: 1, SenderReference: "skjema-" + reference, Content: content("<melding/>")},
		}},
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return out
}

// filled is a gateway with four receipts, one second after another: of a message
// that was sent in, of one that was begun, of one that was rejected, and of
// another service's.
func filled(t *testing.T) (*gateway, []rest.Submission) {
	t.Helper()
	g := newGateway(t)
	var sent []rest.Submission
	for i, code := range []string{"4501", "4501", "9999", "4600"} {
		sent = append(sent, g.submit(code, fmt.Sprint("r", i+1), i != 1))
		g.Clock.Add(time.Second)
	}
	return g, sent
}

// found are the shipment references of what a query finds.
func (g *gateway) found(as, query string, header http.Header) string {
	g.t.Helper()
	var page receipt.Receipts
	g.Do(call{Path: "/receipt?" + query, As: as, Header: header}).Want(g.t, 200, "").JSON(g.t, &page)
	var list []string
	for _, r := range page.Receipts {
		list = append(list, r.References[0].Value)
	}
	return strings.Join(list, " ")
}

// TestFilters: what a list of a party has by each filter.
func TestFilters(t *testing.T) {
	g, sent := filled(t)
	at := func(seconds int) string {
		return time.Date(2026, 11, 22, 10, 0, seconds, 0, time.UTC).Format(time.RFC3339)
	}
	by := func(kind, value string) string { return "&referenceType=" + kind + "&referenceValue=" + value }
	for query, want := range map[string]string{
		"":                                 "r4 r3 r2 r1",
		"&sort=-lastChangedDateTime":       "r4 r3 r2 r1",
		"&sort=lastChangedDateTime":        "r1 r2 r3 r4",
		"&receiptType=FormTask":            "r4 r3 r2 r1",
		"&receiptType=BrokerService":       "",
		"&receiptType=Correspondence":      "",
		"&receiptStatus=OK":                "r4 r2 r1",
		"&receiptStatus=Rejected":          "r3",
		"&receiptStatus=ValidationFailed":  "",
		"&receiptStatus=UnExpectedError":   "",
		"&lastChangedDateTime=gt:" + at(1): "r4 r3",
		"&lastChangedDateTime=between(" + at(1) + "," + at(3) + ")":                             "r3 r2",
		by("ExternalShipmentReference", "r3"):                                                   "r3",
		by("ExternalShipmentReference", "r"):                                                    "",
		by("SendersReference", "skjema-r2"):                                                     "r2",
		by("SendersReference", "skjema-r2") + "&receiptStatus=Rejected":                         "",
		by("WorkFlowReference", fmt.Sprint(sent[1].Instance.Number)):                            "r2",
		by("ArchiveReference", sent[0].Instance.ArchiveReference):                               "r1",
		by("ArchiveReference", sent[0].Instance.ArchiveReference) + "&sort=lastChangedDateTime": "r1",
		by("ReceiversReference", "1"):                                                           "",
		by("EndUserSystemReference", "1"):                                                       "",
		by("ParentReference", "1"):                                                              "",
		by("OutboundShipmentReference", "1"):                                                    "",
		by("BatchReference", "1"):                                                               "",
		by("Altinn1Reference", "1"):                                                             "",
	} {
		if got := g.found("kari", "party="+apitest.Org+query, nil); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
		if strings.HasPrefix(query, "&referenceType") {
			if got := g.found("reader", query[1:], nil); got != want {
				t.Errorf("%s, of any party: %q, want %q", query, got, want)
			}
		}
	}
	header := apitest.Header("X-Instance-Owner", "Organisation:310000019")
	if got := g.found("reader", "size=2", header); got != "r4 r3" {
		t.Errorf("by the header %q", got)
	}
	if got := g.found("kari", "party=urn:altinn:party:id:"+fmt.Sprint(g.Kari), nil); got != "" {
		t.Errorf("of herself %q", got)
	}
	d := g.Do(call{Path: "/openapi.yaml"}).Want(t, 200, "")
	g.Do(call{Path: "/openapi.yaml", Header: apitest.Header("If-None-Match", d.Header.Get("ETag"))}).Want(t, 304, "")
}

// TestOneReceipt shows all of a receipt, and the one below it by its own id.
func TestOneReceipt(t *testing.T) {
	g, sent := filled(t)
	first := sent[0].Receipt
	if _, err := g.Core.ChangeReceipt(t.Context(), rest.Caller{System: rest.StandIn(g.Kari)}, rest.ReceiptChange{ID: first.ID, Text: "Lest"}); err != nil {
		t.Fatal(err)
	}
	var got, listed, below receipt.Receipt
	g.Do(call{Path: fmt.Sprint("/receipt/", first.ID), As: "kari"}).Want(t, 200, "").JSON(t, &got)
	want := receipt.Receipt{
		ReceiptId: first.ID, ReceiptType: "FormTask", ReceiptStatus: "OK", Text: got.Text, History: "2026-11-22T10:00:00Z FormTaskShipment Data is sent to FormTask for Instantiating",
		LastChangedDateTime: g.Clock.Now(), Party: fmt.Sprint("urn:altinn:party:id:", first.Party), InstanceNumber: sent[0].Instance.Number,
		References: []receipt.Reference{
			{Type: "ExternalShipmentReference", Value: "r1"}, {Type: "OwnerPartyReference", Value: "01810100016"}, {Type: "PartyReference", Value: "310000019"},
			{Type: "WorkFlowReference", Value: fmt.Sprint(sent[0].Instance.Number)}, {Type: "ArchiveReference", Value: sent[0].Instance.ArchiveReference},
		},
		SubReceipts: []receipt.Receipt{{
			ReceiptId: first.ID + 1, ParentReceiptId: first.ID, ReceiptType: "FormTask", ReceiptStatus: "OK", Text: "Form is received",
			LastChangedDateTime: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Party: fmt.Sprint("urn:altinn:party:id:", first.Party), InstanceNumber: sent[0].Instance.Number,
			References: []receipt.Reference{{Type: "SendersReference", Value: "skjema-r1"}}, SubReceipts: []receipt.Receipt{},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" || !strings.HasSuffix(got.Text, "Lest") {
		t.Errorf("%q %s", got.Text, diff)
	}
	var page receipt.Receipts
	g.Do(call{Path: "/receipt?size=1&party=" + apitest.Org, As: "kari"}).Want(t, 200, "").JSON(t, &page)
	if listed = page.Receipts[0]; !cmp.Equal(listed, want) {
		t.Errorf("in a list %s", cmp.Diff(want, listed))
	}
	g.Do(call{Path: fmt.Sprint("/receipt/", first.ID+1), As: "reader"}).Want(t, 200, "").JSON(t, &below)
	if diff := cmp.Diff(want.SubReceipts[0], below); diff != "" {
		t.Error(diff)
	}
	var rejected receipt.Receipt
	g.Do(call{Path: fmt.Sprint("/receipt/", sent[2].Receipt.ID), As: "kari"}).Want(t, 200, "").JSON(t, &rejected)
	if rejected.ReceiptStatus != "Rejected" || rejected.InstanceNumber != 0 || rejected.Text == "" || len(rejected.SubReceipts) != 0 {
		t.Errorf("%+v", rejected)
	}
}

// TestOwners: application owners find receipts of their instances, by id and by
// reference, and no others.
func TestOwners(t *testing.T) {
	g, sent := filled(t)
	for as, want := range map[string]int{"ttd": 200, "nav": 404} {
		a := g.Do(call{Path: fmt.Sprint("/receipt/", sent[0].Receipt.ID), As: as})
		if a.StatusCode != want {
			t.Errorf("%s: %d %s", as, a.StatusCode, a.Content)
		}
	}
	query := "referenceType=ArchiveReference&referenceValue=" + sent[0].Instance.ArchiveReference
	if got := g.found("ttd", query, nil); got != "r1" {
		t.Errorf("the owner finds %q", got)
	}
	if got := g.found("nav", query, nil); got != "" {
		t.Errorf("another finds %q", got)
	}
	g.Do(call{Path: "/receipt?party=" + apitest.Org, As: "ttd"}).Want(t, 403, "party")
}

// TestPages follows the pages of equal times, which lose and repeat nothing.
func TestPages(t *testing.T) {
	g := newGateway(t)
	var want []int32
	for i := range 7 {
		want = append(want, g.submit("4501", fmt.Sprint(i), true).Receipt.ID)
	}
	for _, order := range []string{"", "&sort=lastChangedDateTime"} {
		slices.Reverse(want)
		var ids []int32
		path, pages := "/receipt?size=3&receiptStatus=OK&party="+apitest.Org+order, 0
		for path != "" {
			var page receipt.Receipts
			a := g.Do(call{Path: path, As: "kari"}).Want(t, 200, "")
			a.JSON(t, &page)
			for _, r := range page.Receipts {
				ids = append(ids, r.ReceiptId)
			}
			pages++
			if page.Next != "" && a.Header.Get("Link") != "<"+page.Next+`>; rel="next"` {
				t.Errorf("Link %q", a.Header.Get("Link"))
			}
			path = strings.TrimPrefix(page.Next, "https://platform.example.org"+receipt.Base)
		}
		if pages != 3 || !slices.Equal(ids, want) {
			t.Errorf("%d pages of %v, want %v", pages, ids, want)
		}
	}
	var page receipt.Receipts
	g.Do(call{Path: "/receipt?size=3&party=" + apitest.Org, As: "kari"}).Want(t, 200, "").JSON(t, &page)
	next, err := url.Parse(page.Next)
	if err != nil {
		t.Fatal(err)
	}
	cursor := "&cursor=" + url.QueryEscape(next.Query().Get("cursor"))
	for _, other := range []string{
		"receiptStatus=OK&party=" + apitest.Org, "receiptType=FormTask&party=" + apitest.Org, "sort=lastChangedDateTime&party=" + apitest.Org,
		"party=" + apitest.OtherOrg, "lastChangedDateTime=gt:2026-01-01&party=" + apitest.Org,
		"referenceType=SendersReference&referenceValue=x&party=" + apitest.Org,
	} {
		g.Do(call{Path: "/receipt?" + other + cursor, As: "kari"}).Want(t, 400, "cursor-invalid")
	}
	g.Do(call{Path: "/receipt?party=" + apitest.Org + "&cursor=x", As: "kari"}).Want(t, 400, "cursor-invalid")
	g.Do(call{Path: "/receipt?size=1&party=" + apitest.Org + cursor, As: "kari"}).Want(t, 200, "")
}

func TestRefusals(t *testing.T) {
	g, sent := filled(t)
	own, one := "/receipt?party="+apitest.Org, fmt.Sprint("/receipt/", sent[0].Receipt.ID)
	for _, c := range []struct {
		path, as, header string
		status           int
		code             string
	}{
		{own, "", "", 401, "token-missing"},
		{own, "writer", "", 403, "scope-missing"},
		{"/receipt?party=" + apitest.OtherOrg, "kari", "", 403, "party"},
		{"/receipt?party=urn:altinn:party:id:1", "kari", "", 403, "party"},
		{"/receipt", "kari", "Organisation:310000078", 403, "party"},
		{"/receipt", "kari", "", 400, "party-missing"},
		{"/receipt", "kari", "310000019", 400, "owner-header"},
		{own, "kari", "Organisation:310000019", 400, "owner-twice"},
		{"/receipt?party=" + apitest.Kari, "kari", "", 400, "party-invalid"},
		{"/receipt?party=310000019", "kari", "", 400, "party-invalid"},
		{own + "&receiptType=NotSet", "kari", "", 400, "type-invalid"},
		{own + "&receiptType=formtask", "kari", "", 400, "type-invalid"},
		{own + "&receiptStatus=NotSet", "kari", "", 400, "status-invalid"},
		{own + "&referenceType=ArchiveReference", "kari", "", 400, "reference-incomplete"},
		{own + "&referenceValue=AR1", "kari", "", 400, "reference-incomplete"},
		{own + "&referenceType=PartyReference&referenceValue=x", "kari", "", 400, "reference-type"},
		{own + "&referenceType=OwnerPartyReference&referenceValue=x", "kari", "", 400, "reference-type"},
		{own + "&referenceType=NotSet&referenceValue=x", "kari", "", 400, "reference-type"},
		{own + "&sort=receiptId", "kari", "", 400, "sort-invalid"},
		{own + "&size=0", "kari", "", 400, "size-invalid"},
		{own + "&lastChangedDateTime=2026-01-01", "kari", "", 400, "date-operator"},
		{own + "&lastChangedDateTime=gt:yesterday", "kari", "", 400, "date-invalid"},
		{own + "&receiptType=", "kari", "", 400, "parameter-empty"},
		{own + "&kind=FormTask", "kari", "", 400, "parameter-unknown"},
		{own + "&size=1&size=2", "kari", "", 400, "parameter-repeated"},
		{one, "", "", 401, "token-missing"},
		{one, "writer", "", 403, "scope-missing"},
		{one, "nav", "", 404, "receipt-unknown"},
		{"/receipt/2000000000", "kari", "", 404, "receipt-unknown"},
		{"/receipt/0", "kari", "", 400, "parameter-invalid"},
		{"/receipt/-1", "kari", "", 400, "parameter-invalid"},
		{"/receipt/AR1000001", "kari", "", 400, "parameter-invalid"},
		{"/receipt/99999999999", "kari", "", 400, "parameter-invalid"},
		{one + "?size=1", "kari", "", 400, "parameter-unknown"},
	} {
		t.Run(c.path+" "+c.as+" "+c.code, func(t *testing.T) {
			h := http.Header{}
			if c.header != "" {
				h.Set("X-Instance-Owner", c.header)
			}
			g.Do(call{Path: c.path, As: c.as, Header: h}).Want(t, c.status, c.code)
		})
	}
	unknown := g.Do(call{Path: "/receipt?party=urn:altinn:party:id:1", As: "kari"})
	foreign := g.Do(call{Path: "/receipt?party=" + apitest.OtherOrg, As: "kari"})
	if string(unknown.Content) != string(foreign.Content) {
		t.Errorf("%s\n%s", unknown.Content, foreign.Content)
	}
}
