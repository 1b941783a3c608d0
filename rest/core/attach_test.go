package core

import (
	"slices"
	"strings"
	"testing"

	"overgang/rest"
)

// TestAttachRules: each rule of an attachment's type, one at a time. What breaks
// one is told in a receipt with id 0, and neither it nor its content is kept.
func TestAttachRules(t *testing.T) {
	w := newWorld(t)
	app := testApp("vedlegg", "4510", rest.ValidationEnforce)
	app.DataTypes = append(app.DataTypes, rest.DataType{ID: "liste", AttachmentTypeName: "Liste", Extensions: []string{"xml"}, Schema: []byte(formSchema), MaxSize: 200_000})
	w.register(app)
	typed := testApp("typer", "4511", rest.ValidationEnforce)
	typed.DataTypes = slices.Delete(typed.DataTypes, 1, 2) // no attachment without a type
	w.register(typed)
	s := w.shipment("REF")
	s.Service.Code, s.Completed = "4510", false
	in := w.submit(s).Instance
	before := w.blobs.count()
	element := func(name, file, data string) rest.NewElement {
		return rest.NewElement{AttachmentTypeName: name, FileName: file, Content: w.content(data)}
	}
	largeList := "<melding><navn>" + strings.Repeat("x", 100_000) + "</navn><antall>tre</antall></melding>"
	for name, c := range map[string]struct {
		sent   rest.NewElement
		status rest.ReceiptStatus
		says   string
	}{
		"extension":         {element("", "a.exe", "x"), rest.StatusRejected, "use pdf, txt"},
		"no extension":      {element("", "pdf", "x"), rest.StatusRejected, "use pdf, txt"},
		"size":              {element("Bilde", "a.png", "01234567890"), rest.StatusRejected, "at most 10 are allowed"},
		"empty":             {element("Bilde", "a.png", ""), rest.StatusRejected, "is empty"},
		"schema":            {element("Liste", "a.xml", invalidForm), rest.StatusValidationFailed, "line 3"},
		"no XML":            {element("Liste", "a.xml", "PK"), rest.StatusValidationFailed, "no root element"},
		"schema, in a blob": {element("Liste", "a.xml", largeList), rest.StatusValidationFailed, "line 1"},
		"external entity":   {element("Liste", "a.xml", `<!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/passwd">]><melding><navn>&e;</navn><antall>3</antall></melding>`), rest.StatusValidationFailed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := w.Attach(w.ctx, w.system, in.Number, c.sent)
			if err != nil {
				t.Fatal(err)
			}
			if r := out.Receipt; r.ID != 0 || !r.Changed.IsZero() || r.Status != c.status || !strings.Contains(r.Text, c.says) {
				t.Errorf("%+v", r)
			}
		})
	}
	if left := w.blobs.count(); left != before {
		t.Errorf("%d blobs are left of what was refused", left-before)
	}
	for _, ok := range []rest.NewElement{element("Liste", "a.xml", validForm), element("Bilde", "a.png", "0123456789"), element("", "b.pdf", "x"), element("", "c.TXT", "x")} {
		out, err := w.Attach(w.ctx, w.system, in.Number, ok)
		if err != nil || out.Receipt.Status != rest.StatusOK || out.Receipt.ID == 0 {
			t.Errorf("%s: %+v, %v", ok.FileName, out.Receipt, err)
		}
	}
	// The type of brev.pdf, b.pdf and c.TXT allows three.
	out, err := w.Attach(w.ctx, w.system, in.Number, element("", "d.pdf", "x"))
	if err != nil || out.Receipt.Status != rest.StatusRejected || !strings.Contains(out.Receipt.Text, "at most 3 are allowed") {
		t.Errorf("count: %+v, %v", out.Receipt, err)
	}
	after, err := w.Instance(w.ctx, w.system, in.ID)
	if err != nil || len(after.Elements) != 6 {
		t.Errorf("%d elements, %v", len(after.Elements), err)
	}
	if _, err := w.Attach(w.ctx, rest.Caller{System: 4711}, in.Number, element("", "e.pdf", "x")); rest.KindOf(err) != rest.NotFound {
		t.Errorf("somebody else's form set: %v", err)
	}
	s = w.shipment("TYPES")
	s.Service.Code, s.Completed, s.Instance.Elements = "4511", false, s.Instance.Elements[:1]
	types := w.submit(s).Instance
	for name, says := range map[string]string{"Ukjent": `Unknown attachment type "Ukjent"`, "": "takes no attachments"} {
		out, err := w.Attach(w.ctx, w.system, types.Number, element(name, "a.pdf", "x"))
		if err != nil || out.Receipt.Status != rest.StatusRejected || !strings.Contains(out.Receipt.Text, says) {
			t.Errorf("type %q: %+v, %v", name, out.Receipt, err)
		}
	}
	done := w.submit(w.shipment("DONE")).Instance
	if _, err := w.Attach(w.ctx, w.system, done.Number, element("", "e.pdf", "x")); rest.KindOf(err) != rest.Locked {
		t.Errorf("an archived form set: %v", err)
	}
}

// register adds an application.
func (w *world) register(app rest.Application) {
	w.t.Helper()
	change, err := w.admin.PutService(w.ctx, app)
	if err == nil {
		err = w.admin.Apply(w.ctx, change)
	}
	if err == nil {
		err = w.Refresh(w.ctx)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestReportedAttachments: a service that only wants reports takes what its schema finds invalid.
func TestReportedAttachments(t *testing.T) {
	w := newWorld(t)
	app := testApp("vedlegg", "4510", rest.ValidationReport)
	app.DataTypes = append(app.DataTypes, rest.DataType{ID: "liste", AttachmentTypeName: "Liste", Schema: []byte(formSchema)})
	w.register(app)
	s := w.shipment("REF")
	s.Service.Code, s.Completed = "4510", false
	in := w.submit(s).Instance
	out, err := w.Attach(w.ctx, w.system, in.Number, rest.NewElement{AttachmentTypeName: "Liste", FileName: "a.xml", Content: w.content(invalidForm)})
	if err != nil || out.Receipt.Status != rest.StatusOK {
		t.Errorf("%+v, %v", out.Receipt, err)
	}
	issues, err := w.ValidateInstance(w.ctx, w.system, in.ID)
	if err != nil || len(issues) != 1 || issues[0].Severity != rest.SeverityWarning {
		t.Errorf("%+v, %v", issues, err)
	}
}
