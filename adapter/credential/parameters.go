package credential

import "overgang/rest"

// SYS are the parameters that every Basic request begins with (contracts,
// "Rules"). Requests embed it.
type SYS struct {
	SystemUserName string
	SystemPassword rest.Secret
}

// System returns the system's user name and password as the body has them.
func (s *SYS) System() (user string, password rest.Secret) {
	return s.SystemUserName, s.SystemPassword
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
