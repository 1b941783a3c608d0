package credential

import (
	"context"
	"errors"
	"testing"

	"overgang/rest"
	"overgang/soap"
)

// fakeAccounts fails as told.
type fakeAccounts struct {
	rest.Accounts
	fails error
	asked int
}

func (f *fakeAccounts) System(context.Context, string, rest.Secret, string) (rest.Caller, error) {
	return rest.Caller{System: 1001}, f.fails
}

func (f *fakeAccounts) Person(_ context.Context, c rest.Caller, _ rest.PersonLogin) (rest.Caller, error) {
	f.asked++
	c.Person = 7
	return c, f.fails
}

// TestErrorsOfLogins: what is about the credentials is coded and says no more;
// what is about the gateway passes.
func TestErrorsOfLogins(t *testing.T) {
	for kind, want := range map[rest.Kind]rest.Kind{
		rest.Unauthenticated: rest.Unauthenticated,
		rest.LockedOut:       rest.LockedOut,
		rest.SessionExpired:  rest.SessionExpired,
		rest.Invalid:         rest.Unauthenticated,
		rest.NotFound:        rest.Unauthenticated,
		rest.Forbidden:       rest.Unauthenticated,
		rest.Unavailable:     rest.Unavailable,
		rest.RateLimited:     rest.RateLimited,
		rest.Internal:        rest.Internal,
	} {
		f := &fakeAccounts{fails: &rest.Error{Kind: kind, Detail: "told to nobody"}}
		_, system := System(t.Context(), f, &soap.Call{}, "1001", "x")
		_, person := Person(t.Context(), f, rest.Caller{System: 1}, rest.PersonLogin{SSN: "1"})
		for code, err := range map[string]error{CodeSystem: system, CodePerson: person} {
			var e *rest.Error
			if !errors.As(err, &e) || e.Kind != want {
				t.Errorf("%v: %v, want %v", kind, err, want)
				continue
			}
			ours := want == rest.Unauthenticated || want == rest.LockedOut || want == rest.SessionExpired
			if ours && (e.Code != code || e.Detail != "" || e.RetryAfter != 0) {
				t.Errorf("%v: %+v", kind, e)
			}
			if !errors.Is(err, f.fails) {
				t.Errorf("%v: the cause is lost for the log", kind)
			}
		}
	}
}

func TestNobodyNamed(t *testing.T) {
	f := &fakeAccounts{}
	c, err := Person(t.Context(), f, rest.Caller{System: 1}, rest.PersonLogin{Method: "AltinnPin"})
	if err != nil || c.Person != 0 || f.asked != 0 {
		t.Errorf("%v, %+v, asked %d times", err, c, f.asked)
	}
}

func TestMethod(t *testing.T) {
	for name, want := range map[string]rest.CodeMethod{
		"": rest.LetterCodes, " AltinnPin ": rest.LetterCodes, "altinnpin": rest.LetterCodes, "SMSPIN": rest.MessageCodes, "TaxPin": "TaxPin",
	} {
		if got := Method(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestOf(t *testing.T) {
	if c := Of(nil); c.System != 0 {
		t.Errorf("%+v", c)
	}
	if c := Of(&soap.Call{Caller: &Session{Caller: rest.Caller{System: 5}}}); c.System != 5 {
		t.Errorf("%+v", c)
	}
}
