package credential

import (
	"context"
	"errors"
	"strings"

	"overgang/rest"
	"overgang/soap"
	"overgang/wsdl"
)

// Codes of the errors that [System] and [Person] return, by which the fault
// table tells the two apart (contracts, "What real clients do": 5 for the
// system's credentials, 989 for the person's).
const (
	CodeSystem = "system-credentials"
	CodePerson = "person-credentials"
)

// System authenticates the end-user system: on EC2 the enterprise user, whose
// user name and password must be those of the certificate that signed. On WS
// the credentials travelled in the UsernameToken, and [Login] has checked them;
// elsewhere they are in the body, as user and password are.
func System(ctx context.Context, accounts rest.Accounts, call *soap.Call, user string, password rest.Secret) (rest.Caller, error) {
	var c rest.Caller
	var err error
	switch user = strings.TrimSpace(user); flavour(call) {
	case wsdl.WS:
		c, ok := call.Identity.(rest.Caller)
		if !ok {
			return rest.Caller{}, errors.New("credential: a WS call without the identity of its UsernameToken")
		}
		return c, nil
	case wsdl.EC2:
		if call.Certificate == "" {
			return rest.Caller{}, errors.New("credential: an EC2 call without a certificate")
		}
		c, err = accounts.Enterprise(ctx, user, password, call.Certificate, call.Address)
	default:
		c, err = accounts.System(ctx, user, password, call.Address)
	}
	if err != nil {
		return rest.Caller{}, coded(err, CodeSystem)
	}
	return c, nil
}

// flavour is the endpoint's; Basic for a call without one.
func flavour(call *soap.Call) wsdl.Flavour {
	if call.Endpoint == nil {
		return wsdl.Basic
	}
	return call.Endpoint.Flavour
}

// Person adds the person that the call names. A call that names none (every
// credential empty) stays the system's own.
func Person(ctx context.Context, accounts rest.Accounts, c rest.Caller, login rest.PersonLogin) (rest.Caller, error) {
	if login.Empty() {
		return c, nil
	}
	login.Method = Method(string(login.Method))
	p, err := accounts.Person(ctx, c, login)
	if err != nil {
		return rest.Caller{}, coded(&Known{Caller: c, err: err}, CodePerson)
	}
	return p, nil
}

// Known is in the chain of errors about a person whose system is known.
type Known struct {
	Caller rest.Caller
	err    error
}

// Error implements error.
func (k *Known) Error() string { return k.err.Error() }

// Unwrap implements errors.Unwrap.
func (k *Known) Unwrap() error { return k.err }

// Method reads authMethod: without regard to case, AltinnPin when empty.
// Unknown methods are handed on as they are, for the core to refuse.
func Method(name string) rest.CodeMethod {
	name = strings.TrimSpace(name)
	if name == "" {
		return rest.LetterCodes
	}
	for _, m := range []rest.CodeMethod{rest.LetterCodes, rest.MessageCodes} {
		if strings.EqualFold(name, string(m)) {
			return m
		}
	}
	return rest.CodeMethod(name)
}

// coded marks failures of authentication with the step that failed. Everything
// else a core may answer (unavailable, rate limited) passes as it is.
func coded(err error, code string) error {
	switch kind := rest.KindOf(err); kind {
	case rest.Unauthenticated, rest.LockedOut, rest.SessionExpired:
		return &rest.Error{Kind: kind, Code: code, Err: err}
	case rest.Invalid, rest.NotFound, rest.Forbidden, rest.Gone:
		// A credential that is not even well-formed reads like a wrong one.
		return &rest.Error{Kind: rest.Unauthenticated, Code: code, Err: errors.Join(errors.New("credentials refused"), err)}
	default:
		return err
	}
}
