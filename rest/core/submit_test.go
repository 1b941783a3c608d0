package core

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/store"
)

func TestSubmitArchives(t *testing.T) {
	w := newWorld(t)
	out := w.submit(w.shipment("REF-1"))
	in, r := out.Instance, out.Receipt
	if in == nil || out.Repeated {
		t.Fatalf("submission: %+v", out)
	}
	if r.ID == 0 || r.Status != rest.StatusOK || r.Text != "FormTaskShipment Data is sent to FormTask for Instantiating" || r.History != "" || r.Kind != rest.ReceiptFormTask {
		t.Errorf("receipt: %+v", r)
	}
	want := fmt.Sprintf("ExternalShipmentReference=REF-1 OwnerPartyReference=%s PartyReference=%s WorkFlowReference=%d ArchiveReference=%s", orgA, orgA, in.Number, in.ArchiveReference)
	if got := references(r); got != want {
		t.Errorf("references %q, want %q", got, want)
	}
	var sub []string
	for _, s := range r.Sub {
		sub = append(sub, string(s.Status)+" "+references(s))
	}
	if diff := cmp.Diff([]string{"OK SendersReference=skjema-1", "OK SendersReference=vedlegg-brev.pdf"}, sub); diff != "" {
		t.Error(diff)
	}
	stored, err := w.InstanceByNumber(w.ctx, w.system, in.Number)
	if err != nil {
		t.Fatal(err)
	}
	if stored.Step != rest.Archived || stored.Archived.IsZero() || stored.Active() || stored.Receipt != r.ID || len(stored.Elements) != 2 || !strings.HasPrefix(stored.ArchiveReference, "AR") {
		t.Errorf("instance: %+v", stored)
	}
	p, err := w.Process(w.ctx, w.system, in.ID)
	if err != nil {
		t.Fatal(err)
	}
	var visits []string
	for _, v := range p.Visits {
		visits = append(visits, v.Step)
		if v.Left.IsZero() || v.By != "system:1023" {
			t.Errorf("visit %+v", v)
		}
	}
	if diff := cmp.Diff([]string{"FormFilling", "Submit"}, visits); diff != "" || p.Current != rest.Archived || p.Ended.IsZero() {
		t.Errorf("process %+v\n%s", p, diff)
	}
	events, err := w.InstanceEvents(w.ctx, w.system, in.ID, rest.EventQuery{Limit: 100})
	if err != nil || len(events) != 2 || events[0].Type != rest.EventCreated || events[0].Step != "FormFilling" || events[1].Type != rest.EventArchived {
		t.Errorf("events %+v, %v", events, err)
	}
}

