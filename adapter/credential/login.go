package credential

import (
	"context"
	"strings"

	"overgang/rest"
	"overgang/soap"
	"overgang/soap/wss"
)

// Login checks the UsernameTokens of WS: it is for [soap.Security]. Whatever is
// wrong with the credentials is one refusal; the identity is a [rest.Caller].
func Login(accounts rest.Accounts) func(context.Context, *soap.Call, string, wss.Password) (any, error) {
	return func(ctx context.Context, call *soap.Call, user string, password wss.Password) (any, error) {
		c, err := accounts.System(ctx, strings.TrimSpace(user), rest.Secret(password), call.Address)
		if err == nil {
			return c, nil
		}
		err = coded(err, CodeSystem)
		switch rest.KindOf(err) {
		case rest.Unauthenticated, rest.LockedOut, rest.SessionExpired:
			return nil, &wss.Error{Code: wss.FailedAuthentication, Reason: "the UsernameToken's credentials are refused", Err: err}
		}
		return nil, err
	}
}
