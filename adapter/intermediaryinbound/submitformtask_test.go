package intermediaryinbound

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/adapter/upload"
	"overgang/rest"
	"overgang/soap"
)

// submission is a good request, yet without data.
func submission() *SubmitFormTask {
	return &SubmitFormTask{
		SYS: credential.SYS{SystemUserName: " 1001", SystemPassword: "secret"},
		FormTaskShipment: &FormTaskShipment{
			Reportee: "910000001", ExternalShipmentReference: " ref-1 ",
			FormTasks: &FormTask{ServiceCode: "4501", ServiceEdition: 1, Forms: []Form{
				{Completed: true, DataFormatId: "1234", DataFormatVersion: 5, EndUserSystemReference: "f1"},
			}},
			Attachments: []Attachment{{Name: "Tegning", FileName: "a.pdf", EndUserSystemReference: "v1", AttachmentTypeName: "tegning"}},
		},
	}
}

// run sends a request through Begin, Sink and Handle.
func run(t *testing.T, f *fakeCore, req *SubmitFormTask, max int64) (*receipt.V1, error) {
	t.Helper()
	op, call, ctx := row(t, f, "SubmitFormTask", max), &soap.Call{}, context.Background()
	if err := op.Begin(ctx, call, req); err != nil {
		return nil, err
	}
	if s := req.FormTaskShipment; s.FormTasks != nil {
		for i := range s.FormTasks.Forms {
			l, err := field(t, op, call, req, "FormData", "<form/>")
			if err != nil {
				return nil, err
			}
			s.FormTasks.Forms[i].FormData = l
		}
	}
	for i := range req.FormTaskShipment.Attachments {
		l, err := field(t, op, call, req, "AttachementData", "%PDF-1.7 test")
		if err != nil {
			return nil, err
		}
		req.FormTaskShipment.Attachments[i].AttachementData = l
	}
	out, err := op.Handle(ctx, call, req)
	if err != nil {
		return nil, err
	}
	return out.(*SubmitFormTaskResponse).Result, nil
}

