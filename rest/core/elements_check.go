package core

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
	"time"

	"overgang/rest"
	"overgang/rest/core/formsig"
	"overgang/rest/core/xsdform"
)

// fault is what is wrong with an element before its content is looked at. Kind
// is how the HTTP API answers it; a submission answers it by its receipt.
type fault struct {
	kind rest.Kind
	code string
	text string
}

func (f *fault) error() error { return &rest.Error{Kind: f.kind, Code: f.code, Detail: f.text} }

func faultf(kind rest.Kind, code, format string, args ...any) *fault {
	return &fault{kind: kind, code: code, text: fmt.Sprintf(format, args...)}
}

// dataType finds the type that an element names.
func (a *application) dataType(n rest.NewElement) (*rest.DataType, *fault) {
	switch {
	case n.Type != "":
		if d := a.Type(n.Type); d != nil {
			return d, nil
		}
		return nil, faultf(rest.Invalid, "type-unknown", "%s has no data type %.80q.", a.ID, n.Type)
	case n.DataFormatID != "":
		if d := a.Form(n.DataFormatID, n.DataFormatVersion); d != nil {
			return d, nil
		}
		return nil, faultf(rest.Invalid, "data-format-unknown", "Unknown data format %.80q, version %d.", n.DataFormatID, n.DataFormatVersion)
	}
	if d := a.Attachment(n.AttachmentTypeName); d != nil {
		return d, nil
	}
	if n.AttachmentTypeName == "" {
		return nil, faultf(rest.Invalid, "type-unknown", "The service takes no attachments.")
	}
	return nil, faultf(rest.Invalid, "type-unknown", "Unknown attachment type %.80q.", n.AttachmentTypeName)
}

// element makes the element to be stored from the sender's, or says what is
// wrong with it.
func (c *Core) element(a *application, n rest.NewElement, by string, now time.Time) (rest.Element, *fault) {
	d, f := a.dataType(n)
	if f != nil {
		return rest.Element{}, f
	}
	e := rest.Element{
		ID: n.ID, Type: d.ID, Form: d.IsForm(),
		FileName: cleanFileName(n.FileName), Title: cleanLine(n.Title, maxTitle),
		SenderReference: cleanLine(n.SenderReference, maxReference), Content: n.Content, Encrypted: n.Encrypted,
		Created: now, CreatedBy: by, Changed: now, ChangedBy: by, Version: 1,
	}
	if e.ID == [16]byte{} {
		e.ID = c.cfg.NewID()
	}
	if e.Form && e.Encrypted {
		return e, faultf(rest.Invalid, "form-encrypted", "%s is a form, which is not encrypted as a whole: only fields of it can be.", elementName(e))
	}
	if d.MaxSize > 0 && n.Content.Size > d.MaxSize {
		return e, faultf(rest.TooLarge, "content-too-large", "%s has %d bytes: at most %d are allowed.", elementName(e), n.Content.Size, d.MaxSize)
	}
	if n.Content.Size == 0 {
		return e, faultf(rest.Invalid, "content-empty", "%s is empty.", elementName(e))
	}
	if len(d.Extensions) > 0 && !slices.Contains(d.Extensions, extension(e.FileName)) && !(e.Form && e.FileName == "") {
		return e, faultf(rest.Unsupported, "extension", "%s has a file name extension that is not allowed: use %s.", elementName(e), strings.Join(d.Extensions, ", "))
	}
	contentType, ok := acceptedType(d, n.ContentType, e.FileName)
	if !ok {
		return e, faultf(rest.Unsupported, "content-type", "%s has a content type that is not allowed: use %s.", elementName(e), strings.Join(d.ContentTypes, ", "))
	}
	e.ContentType = contentType
	if e.Form && e.FileName == "" {
		e.FileName = d.ID + ".xml" // legacy forms have no name; downloads need one
	}
	return e, nil
}

// acceptedType is the content type to store, if the data type allows it. Where
// none was sent, as legacy clients never do, an attachment has its file name's.
func acceptedType(d *rest.DataType, sent, fileName string) (string, bool) {
	if sent == "" {
		if known := attachmentTypes[extension(fileName)]; known != "" && !d.IsForm() && (len(d.ContentTypes) == 0 || slices.Contains(d.ContentTypes, known)) {
			return known, true
		}
		if len(d.ContentTypes) > 0 {
			return d.ContentTypes[0], true
		}
		if d.IsForm() {
			return "application/xml", true
		}
		return "application/octet-stream", true
	}
	media, _, err := mime.ParseMediaType(sent)
	if err != nil || len(sent) > maxReference {
		return "", false
	}
	if len(d.ContentTypes) == 0 {
		return media, true
	}
	ok := slices.ContainsFunc(d.ContentTypes, func(t string) bool { return strings.EqualFold(t, media) })
	return media, ok
}

