package credential

import (
	"context"

	"overgang/rest"
	"overgang/soap"
)

// Begin is the Begin of operations that need to know who calls and nothing else,
// by the credentials that their requests embed: [SYS], and [USR] where they act
// for a person.
func Begin(accounts rest.Accounts) func(context.Context, *soap.Call, any) error {
	return func(ctx context.Context, call *soap.Call, req any) error {
		user, password := req.(interface{ System() (string, rest.Secret) }).System()
		var login rest.PersonLogin
		if r, ok := req.(interface{ Person() rest.PersonLogin }); ok {
			login = r.Person()
		}
		return Authenticate(ctx, accounts, call, user, password, login)
	}
}

// Authenticate authenticates the system or enterprise user and, where the login
// names one, the person, and leaves a [Session] with who it is. Where only the
// person's credentials are wrong, that is the system: a fault may name it.
func Authenticate(ctx context.Context, accounts rest.Accounts, call *soap.Call, user string, password rest.Secret, login rest.PersonLogin) error {
	c, err := System(ctx, accounts, call, user, password)
	if err != nil {
		return err
	}
	session := &Session{Caller: c}
	call.Caller = session
	if c, err = Person(ctx, accounts, c, login); err != nil {
		return err
	}
	session.Caller = c
	return nil
}

// Session is what an operation's Begin leaves in [soap.Call.Caller]: who calls.
// Operations that keep more between Begin and Handle embed it.
type Session struct{ Caller rest.Caller }

// Identity returns who calls.
func (s *Session) Identity() rest.Caller { return s.Caller }

// Identity is whom a call's UsernameToken proved; the zero Caller without one.
func Identity(call *soap.Call) rest.Caller {
	c, _ := call.Identity.(rest.Caller)
	return c
}

// Of returns who makes the call: the zero Caller before Begin and for
// anonymous operations.
func Of(call *soap.Call) rest.Caller {
	if call == nil {
		return rest.Caller{}
	}
	if s, ok := call.Caller.(interface{ Identity() rest.Caller }); ok {
		return s.Identity()
	}
	return rest.Caller{}
}
