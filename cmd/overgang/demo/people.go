package demo

import (
	"overgang/rest"
	"overgang/rest/core"
)

// Who there is. The numbers are synthetic.
const (
	systemID      = 1023 // acts for havbris, nordlys and the person
	otherSystemID = 1024 // acts for vidde

	havbris = "310440124"
	nordlys = "312709554"
	vidde   = "213899074"
)

// person signs for havbris.
var person = core.NewPerson{SSN: "07837141286", Name: "Sigrun Måsøval", UserName: "sigrun.masoval", Phone: "+4799990001"}

var parties = []rest.Party{
	{Kind: rest.OrganisationParty, OrgNumber: havbris, Name: "Havbris Verft AS"},
	{Kind: rest.OrganisationParty, OrgNumber: nordlys, Name: "Nordlys Kjøkken og Bad AS"},
	{Kind: rest.OrganisationParty, OrgNumber: vidde, Name: "Vidde Rein SA"},
}

var grants = []core.GrantSpec{
	{Subject: rest.SystemSubject(systemID), Party: rest.PartyRef{OrgNumber: havbris}, Rights: []rest.Right{rest.Read, rest.Write}},
	{Subject: rest.SystemSubject(systemID), Party: rest.PartyRef{OrgNumber: nordlys}, Rights: []rest.Right{rest.Read, rest.Write}},
	{Subject: rest.SystemSubject(systemID), Party: rest.PartyRef{SSN: person.SSN}, Rights: []rest.Right{rest.Read, rest.Write}},
	{Subject: rest.SystemSubject(otherSystemID), Party: rest.PartyRef{OrgNumber: vidde}, Rights: []rest.Right{rest.Read, rest.Write}},
	{Person: rest.PartyRef{SSN: person.SSN}, Party: rest.PartyRef{OrgNumber: havbris}, Rights: []rest.Right{rest.Read, rest.Write, rest.Sign}},
	{Person: rest.PartyRef{SSN: person.SSN}, Party: rest.PartyRef{OrgNumber: nordlys}, Service: transfers, Rights: []rest.Right{rest.Read, rest.Write}},
}
