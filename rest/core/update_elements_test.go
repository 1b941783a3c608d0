package core

import (
	"strings"
	"testing"

	"overgang/rest"
)

// Whatever is wrong with what is sent, but for its data, is a Rejected receipt
// with id 0, and nothing changes.
func TestUpdateElementsRejects(t *testing.T) {
	w := newWorld(t)
	s := w.shipment("REF")
	s.Completed = false
	in := w.submit(s).Instance
	form, file := in.Elements[0], in.Elements[1]
	if !form.Form || file.Form {
		t.Fatalf("elements: %+v", in.Elements)
	}
	one := func(number int32, e rest.NewElement) []rest.ElementUpdate {
		return []rest.ElementUpdate{{Number: number, Element: e}}
	}
	many := func(n int) (out []rest.ElementUpdate) {
		for range n {
			out = append(out, rest.ElementUpdate{Element: w.form(validForm)})
		}
		return out
	}
	unknown := w.form(validForm)
	unknown.DataFormatID = "77"
	for name, c := range map[string]struct {
		updates []rest.ElementUpdate
		says    string
	}{
		"nothing":                 {nil, "no form"},
		"unknown format":          {one(0, unknown), "Unknown data format"},
		"no such form":            {one(form.Number+1000, w.form(validForm)), "does not belong"},
		"an attachment":           {one(file.Number, rest.NewElement{Content: w.content(validForm)}), "does not belong"},
		"the same form twice":     {append(one(form.Number, w.form(validForm)), one(form.Number, w.form(validForm))...), "occurs twice"},
		"more than the type says": {many(20), "at most"},
		"empty":                   {one(form.Number, w.form("")), "empty"},
	} {
		out, err := w.UpdateElements(w.ctx, w.system, in.Number, "", c.updates)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r := out.Receipt; r.ID != 0 || !r.Changed.IsZero() || r.Status != rest.StatusRejected || !strings.Contains(r.Text, c.says) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	after, err := w.Instance(w.ctx, w.system, in.ID)
	if err != nil || after.Version != in.Version || len(after.Elements) != 2 {
		t.Errorf("changed: %+v, %v", after, err)
	}
}
