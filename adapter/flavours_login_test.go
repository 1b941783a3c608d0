package adapter_test

import (
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/goccy/go-yaml"

	"overgang/rest"
	"overgang/rest/core"
	"overgang/wsdl"
)

// login is whom a call comes from.
type login struct{ user, password, ssn, personPassword, code, method string }

// Those who may do the same: a system with a person, and an enterprise user.
var (
	systemPerson = login{"1001", "golden-system-1", "01817010055", "golden-person-1", "kode1", "AltinnPin"}
	enterprise   = login{user: enterpriseUser, password: enterprisePassword}
)

// credentials are the parameters of a login, by their names in lower case.
func (l *login) credentials(flavour wsdl.Flavour) map[string]*string {
	m := map[string]*string{"userssn": &l.ssn, "userpassword": &l.personPassword, "userpincode": &l.code, "authmethod": &l.method}
	switch flavour {
	case wsdl.Basic:
		m["systemusername"], m["systempassword"] = &l.user, &l.password
	case wsdl.EC2:
		m = map[string]*string{"username": &l.user, "password": &l.password, "userpassword": &l.password} // the last of Case
	}
	return m
}

// login reads the credentials of a call.
func (c call) login() (l login) {
	m := l.credentials(c.endpoint.Flavour)
	for _, within := range []*etree.Element{c.body, c.header} {
		if within == nil {
			continue
		}
		for _, e := range within.ChildElements() {
			if at := m[strings.ToLower(e.Tag)]; at != nil {
				*at = e.Text()
			}
		}
	}
	if c.endpoint.Flavour == wsdl.WS && c.header != nil {
		for _, e := range c.header.FindElements(".//UsernameToken/*") {
			switch e.Tag {
			case "Username":
				l.user = e.Text()
			case "Password":
				l.password = e.Text()
			}
		}
	}
	return l
}

// as is the login in another flavour: the same, or one that may do the same, with
// a wrong password where it was wrong. ok is false when there is none.
func (l login) as(from, to wsdl.Flavour) (as login, ok bool) {
	switch {
	case from == wsdl.EC2:
		as = systemPerson
		if l.password != enterprise.password {
			as.password = l.password
		}
		return as, l.user == enterprise.user
	case to == wsdl.EC2:
		as = enterprise
		if l.password != systemPerson.password {
			as.password = l.password
		}
		alone := login{user: l.user, password: l.password}
		person := systemPerson
		person.password = l.password
		return as, l.user == systemPerson.user && (l == alone || l == person)
	}
	return l, true
}

// grantEnterprise lets the enterprise user do what the system and the person of
// the golden cases may do, beside what it may anyway.
func (s *stack) grantEnterprise(t *testing.T) {
	t.Helper()
	admin, err := core.NewAdmin(core.AdminConfig{Store: s.store, Secret: goldenSecret, Now: s.clock.now, Rand: strings.NewReader(strings.Repeat("y", 1024)), PasswordCost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	type on struct {
		party, service string
		edition        int32
	}
	rights := map[on][]rest.Right{{party: "310010014"}: {rest.Sign}}
	for _, text := range s.states {
		var state struct {
			Grants []struct {
				System         int
				Person         string
				Party, Service string
				Edition        int32
				Rights         []rest.Right
			}
		}
		if err := yaml.Unmarshal(text, &state); err != nil {
			t.Fatal(err)
		}
		for _, g := range state.Grants {
			if g.System == 1001 || g.Person == systemPerson.ssn {
				at := on{g.Party, g.Service, g.Edition}
				rights[at] = append(rights[at], g.Rights...)
			}
		}
	}
	for at, rights := range rights {
		party := rest.PartyRef{OrgNumber: at.party}
		if len(at.party) != 9 {
			party = rest.PartyRef{SSN: rest.NationalID(at.party)}
		}
		change, err := admin.PutGrant(core.GrantSpec{
			Enterprise: enterpriseUser, Party: party, Service: rest.ServiceRef{Code: at.service, Edition: at.edition}, Rights: rights,
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := admin.Apply(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.core.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}
