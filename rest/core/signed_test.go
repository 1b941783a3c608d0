package core

import (
	"os"
	"strings"
	"testing"
	"time"

	"overgang/rest"
)

// The form is signed by xmlsec1: see formsig/testdata/make.sh.
func TestSubmitSignedForms(t *testing.T) {
	w := newWorld(t)
	w.clock.add(60 * 24 * time.Hour) // the certificates are younger than the test's clock
	read := func(name string) string {
		b, err := os.ReadFile("formsig/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	app := testApp("sikret", "4504", rest.ValidationOff)
	app.VerifySignatures, app.TrustedSigners = true, []string{read("authority.pem")}
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
	signed := read("rsa.xml")
	for name, c := range map[string]struct{ form, mention string }{
		"signed":   {signed, ""},
		"unsigned": {validForm, "no signature"},
		"changed":  {strings.Replace(signed, "<antall>3", "<antall>4", 1), "does not fit"},
		"stranger": {read("untrusted.xml"), "not trusted"},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.shipment("REF-" + name)
			s.Service.Code = "4504"
			s.Instance.Elements[0] = w.form(c.form)
			out := w.submit(s)
			if c.mention == "" {
				if out.Instance == nil {
					t.Errorf("refused: %+v", out.Receipt)
				}
				return
			}
			if out.Instance != nil || out.Receipt.Status != rest.StatusValidationFailed || !strings.Contains(out.Receipt.Sub[0].Text, c.mention) {
				t.Errorf("%+v", out.Receipt)
			}
		})
	}
}
