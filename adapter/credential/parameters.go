package credential

import (
	"cmp"

	"overgang/rest"
)

// SYS are the parameters that requests of Basic and EC2 begin with (contracts,
// "Rules"): those of a system or of an enterprise user. In WS there are none.
// Requests embed it.
type SYS struct {
	SystemUserName string      // Basic
	SystemPassword rest.Secret // Basic
	UserName       string      // EC2
	Password       rest.Secret // EC2
}

// System returns the user name and the password as the body has them: a
// flavour's schema knows but one pair.
func (s *SYS) System() (user string, password rest.Secret) {
	return cmp.Or(s.SystemUserName, s.UserName), cmp.Or(s.SystemPassword, s.Password)
}

// USR are the parameters of operations that act for a person. Requests embed it.
type USR struct {
	UserSSN      rest.NationalID
	UserPassword rest.Secret
	UserPinCode  rest.Secret
	AuthMethod   string
}

// Person returns the person's login.
func (u *USR) Person() rest.PersonLogin {
	return rest.PersonLogin{
		SSN: u.UserSSN, Password: u.UserPassword, Code: u.UserPinCode, Method: rest.CodeMethod(u.AuthMethod),
	}
}
