package intermediaryinbound

import (
	"context"
	"testing"
	"time"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
	"overgang/wsdl"
)

var sys = credential.SYS{SystemUserName: "1001", SystemPassword: "secret"}

func TestUpdateFormData(t *testing.T) {
	f, ctx, call := &fakeCore{}, context.Background(), &soap.Call{}
	op := row(t, f, "UpdateFormData", 0)
	req := &UpdateFormData{SYS: sys, FormTaskUpdate: &FormTaskUpdate{ReporteeElementId: 5, FormUpdateList: []FormUpdate{
		{DataFormatId: "1234", DataFormatVersion: 5, EndUserSystemReference: "f1", FormId: 9},
	}}}
	if err := op.Begin(ctx, call, req); err != nil {
		t.Fatal(err)
	}
	l, err := field(t, op, call, req, "FormData", "<form/>")
	if err != nil {
		t.Fatal(err)
	}
	req.FormTaskUpdate.FormUpdateList[0].FormData = l
	out, err := op.Handle(ctx, call, req)
	if err != nil {
		t.Fatal(err)
	}
	r := out.(*UpdateFormDataResponse).Result
	if r.ReceiptStatusCode != rest.StatusRejected || r.ReceiptId != 0 || !r.LastChanged.IsZero() || r.References == nil || r.SubReceipts == nil {
		t.Errorf("receipt = %+v", r)
	}
	if u := f.updated[0]; u.Number != 9 || u.Element.DataFormatID != "1234" || u.Element.Content.Size != 7 {
		t.Errorf("update = %+v", u)
	}
	if err := op.Begin(ctx, call, &UpdateFormData{SYS: sys}); rest.KindOf(err) != rest.Invalid {
		t.Errorf("no update: %v", err)
	}
}

func TestCompleteAndSignShipment(t *testing.T) {
	f, ctx, call := &fakeCore{}, context.Background(), &soap.Call{Endpoint: &wsdl.Endpoint{Flavour: wsdl.Basic}}
	op := row(t, f, "CompleteAndSignShipment", 0)
	req := &CompleteAndSignShipment{SYS: sys, ReporteeElementId: 5, Signatures: []Signature{{}, {EndUserSystemReference: "s1"}}}
	if err := op.Begin(ctx, call, req); err != nil {
		t.Fatal(err)
	}
	if _, err := op.Handle(ctx, call, req); err != nil {
		t.Fatal(err)
	}
	if len(f.completed) != 1 || f.completed[0].SystemReference != "s1" || f.completed[0].System != 1001 {
		t.Errorf("signatures = %+v", f.completed)
	}
}

func TestSubmissionStatusMinutes(t *testing.T) {
	for wait, want := range map[time.Duration]int32{
		0: 0, 900 * time.Millisecond: 0, time.Second: 1, time.Minute: 1, 61 * time.Second: 2, time.Hour: 60,
	} {
		f, ctx, call := &fakeCore{waiting: wait}, context.Background(), &soap.Call{}
		op := row(t, f, "GetAltinnSubmissionStatus", 0)
		req := &GetAltinnSubmissionStatus{SYS: sys}
		if err := op.Begin(ctx, call, req); err != nil {
			t.Fatal(err)
		}
		out, err := op.Handle(ctx, call, req)
		if err != nil {
			t.Fatal(err)
		}
		if got := out.(*GetAltinnSubmissionStatusResponse).Result; got != want {
			t.Errorf("%v = %d minutes, want %d", wait, got, want)
		}
	}
}

// TestWSCredentials checks that a UsernameToken stands in for the body's SYS.
func TestWSCredentials(t *testing.T) {
	f, ctx := &fakeCore{}, context.Background()
	op := row(t, f, "GetAltinnSubmissionStatus", 0)
	if err := op.Begin(ctx, &soap.Call{Endpoint: &wsdl.Endpoint{Flavour: wsdl.WS}, Identity: rest.Caller{System: 1001}}, &GetAltinnSubmissionStatus{}); err != nil {
		t.Fatal(err)
	}
}