func TestSubmitRejects(t *testing.T) {
	w := newWorld(t)
	with := func(change func(*rest.NewSubmission)) rest.NewSubmission {
		s := w.shipment("REF-1")
		change(&s)
		return s
	}
	elements := func(e ...rest.NewElement) func(*rest.NewSubmission) {
		return func(s *rest.NewSubmission) { s.Instance.Elements = e }
	}
	for name, c := range map[string]struct {
		shipment rest.NewSubmission
		status   rest.ReceiptStatus
		text     string
	}{
		"unknown service":     {with(func(s *rest.NewSubmission) { s.Service.Code = "9999" }), rest.StatusRejected, `Unknown service "9999", edition 1.`},
		"unknown edition":     {with(func(s *rest.NewSubmission) { s.Service.Edition = 7 }), rest.StatusRejected, `edition 7`},
		"unknown format":      {with(elements(rest.NewElement{DataFormatID: "77", DataFormatVersion: 1, Content: w.content("x")})), rest.StatusRejected, `Unknown data format "77", version 1.`},
		"unknown version":     {with(elements(rest.NewElement{DataFormatID: "1000", DataFormatVersion: 2, Content: w.content("x")})), rest.StatusRejected, `version 2`},
		"unknown type":        {with(elements(w.form(validForm), rest.NewElement{Type: "ukjent", Content: w.content("x")})), rest.StatusRejected, "ukjent"},
		"extension":           {with(elements(w.form(validForm), w.attachment("virus.exe", "x"))), rest.StatusRejected, "extension"},
		"double extension":    {with(elements(w.form(validForm), w.attachment("virus.pdf.exe", "x"))), rest.StatusRejected, "extension"},
		"content type":        {with(elements(w.form(validForm), rest.NewElement{AttachmentTypeName: "Bilde", ContentType: "text/html", Content: w.content("x")})), rest.StatusRejected, "content type"},
		"element over size":   {with(elements(w.form(validForm), rest.NewElement{AttachmentTypeName: "Bilde", ContentType: "image/png", Content: w.content("12345678901")})), rest.StatusRejected, "at most 10"},
		"empty form":          {with(elements(w.form(""))), rest.StatusRejected, "empty"},
		"no form":             {with(elements(w.attachment("brev.pdf", "x"))), rest.StatusRejected, "no form"},
		"too many forms":      {with(elements(w.form(validForm), w.form(validForm), w.form(validForm))), rest.StatusRejected, "at most 2"},
		"signed, incomplete":  {with(func(s *rest.NewSubmission) { s.Completed, s.Signature = false, &rest.Signature{} }), rest.StatusRejected, "completed"},
		"reference too long":  {with(func(s *rest.NewSubmission) { s.Reference = strings.Repeat("x", 300) }), rest.StatusRejected, "reference"},
		"schema":              {with(elements(w.form(invalidForm))), rest.StatusValidationFailed, "validation"},
		"not well-formed":     {with(elements(w.form("<melding>"))), rest.StatusValidationFailed, "validation"},
		"doctype in the form": {with(elements(w.form(`<!DOCTYPE melding [<!ENTITY e SYSTEM "file:///etc/passwd">]><melding><navn>&e;</navn><antall>1</antall></melding>`))), rest.StatusValidationFailed, "validation"},
	} {
		t.Run(name, func(t *testing.T) {
			out := w.submit(c.shipment)
			if out.Instance != nil || out.Repeated || out.Receipt.ID == 0 || out.Receipt.Instance != 0 {
				t.Fatalf("outcome %+v", out)
			}
			if out.Receipt.Status != c.status || !strings.Contains(out.Receipt.Text, c.text) {
				t.Errorf("receipt %s %q", out.Receipt.Status, out.Receipt.Text)
			}
			kept, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{ID: out.Receipt.ID})
			if err != nil || kept.Status != c.status {
				t.Errorf("stored receipt %+v, %v", kept, err)
			}
		})
	}
	page, err := w.Query(w.ctx, w.system, rest.Query{})
	if err != nil || len(page.Instances) != 0 {
		t.Errorf("instances after rejections: %d, %v", len(page.Instances), err)
	}
	// A rejected shipment does not stand in the way of a right one.
	if out := w.submit(w.shipment("REF-1")); out.Instance == nil || out.Repeated {
		t.Errorf("correct retry: %+v", out)
	}
	// And a broken retry does not hide that the first one came through.
	broken := with(elements(w.form(invalidForm)))
	if out := w.submit(broken); !out.Repeated || out.Receipt.Status != rest.StatusOK {
		t.Errorf("broken retry: %+v", out)
	}
}

func TestSubmitTellsLines(t *testing.T) {
	w := newWorld(t)
	s := w.shipment("REF-1")
	s.Instance.Elements[0] = w.form(invalidForm)
	out := w.submit(s)
	form, file := out.Receipt.Sub[0], out.Receipt.Sub[1]
	if form.Status != rest.StatusValidationFailed || !strings.Contains(form.Text, "line 3: ") || references(form) != "SendersReference=skjema-1" {
		t.Errorf("form: %+v", form)
	}
	if file.Status != rest.StatusOK {
		t.Errorf("attachment: %+v", file)
	}
	s.Service.Code = "4502" // reports only
	out = w.submit(s)
	if out.Instance == nil || out.Receipt.Status != rest.StatusOK || !strings.Contains(out.Receipt.Sub[0].Text, "line 3: ") || out.Receipt.Sub[0].Status != rest.StatusOK {
		t.Errorf("report mode: %+v", out.Receipt)
	}
}

func TestSubmitErrors(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		caller rest.Caller
		party  rest.PartyRef
		code   string
	}{
		"somebody else's party": {w.system, rest.PartyRef{OrgNumber: orgB}, "4501"},
		"unknown party":         {w.system, rest.PartyRef{OrgNumber: "310000035"}, "4501"},
		"no party":              {w.system, rest.PartyRef{}, "4501"},
		"unknown service too":   {w.system, rest.PartyRef{OrgNumber: orgB}, "9999"},
		"nobody":                {rest.Caller{}, rest.PartyRef{OrgNumber: orgA}, "4501"},
		"another system":        {rest.Caller{System: 7}, rest.PartyRef{OrgNumber: orgA}, "4501"},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.shipment("REF-1")
			s.Instance.Owner, s.Service.Code = c.party, c.code
			_, err := w.Submit(w.ctx, c.caller, s)
			wantKind(t, err, rest.Forbidden)
			if c.caller.System != 0 && err.Error() != notYourParty().Error() {
				t.Errorf("told apart: %v", err)
			}
		})
	}
	t.Run("attachments over the limit", func(t *testing.T) {
		w.cfg.MaxAttachments = 1000
		defer func() { w.cfg.MaxAttachments = 30 << 20 }()
		s := w.shipment("REF-2")
		s.Instance.Elements = append(s.Instance.Elements, w.attachment("stor.pdf", strings.Repeat("x", 997)))
		if out := w.submit(s); out.Instance == nil {
			t.Fatalf("1000 bytes together: %+v", out.Receipt)
		}
		s = w.shipment("REF-3")
		s.Instance.Elements = append(s.Instance.Elements, w.attachment("stor.pdf", strings.Repeat("x", 998)))
		_, err := w.Submit(w.ctx, w.system, s)
		wantKind(t, err, rest.TooLarge)
	})
}

