package adapter_test

import (
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/core"
	"overgang/rest/core/password"
	"overgang/store"
)

const schema = `<?xml version="1.0" encoding="utf-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:overgang:golden:melding" elementFormDefault="qualified">
<xs:element name="melding"><xs:complexType><xs:sequence>
<xs:element name="avsender" type="xs:string"/>
<xs:element name="belop" type="xs:decimal"/>
<xs:element name="merknad" type="xs:string" minOccurs="0"/>
</xs:sequence><xs:attribute name="skjemanummer" type="xs:int" use="required"/></xs:complexType></xs:element>
</xs:schema>`

func importState(t *testing.T, s *stack, st store.Store, random *source) {
	t.Helper()
	ctx := t.Context()
	a, err := core.NewAdmin(core.AdminConfig{Store: st, Secret: goldenSecret, Now: s.clock.now, Rand: random, PasswordCost: password.Params{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	var all []core.Change
	must := func(c core.Change, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	sys := func(c core.Change, _ rest.Secret, err error) { t.Helper(); must(c, err) }
	must(a.PutParty(rest.Party{Kind: rest.OrganisationParty, OrgNumber: "310010014", Name: "Eksempel Verft AS"}))
	must(a.PutParty(rest.Party{Kind: rest.OrganisationParty, OrgNumber: "310010022", Name: "Fremmed Drift AS"}))
	sys(a.PutPerson(ctx, core.NewPerson{SSN: "01817010055", Name: "Kari Eksempel", UserName: "kari.eksempel", Phone: "+4799990001", Password: "golden-person-1", Codes: []rest.Secret{"kode1", "kode2", "kode3"}, Letter: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}))
	sys(a.PutPerson(ctx, core.NewPerson{SSN: "15887510188", Name: "Ola Uten", Password: "golden-person-2"}))
	sys(a.PutSystem(ctx, core.NewSystem{ID: 1001, Name: "Eksempelsystem", Password: "golden-system-1"}))
	sys(a.PutSystem(ctx, core.NewSystem{ID: 1002, Name: "Fremmedsystem", Password: "golden-system-2"}))
	types := []rest.DataType{{ID: "melding", ContentTypes: []string{"application/xml"}, DataFormatID: "1234", DataFormatVersion: 5, Schema: []byte(schema), MinCount: 1, MaxCount: 3}, {ID: "vedlegg", Extensions: []string{"pdf"}}}
	must(a.PutService(ctx, rest.Application{ID: rest.AppID{Org: "gld", App: "melding"}, Service: rest.ServiceRef{Code: "4501", Edition: 1}, Validation: rest.ValidationEnforce, DataTypes: types}))
	must(a.PutService(ctx, rest.Application{ID: rest.AppID{Org: "gld", App: "signert"}, Service: rest.ServiceRef{Code: "4502", Edition: 1}, Validation: rest.ValidationEnforce, DataTypes: types,
		Process: []rest.Step{{ID: "FormFilling", Kind: rest.Fill}, {ID: "Signing", Kind: rest.Signing}, {ID: "Submit", Kind: rest.Send}}}))
	rw := []rest.Right{rest.Read, rest.Write}
	must(a.PutGrant(core.GrantSpec{Subject: "system:1001", Party: rest.PartyRef{OrgNumber: "310010014"}, Rights: rw}))
	must(a.PutGrant(core.GrantSpec{Subject: "system:1002", Party: rest.PartyRef{OrgNumber: "310010022"}, Rights: rw}))
	must(a.PutGrant(core.GrantSpec{Person: rest.PartyRef{SSN: "01817010055"}, Party: rest.PartyRef{OrgNumber: "310010014"}, Rights: []rest.Right{rest.Read, rest.Write, rest.Sign}}))
	if err := a.Apply(ctx, all...); err != nil {
		t.Fatal(err)
	}
	if err := s.core.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
}
