package core

import (
	"strings"
	"testing"

	"overgang/rest"
)

// TestCallersHaveALanguage: the person's, else the system's or the organisation's.
func TestCallersHaveALanguage(t *testing.T) {
	w := newWorld(t)
	change, _, err := w.admin.PutSystem(w.ctx, NewSystem{ID: 1023, Name: "Lønn", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.admin.Apply(w.ctx, change); err != nil {
		t.Fatal(err)
	}
	system := func() rest.Caller {
		t.Helper()
		if err := w.Refresh(w.ctx); err != nil {
			t.Fatal(err)
		}
		c, err := w.System(w.ctx, "1023", "systempassord", "")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	person := func(code int) rest.Caller {
		t.Helper()
		c, err := w.Person(w.ctx, system(), rest.PersonLogin{SSN: ssnA, Password: "personpassord", Code: w.codes[code], Method: rest.LetterCodes})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if s, p := system().Language, person(0).Language; s != "en" || p != "en" {
		t.Errorf("%q, %q", s, p)
	}
	for _, language := range []string{"nn", "se"} {
		kari := w.person
		kari.Language = language
		change, err := w.admin.PutParty(kari)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.admin.Apply(w.ctx, change); err != nil {
			t.Fatal(err)
		}
		if p := person(0); p.Language != language {
			t.Errorf("%q, want %s", p.Language, language)
		}
		c, err := w.System(w.ctx, "kari", "personpassord", "")
		if err != nil || c.Language != language {
			t.Errorf("standing in: %q, %v", c.Language, err)
		}
	}
	for _, p := range []rest.Party{{Kind: rest.OrganisationParty, OrgNumber: orgA, Name: "Prøve AS", Language: "fi"}} {
		if _, err := w.admin.PutParty(p); rest.KindOf(err) != rest.Invalid {
			t.Errorf("%s: %v", p.Language, err)
		}
	}
}

// TestCodesAreSaidInThePersonsLanguage: each with the code, an unknown one in bokmål.
func TestCodesAreSaidInThePersonsLanguage(t *testing.T) {
	seen := map[string]bool{}
	for _, language := range languages {
		text := codeText(language, "482133").Reveal()
		if !strings.Contains(text, "482133") || seen[text] {
			t.Errorf("%s: %q", language, text)
		}
		seen[text] = true
	}
	if text := codeText("", "482133").Reveal(); text != "Din engangskode er 482133. Den gjelder i ti minutter." {
		t.Errorf("%q", text)
	}
}
