package soap

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"overgang/soap/codec"
	"overgang/wsdl"
)

// The flat part of SubmitFormTaskBasic and its receipt, as the published
// contract has them.
type (
	submitRequest struct {
		SystemUserName, SystemPassword                 string
		UserSSN, UserPassword, UserPinCode, AuthMethod *string
		FormTaskShipment                               *shipment
	}
	shipment struct {
		Reportee, ExternalShipmentReference string
		FormTasks                           *formTask
		Attachments                         []attachment
	}
	formTask struct {
		ServiceCode    string
		ServiceEdition int32
		Forms          []form
	}
	form struct {
		Completed              bool
		DataFormatId           string
		DataFormatVersion      int32
		EndUserSystemReference string
		ParentReference        int32
		FormData               *codec.Large
	}
	attachment struct {
		FileName        string
		AttachementData *codec.Large
	}
	submitResponse struct{ Result *receipt }
	receipt        struct {
		ReceiptId         int32
		ReceiptText       string
		ReceiptHistory    string
		LastChanged       time.Time
		ReceiptTypeName   string
		ReceiptStatusCode string
		ParentReceiptId   int32
		References        []reference
		SubReceipts       []receipt
	}
	reference struct {
		ReferenceValue, ReferenceTypeName string
		ReporteeID                        int32
	}
)

func submitRow(sink func() codec.Sink, got *submitRequest) Service {
	return Service{Name: "IntermediaryInbound", Operations: []Operation{{
		Base: "SubmitFormTask", Names: map[wsdl.Flavour][]string{wsdl.Basic: {"SubmitFormTaskBasic"}},
		Request: (*submitRequest)(nil), Response: (*submitResponse)(nil),
		Sink: func(context.Context, *Call, any, string) (codec.Sink, error) { return sink(), nil },
		Handle: func(_ context.Context, _ *Call, req any) (any, error) {
			*got = *req.(*submitRequest)
			return &submitResponse{Result: &receipt{
				ReceiptId: 1234, ReceiptText: "FormTaskShipment Data is sent to FormTask for Instantiating",
				LastChanged: time.Date(2026, 11, 22, 1, 2, 3, 450_000_000, time.UTC), ReceiptTypeName: "FormTask", ReceiptStatusCode: "OK",
				References: []reference{
					{ReferenceValue: "ref-1", ReferenceTypeName: "ExternalShipmentReference"},
					{ReferenceValue: "910000000", ReferenceTypeName: "OwnerPartyReference"},
				},
				SubReceipts: []receipt{{ReceiptId: 1235, ReceiptTypeName: "FormTask", ReceiptStatusCode: "OK"}},
			}}, nil
		},
	}}}
}

// published is the contract with only the operation that the tests serve.
func published(t testing.TB) *wsdl.Contract {
	t.Helper()
	c, err := wsdl.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Endpoints {
		if e.Name != "IntermediaryInboundBasic" {
			continue
		}
		for _, op := range e.Operations {
			if op.Name == "SubmitFormTaskBasic" {
				only := *e
				only.Operations = []*wsdl.Operation{op}
				return &wsdl.Contract{Endpoints: []*wsdl.Endpoint{&only}}
			}
		}
	}
	t.Fatal("the contract has no SubmitFormTaskBasic")
	return nil
}

// submission is a request of about size bytes as .NET writes one.
func submission(size int, cdata bool) string {
	data := `<?xml version="1.0" encoding="UTF-8"?><melding dataFormatId="1" dataFormatVersion="2">` +
		strings.Repeat(`<felt orid="123">verdi æøå</felt>`, size/36) + `</melding>`
	if cdata {
		data = "<![CDATA[" + data + "]]>"
	} else {
		data = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(data)
	}
	return `<s:Envelope xmlns:s="` + NS11 + `"><s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">` +
		`<SubmitFormTaskBasic xmlns="http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10">` +
		`<systemUserName>1023</systemUserName><systemPassword>hemmelig</systemPassword><userSSN>01017012345</userSSN><userPassword>pw</userPassword>` +
		`<userPinCode>12345</userPinCode><authMethod>AltinnPin</authMethod><formTaskShipment><Reportee>910000000</Reportee>` +
		`<ExternalShipmentReference>ref-1</ExternalShipmentReference><FormTasks><ServiceCode>4501</ServiceCode><ServiceEdition>1</ServiceEdition><Forms><Form>` +
		`<Completed>1</Completed><DataFormatId>1</DataFormatId><DataFormatVersion>2</DataFormatVersion><EndUserSystemReference>a</EndUserSystemReference>` +
		`<ParentReference>0</ParentReference><FormData>` + data + `</FormData></Form></Forms></FormTasks><Attachments><Attachment><Name>v</Name>` +
		`<FileName>v.txt</FileName><AttachementData>aGVsbG8=</AttachementData></Attachment></Attachments></formTaskShipment></SubmitFormTaskBasic></s:Body></s:Envelope>`
}