func TestSubmitTwins(t *testing.T) {
	w := newWorld(t)
	const twins = 16
	outs := make([]rest.Submission, twins)
	errs := make([]error, twins)
	var wg sync.WaitGroup
	for i := range twins {
		s := w.shipment("TVILLING")
		wg.Go(func() { outs[i], errs[i] = w.Submit(w.ctx, w.system, s) })
	}
	wg.Wait()
	first := 0
	for i, out := range outs {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		if !out.Repeated {
			first++
		}
		if out.Receipt.ID != outs[0].Receipt.ID || out.Instance.ID != outs[0].Instance.ID {
			t.Errorf("twin %d got receipt %d, the first %d", i, out.Receipt.ID, outs[0].Receipt.ID)
		}
	}
	page, err := w.Query(w.ctx, w.system, rest.Query{Count: true})
	if err != nil || page.Total != 1 || first != 1 {
		t.Errorf("%d stored, %d firsts, %v", page.Total, first, err)
	}
	// Without a reference there is nothing to recognise.
	if a, b := w.submit(w.shipment("")), w.submit(w.shipment("")); a.Instance.ID == b.Instance.ID {
		t.Error("submissions without reference were taken for one")
	}
}

func TestSubmitSigning(t *testing.T) {
	w := newWorld(t)
	kari := w.system
	kari.Person = w.person.ID
	shipment := func(reference string, signature *rest.Signature) rest.NewSubmission {
		s := w.shipment(reference)
		s.Service.Code, s.Signature = "4503", signature
		return s
	}
	signed := &rest.Signature{SystemReference: "S-1", SystemUser: "kari", Person: 4711, System: 4712}

	_, err := w.Submit(w.ctx, w.system, shipment("A", signed))
	wantKind(t, err, rest.Forbidden) // a system alone does not sign

	out, err := w.Submit(w.ctx, kari, shipment("B", nil))
	if err != nil || out.Instance.Step != "Signering" || out.Instance.ArchiveReference != "" {
		t.Fatalf("unsigned: %+v, %v", out.Instance, err)
	}

	out, err = w.Submit(w.ctx, kari, shipment("C", signed))
	if err != nil || out.Instance.Step != rest.Archived || out.Instance.ArchiveReference == "" {
		t.Fatalf("signed: %+v, %v", out.Instance, err)
	}
	stored, err := w.Instance(w.ctx, w.system, out.Instance.ID)
	if err != nil || len(stored.Signatures) != 1 {
		t.Fatalf("%+v, %v", stored, err)
	}
	if s := stored.Signatures[0]; s.Person != w.person.ID || s.System != 1023 || s.SystemReference != "S-1" || len(s.Elements) != 2 || s.At.IsZero() {
		t.Errorf("signature %+v", s)
	}
	if want := "OwnerPartyReference=" + ssnA.Reveal(); !strings.Contains(references(out.Receipt), want) {
		t.Errorf("references %s, want %s", references(out.Receipt), want)
	}
}

func TestSubmitStoreFailure(t *testing.T) {
	w := newWorld(t)
	s := w.shipment("REF-1")
	w.store.Close()
	_, err := w.Submit(w.ctx, w.system, s)
	wantKind(t, err, rest.Unavailable)
	wantKind(t, failure(store.ErrFull), rest.Unavailable)
	wantKind(t, failure(store.ErrExists), rest.Conflict)
	wantKind(t, failure(fmt.Errorf("x: %w", store.ErrNotFound)), rest.NotFound)
	wantKind(t, failure(fmt.Errorf("disk on fire")), rest.Internal)
}

func BenchmarkSubmit(b *testing.B) {
	w := newWorld(b)
	form := "<melding><navn>" + strings.Repeat("x", 10_000) + "</navn><antall>3</antall></melding>"
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s := w.shipment("")
			s.Instance.Elements = []rest.NewElement{w.form(form)}
			if out, err := w.Submit(w.ctx, w.system, s); err != nil || out.Instance == nil {
				b.Error(out.Receipt.Text, err)
			}
		}
	})
}
