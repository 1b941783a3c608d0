package receiptexternal

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/rest"
	"overgang/soap"
)

// fakeCore knows the system 1001 and one receipt.
type fakeCore struct {
	rest.Accounts
	search  rest.ReceiptSearch
	filter  rest.ReceiptFilter
	change  rest.ReceiptChange
	reached bool
	fails   error
}

var changed = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func (f *fakeCore) System(_ context.Context, user string, pw rest.Secret, _ string) (rest.Caller, error) {
	if user != "1001" || pw != "secret" {
		return rest.Caller{}, &rest.Error{Kind: rest.Unauthenticated}
	}
	return rest.Caller{System: 1001}, nil
}

func (f *fakeCore) receipt() *rest.Receipt {
	return &rest.Receipt{ID: 10, Kind: rest.ReceiptFormTask, Status: rest.StatusOK, Text: "ok", Changed: changed,
		References: []rest.Reference{{Type: rest.RefArchive, Value: "AR1"}},
		Sub:        []rest.Receipt{{ID: 11, Parent: 10, Kind: rest.ReceiptFormTask, Status: rest.StatusOK}}}
}

func (f *fakeCore) Receipt(_ context.Context, _ rest.Caller, s rest.ReceiptSearch) (*rest.Receipt, error) {
	f.search, f.reached = s, true
	return f.receipt(), f.fails
}

func (f *fakeCore) Receipts(_ context.Context, _ rest.Caller, flt rest.ReceiptFilter) ([]rest.Receipt, error) {
	f.filter, f.reached = flt, true
	return nil, f.fails
}

func (f *fakeCore) ReceiptPage(context.Context, rest.Caller, rest.ReceiptQuery) (rest.ReceiptPage, error) {
	panic("old clients don't page")
}

func (f *fakeCore) ChangeReceipt(_ context.Context, _ rest.Caller, ch rest.ReceiptChange) (*rest.Receipt, error) {
	f.change, f.reached = ch, true
	return f.receipt(), f.fails
}

func run(t *testing.T, f *fakeCore, base string, req any) (any, error) {
	t.Helper()
	for _, op := range Service(f).Operations {
		if op.Base == base {
			call, ctx := &soap.Call{}, context.Background()
			if err := op.Begin(ctx, call, req); err != nil {
				return nil, err
			}
			return op.Handle(ctx, call, req)
		}
	}
	t.Fatalf("no row for %s", base)
	return nil, nil
}

var sys = credential.SYS{SystemUserName: "1001", SystemPassword: "secret"}

func TestGetReceiptShapes(t *testing.T) {
	f := &fakeCore{}
	out, err := run(t, f, "GetReceipt", &GetReceipt{SYS: sys, Receipt: &receipt.SearchV1{ReceiptId: 10}})
	if err != nil {
		t.Fatal(err)
	}
	wantV1 := &receipt.V1{ReceiptId: 10, ReceiptStatusCode: "OK", ReceiptTypeName: "FormTask", ReceiptText: "ok", LastChanged: changed,
		References: []receipt.ReferenceV1{{ReferenceTypeName: "ArchiveReference", ReferenceValue: "AR1"}},
		SubReceipts: []receipt.V1{{ReceiptId: 11, ParentReceiptId: 10, ReceiptStatusCode: "OK", ReceiptTypeName: "FormTask",
			References: []receipt.ReferenceV1{}, SubReceipts: []receipt.V1{}}}}
	if diff := cmp.Diff(wantV1, out.(*GetReceiptResponse).Result); diff != "" {
		t.Error(diff)
	}
	out, err = run(t, f, "GetReceiptV2", &GetReceiptV2{SYS: sys, Receipt: &receipt.SearchV2{
		References: []receipt.ReferenceV2{{ReferenceType: "NotSet", ReferenceValue: "x"}, {ReferenceType: "ArchiveReference", ReferenceValue: " AR1 "}}}})
	if err != nil {
		t.Fatal(err)
	}
	wantV2 := &receipt.V2{ReceiptId: 10, ReceiptStatus: "OK", ReceiptType: "FormTask", ReceiptText: "ok", LastChanged: changed,
		References: []receipt.ReferenceV2{{ReferenceType: "ArchiveReference", ReferenceValue: "AR1"}},
		SubReceipts: []receipt.V2{{ReceiptId: 11, ParentReceiptId: 10, ReceiptStatus: "OK", ReceiptType: "FormTask",
			References: []receipt.ReferenceV2{}, SubReceipts: []receipt.V2{}}}}
	if diff := cmp.Diff(wantV2, out.(*GetReceiptV2Response).Result); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefArchive, Value: "AR1"}}}, f.search); diff != "" {
		t.Error(diff)
	}
}

