package credential

import (
	"overgang/rest"
	"overgang/soap"
)

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
