package adapter

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/adapter/credential"
	"overgang/adapter/message"
	"overgang/rest"
	"overgang/soap"
	"overgang/soap/codec"
)

// TestEveryFaultHasItsTexts: the catalog has a text for each row of the table,
// and none that no row shows.
func TestEveryFaultHasItsTexts(t *testing.T) {
	want := map[string]bool{"0/unfit": true}
	for _, o := range outcomes {
		want[o.key()] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), message.Keys(message.Default)); diff != "" {
		t.Errorf("(-table +texts)\n%s", diff)
	}
}

// TestLanguageOfFaults: the request's language, else the caller's, else bokmål;
// what clients compare stays as recorded unless the caller has a language.
func TestLanguageOfFaults(t *testing.T) {
	type asks struct{ LanguageID int32 }
	type spelled struct{ LanguageId int32 }
	archived := &rest.Error{Kind: rest.Conflict, Code: "workflow-archived", Detail: "archived"}
	wrong := &rest.Error{Kind: rest.Unauthenticated, Code: credential.CodePerson}
	known := fmt.Errorf("login: %w", &credential.Known{Caller: rest.Caller{System: 1, Language: "nn"}})
	caller := func(language string) any {
		return &credential.Session{Caller: rest.Caller{System: 1, Language: language}}
	}
	const (
		nb, nn, en, se = "Elementet er allerede arkivert.", "Elementet er alt arkivert.", "The element is archived already.", "Dát lea juo arkiverejuvvon."
		recorded       = "Incorrect username/password/pin given for user"
	)
	for name, c := range map[string]struct {
		call *soap.Call
		err  error
		want string
	}{
		"nobody asks":         {&soap.Call{}, archived, nb},
		"no call":             {nil, archived, nb},
		"1033":                {&soap.Call{Request: &asks{1033}}, archived, en},
		"1044":                {&soap.Call{Request: &spelled{1044}}, archived, nb},
		"1083":                {&soap.Call{Request: &asks{1083}}, archived, se},
		"2068":                {&soap.Call{Request: &spelled{2068}}, archived, nn},
		"0":                   {&soap.Call{Request: &asks{0}}, archived, nb},
		"1":                   {&soap.Call{Request: &asks{1}}, archived, nb},
		"caller":              {&soap.Call{Caller: caller("nn")}, archived, nn},
		"caller, 0":           {&soap.Call{Request: &asks{0}, Caller: caller("en")}, archived, en},
		"caller, asks":        {&soap.Call{Request: &asks{1083}, Caller: caller("en")}, archived, se},
		"UsernameToken":       {&soap.Call{Identity: rest.Caller{System: 1, Language: "nn"}}, archived, nn},
		"wrong login":         {&soap.Call{}, wrong, recorded},
		"wrong login, asks":   {&soap.Call{Request: &asks{1044}}, wrong, recorded},
		"wrong login, caller": {&soap.Call{Identity: rest.Caller{System: 1, Language: "nn"}}, wrong, "Feil brukarnamn, passord eller eingongskode for brukaren."},
		"wrong person":        {&soap.Call{}, errors.Join(wrong, known), "Feil brukarnamn, passord eller eingongskode for brukaren."},
		"does not fit":        {&soap.Call{Request: &asks{2068}}, &soap.Fault{Reason: "x is missing", Err: &codec.Error{}}, "Førespurnaden passar ikkje til kontrakten: x is missing"},
	} {
		d, ok := FaultFor(t.Context(), c.call, c.err).Detail.(*AltinnFault)
		if !ok || d.AltinnLocalizedErrorMessage != c.want {
			t.Errorf("%s: %+v", name, d)
		}
		if ok && d.AltinnErrorMessage == c.want && c.want == nb {
			t.Errorf("%s: AltinnErrorMessage is translated", name)
		}
	}
}