const submitPath = "/IntermediaryExternal/IntermediaryInboundBasic.svc"

func TestPublishedContract(t *testing.T) {
	var got submitRequest
	s, err := New(published(t), []Service{submitRow(func() codec.Sink { return &memorySink{} }, &got)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := newRecorder()
	r, _ := http.NewRequest("POST", submitPath, strings.NewReader(submission(2000, true)))
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SOAPAction", `"http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10/IIntermediaryInboundExternalBasic/SubmitFormTaskBasic"`)
	s.ServeHTTP(w, r)
	for _, want := range []string{
		`<SubmitFormTaskBasicResponse xmlns="http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10" xmlns:i="` + schemaInstance + `">` +
			`<SubmitFormTaskBasicResult><ReceiptId>1234</ReceiptId>`,
		`<ReceiptHistory></ReceiptHistory><LastChanged>2026-11-22T01:02:03.45Z</LastChanged><ReceiptTypeName>FormTask</ReceiptTypeName>`,
		`<ReferenceBE><ReferenceValue>910000000</ReferenceValue><ReferenceTypeName>OwnerPartyReference</ReferenceTypeName><ReporteeID>0</ReporteeID></ReferenceBE>`,
		`<LastChanged>0001-01-01T00:00:00</LastChanged>`,
	} {
		if !w.Is(200, want) {
			t.Errorf("%d lacks %s:\n%s", w.status, want, w.String())
		}
	}
	if f := got.FormTaskShipment; f == nil || !f.FormTasks.Forms[0].Completed || f.FormTasks.Forms[0].FormData.Size < 1000 || *got.UserSSN != "01017012345" ||
		f.Attachments[0].AttachementData.Size != 5 {
		t.Errorf("%+v", got)
	}
}

func TestPublishedDocuments(t *testing.T) {
	c, err := wsdl.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(published(t), []Service{submitRow(nil, nil)}, Options{BaseURL: func(*http.Request) string { return "https://gateway.example" }})
	if err != nil {
		t.Fatal(err)
	}
	s.contract = c
	for _, e := range c.Endpoints {
		if e.Paths[0] == submitPath {
			s.byPath[submitPath].Endpoint = e
		}
	}
	for query, want := range map[string]string{"wsdl": "import ", "singleWsdl": "https://gateway.example" + submitPath, "WSDL": "definitions", "xsd=xsd0": "schema"} {
		w := newRecorder()
		r, _ := http.NewRequest("GET", submitPath+"?"+query, nil)
		s.ServeHTTP(w, r)
		if !w.Is(200, want) || w.Header().Get("Content-Type") != "text/xml; charset=utf-8" {
			t.Errorf("?%s: %d %.300s", query, w.status, w.String())
		}
	}
}

// BenchmarkSubmit is a request of 10 KB from the handler's call to its return:
// tokenizing, decoding, encoding, without a connection.
func BenchmarkSubmit(b *testing.B) {
	for name, cdata := range map[string]bool{"cdata": true, "escaped": false} {
		b.Run(name, func(b *testing.B) {
			s, err := New(published(b), []Service{submitRow(func() codec.Sink { return nowhere{} }, new(submitRequest))}, Options{})
			if err != nil {
				b.Fatal(err)
			}
			doc := submission(9500, cdata)
			r, _ := http.NewRequest("POST", submitPath, nil)
			r.Header.Set("Content-Type", "text/xml; charset=utf-8")
			r.RemoteAddr = "192.0.2.1:1"
			body := &again{}
			r.Body = body
			w := &discard{header: http.Header{}}
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				body.Reset(doc)
				s.ServeHTTP(w, r)
			}
			if w.status != 200 {
				b.Fatal(w.status)
			}
		})
	}
}