func TestReceiptErrors(t *testing.T) {
	save := func(edit func(*receipt.SaveV2)) *UpdateReceipt {
		s := &receipt.SaveV2{ReceiptId: 10, ReceiptStatus: rest.StatusOK, ReceiptText: "mottatt"}
		edit(s)
		return &UpdateReceipt{SYS: sys, Receipt: s}
	}
	for name, c := range map[string]struct {
		base string
		req  any
		code string
	}{
		"search by nothing":  {"GetReceiptV2", &GetReceiptV2{SYS: sys, Receipt: &receipt.SearchV2{}}, receipt.CodeNone},
		"no search":          {"GetReceipt", &GetReceipt{SYS: sys}, receipt.CodeNone},
		"wrong password":     {"GetReceipt", &GetReceipt{SYS: credential.SYS{SystemUserName: "1001"}}, credential.CodeSystem},
		"type not set":       {"GetReceiptList", &GetReceiptList{SYS: sys, ReceiptTypeName: "NotSet"}, receipt.CodeType},
		"no type":            {"GetReceiptListV2", &GetReceiptListV2{SYS: sys}, receipt.CodeType},
		"dates reversed":     {"GetReceiptListV2", &GetReceiptListV2{SYS: sys, ReceiptTypeName: "FormTask", DateFrom: changed.Add(1), DateTo: changed}, receipt.CodeDates},
		"both keys":          {"UpdateReceipt", save(func(s *receipt.SaveV2) { s.ArchiveReference = "AR1" }), receipt.CodeKey},
		"neither key":        {"UpdateReceipt", save(func(s *receipt.SaveV2) { s.ReceiptId = 0 }), receipt.CodeKey},
		"no receipt":         {"SaveReceipt", &SaveReceipt{SYS: sys}, receipt.CodeKey},
		"status not set":     {"UpdateReceipt", save(func(s *receipt.SaveV2) { s.ReceiptStatus = "NotSet" }), receipt.CodeInput},
		"no text":            {"UpdateReceipt", save(func(s *receipt.SaveV2) { s.ReceiptText = " " }), receipt.CodeInput},
		"owner reference":    {"UpdateReceipt", save(func(s *receipt.SaveV2) { s.References = []receipt.ReferenceV2{{ReferenceType: "OwnerPartyReference"}} }), receipt.CodeInput},
		"sub-receipt, no id": {"UpdateReceipt", save(func(s *receipt.SaveV2) { s.SubReceipts = []receipt.SaveV2{{}} }), receipt.CodeSubInput},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeCore{}
			_, err := run(t, f, c.base, c.req)
			e, ok := err.(*rest.Error)
			if !ok || e.Code != c.code {
				t.Fatalf("error = %v, want %s", err, c.code)
			}
			if f.reached {
				t.Error("reached the core")
			}
		})
	}
}

func TestForeignReceiptReadsLikeNone(t *testing.T) {
	for _, kind := range []rest.Kind{rest.NotFound, rest.Forbidden, rest.Gone} {
		for base, req := range map[string]any{
			"GetReceipt":    &GetReceipt{SYS: sys, Receipt: &receipt.SearchV1{ReceiptId: 1}},
			"GetReceiptV2":  &GetReceiptV2{SYS: sys, Receipt: &receipt.SearchV2{ReceiptId: 1}},
			"SaveReceipt":   &SaveReceipt{SYS: sys, Receipt: &receipt.SaveV1{ReceiptId: 1, ReceiptStatusCode: "OK", ReceiptText: "x"}},
			"UpdateReceipt": &UpdateReceipt{SYS: sys, Receipt: &receipt.SaveV2{ReceiptId: 1, ReceiptStatus: "OK", ReceiptText: "x"}},
		} {
			_, err := run(t, &fakeCore{fails: &rest.Error{Kind: kind}}, base, req)
			if e, ok := err.(*rest.Error); !ok || e.Code != receipt.CodeNone {
				t.Errorf("%s, %v: %v", base, kind, err)
			}
		}
	}
}

func TestChangeMapping(t *testing.T) {
	f := &fakeCore{}
	_, err := run(t, f, "SaveReceipt", &SaveReceipt{SYS: sys, Receipt: &receipt.SaveV1{
		ArchiveReference: " AR1", ReceiptStatusCode: "OK", ReceiptText: "mottatt",
		References:  []receipt.ReferenceV1{{ReferenceTypeName: "ReceiversReference", ReferenceValue: "r"}},
		SubReceipts: []receipt.SaveV1{{ReceiptId: 11, ReceiptStatusCode: "Rejected", ReceiptText: "nei"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := rest.ReceiptChange{Archive: "AR1", Status: rest.StatusOK, Text: "mottatt",
		References: []rest.Reference{{Type: rest.RefReceiver, Value: "r"}},
		Sub:        []rest.ReceiptChange{{ID: 11, Status: rest.StatusRejected, Text: "nei", References: []rest.Reference{}}}}
	if diff := cmp.Diff(want, f.change); diff != "" {
		t.Error(diff)
	}
}

func TestListIsEmptyNotNil(t *testing.T) {
	f := &fakeCore{}
	out, err := run(t, f, "GetReceiptListV2", &GetReceiptListV2{SYS: sys, ReceiptTypeName: "FormTask", DateFrom: changed})
	if err != nil {
		t.Fatal(err)
	}
	if l := out.(*GetReceiptListV2Response).Result; l == nil || len(l) != 0 {
		t.Errorf("list = %#v", l)
	}
	if f.filter.Kind != rest.ReceiptFormTask || !f.filter.From.Equal(changed) || !f.filter.To.IsZero() {
		t.Errorf("filter = %+v", f.filter)
	}
}
