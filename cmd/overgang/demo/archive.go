package demo

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"overgang/rest"
)

// archived are the numbers of what havbris has in its archive.
type archived struct{ formSet, attachment, lookup int32 }

// findArchive looks them up; the lookup is added where there is none. What was
// deleted meanwhile has no number.
func (d *Demo) findArchive(ctx context.Context) error {
	for _, find := range []func(context.Context) error{d.findFormSet, d.findLookup} {
		err := find(ctx)
		switch rest.KindOf(err) {
		case rest.NotFound, rest.Gone:
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// caller is the system with the person.
func (d *Demo) caller() rest.Caller {
	return rest.Caller{System: systemID, Person: d.person, Address: "127.0.0.1"}
}

// sent is a submission of the history.
func (d *Demo) sent(ctx context.Context, reference string) (*rest.Instance, error) {
	r, err := d.gateway.Core().Receipt(ctx, d.caller(), rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefShipment, Value: reference}}})
	if err != nil {
		return nil, fmt.Errorf("the receipt of %s: %w", reference, err)
	}
	var number int64
	for _, ref := range r.References {
		if ref.Type == rest.RefWorkflow {
			number, _ = strconv.ParseInt(ref.Value, 10, 32)
		}
	}
	in, err := d.gateway.Core().InstanceByNumber(ctx, d.caller(), int32(number))
	if err != nil {
		return nil, fmt.Errorf("the form set of %s: %w", reference, err)
	}
	return in, nil
}

func (d *Demo) findFormSet(ctx context.Context) error {
	in, err := d.sent(ctx, history[0].reference)
	if err != nil {
		return err
	}
	d.archive.formSet = in.Number
	for _, e := range in.Elements {
		if !e.Form {
			d.archive.attachment = e.Number
		}
	}
	return nil
}

func (d *Demo) findLookup(ctx context.Context) error {
	document, err := d.upload(ctx, pdf("Oppdiktet svar: ingen saker er registrert."))
	if err != nil {
		return err
	}
	sender := rest.Caller{Owner: owner, Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}, Address: "127.0.0.1"}
	l, _, err := d.gateway.Core().AddLookup(ctx, sender, rest.NewLookup{
		App: rest.AppID{Org: owner, App: "lonnsmelding"}, Party: rest.PartyRef{OrgNumber: havbris}, Key: "demo-1",
		Title: "Innsyn i saker", Question: "Saker i 2026", FileName: "innsyn.pdf", Content: document,
	})
	if err != nil {
		return fmt.Errorf("the lookup: %w", err)
	}
	d.archive.lookup = l.Number
	return nil
}

// pdf is a document of one page with one line of ASCII (ISO 32000-1 §7.5).
func pdf(line string) []byte {
	text := "BT /F 14 Tf 60 760 Td (" + line + ") Tj ET"
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(text), text),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}