func TestSubmitFormTaskMapping(t *testing.T) {
	f := &fakeCore{allowed: true}
	req := submission()
	req.USR = credential.USR{UserSSN: "11111111111", UserPassword: "pw", UserPinCode: "abc", AuthMethod: "altinnpin"}
	signed := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	req.FormTaskShipment.Signatures = &Signature{EndUserSystemReference: "s1", EndUserSystemSignatureDateTime: signed}
	got, err := run(t, f, req, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got.ReceiptId != 11 || got.References != nil || got.SubReceipts != nil {
		t.Errorf("receipt = %+v", got)
	}
	want := rest.NewSubmission{
		Instance: rest.NewInstance{Owner: rest.PartyRef{OrgNumber: "910000001"}, Elements: []rest.NewElement{
			{DataFormatID: "1234", DataFormatVersion: 5, SenderReference: "f1", Content: rest.Content{Size: 7}, Characters: true},
			{AttachmentTypeName: "tegning", FileName: "a.pdf", Title: "Tegning", SenderReference: "v1", Content: rest.Content{Size: 13}},
		}},
		Service: rest.ServiceRef{Code: "4501", Edition: 1}, Reference: "ref-1", Completed: true,
		Signature: &rest.Signature{Person: 7, System: 1001, SystemReference: "s1", SystemSigned: signed},
	}
	if diff := cmp.Diff(want, f.submitted[0], cmpopts.IgnoreFields(rest.Content{}, "SHA256", "MD5", "Inline")); diff != "" {
		t.Error(diff)
	}
	wantOpts := []rest.UploadOptions{{MaxSize: 100}, {MD5: true}}
	if diff := cmp.Diff(wantOpts, f.uploadOpts); diff != "" {
		t.Error(diff)
	}
	if c := f.callers[0]; c.System != 1001 || c.Person != 7 {
		t.Errorf("caller = %+v", c)
	}
}

func TestSubmitFormTaskVariants(t *testing.T) {
	sum := md5.Sum([]byte("%PDF-1.7 test"))
	caseID := int32(3)
	zero := int32(0)
	for name, c := range map[string]struct {
		edit  func(*SubmitFormTask)
		max   int64
		kind  rest.Kind
		code  string
		check func(*testing.T, rest.NewSubmission)
	}{
		"not completed": {edit: func(r *SubmitFormTask) { r.FormTaskShipment.FormTasks.Forms[0].Completed = false },
			check: func(t *testing.T, n rest.NewSubmission) {
				if n.Completed {
					t.Error("completed")
				}
			}},
		"empty signature": {edit: func(r *SubmitFormTask) { r.FormTaskShipment.Signatures = &Signature{} },
			check: func(t *testing.T, n rest.NewSubmission) {
				if n.Signature != nil {
					t.Error("signed")
				}
			}},
		"md5 hex": {edit: func(r *SubmitFormTask) { r.FormTaskShipment.Attachments[0].Checksum = hex.EncodeToString(sum[:]) }},
		"md5 base64": {edit: func(r *SubmitFormTask) {
			r.FormTaskShipment.Attachments[0].Checksum = base64.StdEncoding.EncodeToString(sum[:])
		}},
		"wrong checksum": {edit: func(r *SubmitFormTask) {
			r.FormTaskShipment.Attachments[0].Checksum = "00" + hex.EncodeToString(sum[1:])
		}, kind: rest.Invalid, code: upload.CodeChecksum},
		"nonsense checksum":   {edit: func(r *SubmitFormTask) { r.FormTaskShipment.Attachments[0].Checksum = "?" }, kind: rest.Invalid, code: upload.CodeChecksum},
		"attachments at max":  {max: 13},
		"attachments beyond":  {max: 12, kind: rest.TooLarge, code: upload.CodeBudget},
		"two share the limit": {max: 25, edit: func(r *SubmitFormTask) { s := r.FormTaskShipment; s.Attachments = append(s.Attachments, Attachment{}) }, kind: rest.TooLarge, code: upload.CodeBudget},
		"encrypted keys": {edit: func(r *SubmitFormTask) {
			r.FormTaskShipment.EncryptedKey = &EncryptedKey{ReporteeSymmetricKey: &ReporteeKey{Key: "cGFzc29yZA=="},
				ServiceOwnerSymmetricKeys: []OwnerKey{{}, {ServiceOwnerCode: " TTD ", CertificateId: 7, Key: "ZWllcg=="}}}
		}, check: wantKeys(&rest.EncryptedKeys{Party: "cGFzc29yZA==", Owners: []rest.OwnerKey{{Owner: "TTD", Certificate: 7, Key: "ZWllcg=="}}})},
		"key of the reportee's": {edit: func(r *SubmitFormTask) {
			r.FormTaskShipment.EncryptedKey = &EncryptedKey{ReporteeSymmetricKey: &ReporteeKey{Key: "a", ReporteeId: rest.NationalID(r.FormTaskShipment.Reportee)}}
		}, check: wantKeys(&rest.EncryptedKeys{Party: "a"})},
		"key of a reportee by another name": {edit: func(r *SubmitFormTask) {
			r.FormTaskShipment.EncryptedKey = &EncryptedKey{ReporteeSymmetricKey: &ReporteeKey{Key: "a", ReporteeId: "50001"}}
		}, check: wantKeys(&rest.EncryptedKeys{Party: "a"})},
		"key of another reportee": {edit: func(r *SubmitFormTask) {
			r.FormTaskShipment.EncryptedKey = &EncryptedKey{ReporteeSymmetricKey: &ReporteeKey{Key: "a", ReporteeId: "15887510188"}}
		}, kind: rest.Invalid, code: "key-reportee"},
		"keys without content": {edit: func(r *SubmitFormTask) {
			r.FormTaskShipment.EncryptedKey = &EncryptedKey{ReporteeSymmetricKey: &ReporteeKey{ReporteeId: "15887510188"}, ServiceOwnerSymmetricKeys: []OwnerKey{{}}}
		}, check: wantKeys(nil)},
		"empty encrypted key": {edit: func(r *SubmitFormTask) { r.FormTaskShipment.EncryptedKey = &EncryptedKey{} }, check: wantKeys(nil)},
		"encrypted attachment": {edit: func(r *SubmitFormTask) { r.FormTaskShipment.Attachments[0].Encrypted = true }, check: func(t *testing.T, s rest.NewSubmission) {
			if e := s.Instance.Elements; e[0].Encrypted || !e[len(e)-1].Encrypted {
				t.Errorf("%+v", e)
			}
		}},
		"delegated users": {edit: func(r *SubmitFormTask) {
			s := r.FormTaskShipment
			s.Users = []DelegatedUser{{}, {SSN: " 15887510188", Name: "Uten", NumberOfSignaturesAllowed: 2}}
			s.UserDefinedNumberOfSignaturesRequired, s.IsUserDelegationLocked = 2, true
		}, check: func(t *testing.T, s rest.NewSubmission) {
			want := &rest.NewDelegation{Signers: []rest.NewSigner{{SSN: "15887510188", Name: "Uten", Allowed: 2}}, Required: 2, Lock: true}
			if diff := cmp.Diff(want, s.Delegation); diff != "" {
				t.Error(diff)
			}
		}},
		"signatures of nobody": {edit: func(r *SubmitFormTask) { r.FormTaskShipment.UserDefinedNumberOfSignaturesRequired = 2 }, check: func(t *testing.T, s rest.NewSubmission) {
			if s.Delegation != nil {
				t.Errorf("%+v", s.Delegation)
			}
		}},
		"case":              {edit: func(r *SubmitFormTask) { r.FormTaskShipment.CaseID = &caseID }},
		"case zero":         {edit: func(r *SubmitFormTask) { r.FormTaskShipment.CaseID = &zero }},
		"unknown reportee":  {edit: func(r *SubmitFormTask) { r.FormTaskShipment.Reportee = "910000002" }, kind: rest.Forbidden, code: "reportee"},
		"nonsense reportee": {edit: func(r *SubmitFormTask) { r.FormTaskShipment.Reportee = "Ola" }, kind: rest.Forbidden, code: "reportee"},
		"unknown service":   {edit: func(r *SubmitFormTask) { r.FormTaskShipment.FormTasks.ServiceCode = "9" }},
		"wrong system":      {edit: func(r *SubmitFormTask) { r.SystemPassword = "x" }, kind: rest.Unauthenticated, code: credential.CodeSystem},
		"wrong person":      {edit: func(r *SubmitFormTask) { r.UserSSN = "11111111111" }, kind: rest.Unauthenticated, code: credential.CodePerson},
	} {
		t.Run(name, func(t *testing.T) {
			f, req := &fakeCore{allowed: true}, submission()
			if c.edit != nil {
				c.edit(req)
			}
			_, err := run(t, f, req, c.max)
			if c.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				if c.check != nil {
					c.check(t, f.submitted[0])
				}
				return
			}
			e, ok := err.(*rest.Error)
			if !ok || e.Kind != c.kind || e.Code != c.code {
				t.Fatalf("error = %v, want %v (%s)", err, c.kind, c.code)
			}
			if len(f.submitted) != 0 {
				t.Error("submitted all the same")
			}
			if c.code == upload.CodeChecksum && len(f.discarded) != 2 {
				t.Errorf("%d contents discarded, want the form and the attachment", len(f.discarded))
			}
		})
	}
}

func TestForeignReporteeBeforeData(t *testing.T) {
	f := &fakeCore{allowed: false}
	if _, err := run(t, f, submission(), 0); err != error(errReportee) {
		t.Fatalf("error = %v", err)
	}
	if len(f.uploadOpts) != 0 {
		t.Error("data was taken in")
	}
}

// wantKeys checks the keys of a submission.
func wantKeys(want *rest.EncryptedKeys) func(*testing.T, rest.NewSubmission) {
	return func(t *testing.T, s rest.NewSubmission) {
		if diff := cmp.Diff(want, s.Instance.Keys); diff != "" {
			t.Error(diff)
		}
	}
}
