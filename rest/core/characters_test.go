package core

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"overgang/rest"
)

// A form that came as characters is UTF-8, whatever it declares: .NET's
// serializers declare utf-16 in strings, others keep the ISO-8859-1 of a file.
func TestFormsOfCharacters(t *testing.T) {
	for declaration, want := range map[string]string{
		``:                                       "application/xml",
		`<?xml version="1.0" encoding="utf-8"?>`: "application/xml",
		`<?xml version="1.0" encoding="utf-16"?>`:     "application/xml; charset=utf-8",
		`<?xml version="1.0" encoding="ISO-8859-1"?>`: "application/xml; charset=utf-8",
	} {
		for _, padding := range []int{0, rest.InlineLimit} { // in the row, in a blob
			w := newWorld(t)
			form := declaration + strings.Replace(validForm, "</melding>", strings.Repeat("<!-- æøå -->", padding/10)+"</melding>", 1)
			s := w.shipment("REF")
			s.Completed = false
			s.Instance.Elements[0] = w.form(form)
			s.Instance.Elements[0].Characters = true
			out := w.submit(s)
			if out.Instance == nil {
				t.Errorf("%s: %+v", declaration, out.Receipt)
				continue
			}
			for range 2 {
				in, err := w.Instance(w.ctx, w.system, out.Instance.ID)
				if err != nil {
					t.Fatal(err)
				}
				e, r, err := w.Content(w.ctx, w.system, in.ID, in.Elements[0].ID)
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(r)
				r.Close()
				if err != nil || string(got) != form || e.ContentType != want {
					t.Errorf("%s: %d bytes of %d as they came, %v, %s, want %s", declaration, len(got), len(form), string(got) == form, e.ContentType, want)
				}
				update := rest.ElementUpdate{Number: e.Number, Element: rest.NewElement{Content: w.content(form), Characters: true}}
				if sub, err := w.UpdateElements(w.ctx, w.system, in.Number, "", []rest.ElementUpdate{update}); err != nil || sub.Receipt.Text != textUpdated {
					t.Fatalf("%s: update: %+v, %v", declaration, sub.Receipt, err)
				}
			}
		}
	}
}

// The declaration is no part of what a signature covers.
func TestSignedFormsOfCharacters(t *testing.T) {
	w := newWorld(t)
	w.clock.add(60 * 24 * time.Hour)
	authority, err := os.ReadFile("formsig/testdata/authority.pem")
	if err != nil {
		t.Fatal(err)
	}
	signed, err := os.ReadFile("formsig/testdata/rsa.xml")
	if err != nil {
		t.Fatal(err)
	}
	app := testApp("sikret", "4504", rest.ValidationOff)
	app.VerifySignatures, app.TrustedSigners = true, []string{string(authority)}
	change, err := w.admin.PutService(w.ctx, app)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.admin.Apply(w.ctx, change); err != nil {
		t.Fatal(err)
	}
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	_, body, ok := strings.Cut(string(signed), "?>")
	if !ok {
		t.Fatal("the signed form has no declaration")
	}
	for i, encoding := range []string{"utf-16", "ISO-8859-1"} {
		s := w.shipment(fmt.Sprintf("REF-%d", i))
		s.Service.Code = "4504"
		s.Instance.Elements[0] = w.form(`<?xml version="1.0" encoding="` + encoding + `"?>` + body)
		s.Instance.Elements[0].Characters = true
		if out := w.submit(s); out.Instance == nil {
			t.Errorf("%s: %+v", encoding, out.Receipt)
		}
	}
}