func elementName(e rest.Element) string {
	switch {
	case e.Form:
		return fmt.Sprintf("Form %.80q", e.Type)
	case e.FileName != "":
		return fmt.Sprintf("Attachment %.80q", e.FileName)
	}
	return fmt.Sprintf("Attachment %.80q", e.Title)
}

// counts says which data types there are too many or, when complete, too few of.
func (a *application) counts(elements []rest.Element, complete bool) *fault {
	if issues := a.countIssues(elements, complete); len(issues) > 0 {
		return faultf(rest.Conflict, "count", "%s", issues[0].Description)
	}
	return nil
}

func (a *application) countIssues(elements []rest.Element, complete bool) (issues []rest.Issue) {
	n := map[string]int{}
	for i := range elements {
		n[elements[i].Type]++
	}
	wrong := func(d *rest.DataType, format string, limit int) {
		issues = append(issues, rest.Issue{Severity: rest.SeverityError, Code: "count", Field: d.ID,
			Description: fmt.Sprintf(format, n[d.ID], d.ID, limit)})
	}
	for i := range a.DataTypes {
		d := &a.DataTypes[i]
		switch {
		case d.MaxCount > 0 && n[d.ID] > d.MaxCount:
			wrong(d, "%d elements of type %s: at most %d are allowed.", d.MaxCount)
		case complete && n[d.ID] < d.MinCount:
			wrong(d, "%d elements of type %s: at least %d are needed.", d.MinCount)
		}
	}
	return issues
}

// validate checks an element's data: the schema of its type, if it has one, and
// a form's signature where the application asks for it. Issues that the
// application only wants reported are warnings; everything else stops it. What is
// encrypted is not looked into.
func (c *Core) validate(ctx context.Context, a *application, e rest.Element) ([]rest.Issue, error) {
	if e.Encrypted {
		return nil, nil
	}
	var issues []rest.Issue
	if v := a.schemas[e.Type]; v != nil {
		found, err := c.findings(ctx, v, e)
		if err != nil {
			return nil, err
		}
		severity := rest.SeverityWarning
		if a.Validation == rest.ValidationEnforce {
			severity = rest.SeverityError
		}
		for _, f := range found {
			issues = append(issues, rest.Issue{Severity: severity, Code: "schema", Field: clip(f.Path, 300),
				Description: cleanLine(f.Message, 300), Element: e.ID.String(), Line: f.Line})
		}
	}
	if a.signers == nil || !e.Form {
		return issues, nil
	}
	err := c.verifySignature(ctx, a.signers, e)
	var wrong *formsig.Finding
	if errors.As(err, &wrong) {
		return append(issues, rest.Issue{Severity: rest.SeverityError, Code: "signature",
			Description: cleanLine(wrong.Message, 300), Element: e.ID.String()}), nil
	}
	return issues, failure(err)
}

func (c *Core) findings(ctx context.Context, v xsdform.Validator, e rest.Element) ([]xsdform.Finding, error) {
	r, file, err := c.document(ctx, e)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	found, err := v.Validate(ctx, r)
	return found, failure(err)
}

func (c *Core) verifySignature(ctx context.Context, v *formsig.Verifier, e rest.Element) error {
	r, file, err := c.document(ctx, e)
	if err != nil {
		return err
	}
	defer file.Close()
	utf8, err := xsdform.UTF8(r)
	if err != nil {
		return &formsig.Finding{Message: err.Error()}
	}
	return v.Verify(utf8, c.now())
}

// failed says whether the issues stop the form.
func failed(issues []rest.Issue) bool {
	return slices.ContainsFunc(issues, func(i rest.Issue) bool { return i.Severity == rest.SeverityError })
}

// issueText tells issues in a receipt: "line 3: …; line 5: …".
func issueText(issues []rest.Issue) string {
	var b strings.Builder
	for i, issue := range issues {
		if i > 0 {
			b.WriteString("; ")
		}
		if issue.Line > 0 {
			fmt.Fprintf(&b, "line %d: ", issue.Line)
		}
		b.WriteString(issue.Description)
		if b.Len() > maxText {
			break
		}
	}
	return clip(b.String(), maxText)
}
