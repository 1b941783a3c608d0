package credential

import (
	"cmp"
	"context"
	"errors"
	"testing"

	"overgang/rest"
	"overgang/soap"
	"overgang/soap/wss"
	"overgang/wsdl"
)

// fakeAccounts fails as told.
type fakeAccounts struct {
	rest.Accounts
	fails error
	wrong error // of the person
	asked int
	proof string // what it was told
}

func (f *fakeAccounts) System(_ context.Context, user string, password rest.Secret, _ string) (rest.Caller, error) {
	f.proof = "system " + user + " " + password.Reveal()
	return rest.Caller{System: 1001}, f.fails
}

func (f *fakeAccounts) Enterprise(_ context.Context, user string, password rest.Secret, thumbprint, address string) (rest.Caller, error) {
	f.proof = "enterprise " + user + " " + password.Reveal() + " " + thumbprint + " " + address
	return rest.Caller{System: 1002}, f.fails
}

func (f *fakeAccounts) Person(_ context.Context, c rest.Caller, _ rest.PersonLogin) (rest.Caller, error) {
	f.asked++
	c.Person = 7
	return c, cmp.Or(f.fails, f.wrong)
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

// TestBegin: who calls is known as far as it was proved, by what the request embeds.
func TestBegin(t *testing.T) {
	person := USR{UserSSN: "01810110089", UserPassword: "pw", UserPinCode: "kode"}
	wrong := &rest.Error{Kind: rest.Unauthenticated}
	for name, c := range map[string]struct {
		req   any
		f     fakeAccounts
		who   rest.Caller
		asked int // for the person
		code  string
	}{
		"a system": {&struct{ SYS }{}, fakeAccounts{}, rest.Caller{System: 1001}, 0, ""},
		"no person named": {&struct {
			SYS
			USR
		}{}, fakeAccounts{}, rest.Caller{System: 1001}, 0, ""},
		"a person": {&struct {
			SYS
			USR
		}{USR: person}, fakeAccounts{}, rest.Caller{System: 1001, Person: 7}, 1, ""},
		"the person is wrong": {&struct {
			SYS
			USR
		}{USR: person}, fakeAccounts{wrong: wrong}, rest.Caller{System: 1001}, 1, CodePerson},
		"the system is wrong": {&struct {
			SYS
			USR
		}{USR: person}, fakeAccounts{fails: wrong}, rest.Caller{}, 0, CodeSystem},
	} {
		call := &soap.Call{}
		err := Begin(&c.f)(t.Context(), call, c.req)
		var e *rest.Error
		if errors.As(err, &e) != (c.code != "") || e != nil && e.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
		if got := Of(call); got.System != c.who.System || got.Person != c.who.Person || c.f.asked != c.asked {
			t.Errorf("%s: %+v calls, asked for a person %d times", name, got, c.f.asked)
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

// TestByFlavour: each flavour's credentials come from where its policy says, and
// a call that got past without them is a failure of ours, never a login.
func TestByFlavour(t *testing.T) {
	on := func(f wsdl.Flavour, c soap.Call) *soap.Call {
		c.Endpoint = &wsdl.Endpoint{Flavour: f}
		return &c
	}
	for name, c := range map[string]struct {
		call   *soap.Call
		system rest.SystemID
		asked  string
	}{
		"basic":               {on(wsdl.Basic, soap.Call{}), 1001, "system 1001 secret"},
		"basic, signed":       {on(wsdl.Basic, soap.Call{Certificate: "ab", Identity: rest.Caller{System: 7}}), 1001, "system 1001 secret"},
		"ws":                  {on(wsdl.WS, soap.Call{Identity: rest.Caller{System: 7}}), 7, ""},
		"ws, nobody":          {on(wsdl.WS, soap.Call{}), 0, ""},
		"ws, something":       {on(wsdl.WS, soap.Call{Identity: "1001"}), 0, ""},
		"ec2":                 {on(wsdl.EC2, soap.Call{Certificate: "ab", Address: "192.0.2.1"}), 1002, "enterprise 1001 secret ab 192.0.2.1"},
		"ec2, no certificate": {on(wsdl.EC2, soap.Call{}), 0, ""},
	} {
		f := &fakeAccounts{}
		got, err := System(t.Context(), f, c.call, " 1001 ", "secret")
		if got.System != c.system || (err == nil) != (c.system != 0) || f.proof != c.asked {
			t.Errorf("%s: system %d, %v, asked %q", name, got.System, err, f.proof)
		}
		if err != nil && rest.KindOf(err) != rest.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLogin: every refusal is one code, and a failure is none.
func TestLogin(t *testing.T) {
	for kind, refused := range map[rest.Kind]bool{
		rest.Unauthenticated: true, rest.LockedOut: true, rest.SessionExpired: true, rest.Invalid: true, rest.NotFound: true,
		rest.Unavailable: false, rest.RateLimited: false, rest.Internal: false,
	} {
		f := &fakeAccounts{fails: &rest.Error{Kind: kind}}
		id, err := Login(f)(t.Context(), &soap.Call{}, "1001", "secret")
		var e *wss.Error
		if id != nil || errors.As(err, &e) != refused || refused && e.Code != wss.FailedAuthentication || !errors.Is(err, f.fails) {
			t.Errorf("%v: %v, %v", kind, id, err)
		}
	}
	f := &fakeAccounts{}
	if id, err := Login(f)(t.Context(), &soap.Call{}, " 1001\n", "secret"); err != nil || id.(rest.Caller).System != 1001 || f.proof != "system 1001 secret" {
		t.Errorf("%v, %v, %q", id, err, f.proof)
	}
}
