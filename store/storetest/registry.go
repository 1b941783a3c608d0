package storetest

import (
	"fmt"
	"testing"

	"overgang/rest"
	"overgang/store"
)

func testParties(t *testing.T, s store.Store) {
	kari := rest.Party{Kind: rest.PersonParty, SSN: "02867299923", UserName: "kari", Name: "Kari Nordmann", Phone: "99999999", Language: "nn"}
	bygg := rest.Party{Kind: rest.OrganisationParty, OrgNumber: "310000007", Name: "Bygg AS"}
	bare := rest.Party{Kind: rest.OrganisationParty, Name: "No number"}
	bare2 := rest.Party{Kind: rest.OrganisationParty, Name: "No number either"}
	update(t, s, func(tx store.Tx) error {
		for _, p := range []*rest.Party{&kari, &bygg, &bare, &bare2} {
			p.ID = 0
			if err := tx.PutParty(p); err != nil {
				return err
			}
		}
		return nil
	})
	if kari.ID <= 0 || bygg.ID <= kari.ID {
		t.Fatalf("assigned ids %d, %d: want positive and growing", kari.ID, bygg.ID)
	}
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			ref  rest.PartyRef
			want rest.Party
		}{
			{rest.PartyRef{ID: kari.ID}, kari},
			{rest.PartyRef{SSN: "02867299923"}, kari},
			{rest.PartyRef{UserName: "kari"}, kari},
			{rest.PartyRef{OrgNumber: "310000007"}, bygg},
			{rest.PartyRef{ID: bare.ID}, bare},
		} {
			got, err := r.Party(c.ref)
			if err != nil {
				return err
			}
			same(t, "party", got, c.want)
		}
		for _, ref := range []rest.PartyRef{{}, {ID: 1}, {SSN: "310000007"}, {OrgNumber: "02867299923"}, {UserName: "KARI "}, {UserName: "%"}} {
			_, err := r.Party(ref)
			wantErr(t, fmt.Sprintf("Party(%+v)", ref), err, store.ErrNotFound)
		}
		list, err := r.Parties(kari.ID, 2)
		same(t, "Parties after the first", list, []rest.Party{bygg, bare})
		return err
	})

	other := rest.Party{Kind: rest.PersonParty, SSN: "02867299923", Name: "Twin"}
	wantUpdateErr(t, s, "second party with a number", store.ErrExists, func(tx store.Tx) error { return tx.PutParty(&other) })
	other = rest.Party{Kind: rest.PersonParty, UserName: "kari", Name: "Namesake"}
	wantUpdateErr(t, s, "second party with a user name", store.ErrExists, func(tx store.Tx) error { return tx.PutParty(&other) })

	kari.Phone, kari.UserName = "88888888", "kari2"
	fixed := rest.Party{ID: kari.ID + 1000, Kind: rest.OrganisationParty, OrgNumber: "310000015", Name: "Fixed id"}
	next := rest.Party{Kind: rest.OrganisationParty, Name: "After the fixed one"}
	update(t, s, func(tx store.Tx) error {
		next.ID = 0
		if err := tx.PutParty(&kari); err != nil {
			return err
		}
		if err := tx.PutParty(&fixed); err != nil {
			return err
		}
		return tx.PutParty(&next)
	})
	if next.ID <= fixed.ID {
		t.Errorf("id %d was assigned after %d came from outside", next.ID, fixed.ID)
	}
	update(t, s, func(tx store.Tx) error { return tx.DeleteParty(next.ID) })
	wantUpdateErr(t, s, "deleting twice", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteParty(next.ID) })
	again := rest.Party{Kind: rest.OrganisationParty, Name: "Later"}
	update(t, s, func(tx store.Tx) error { again.ID = 0; return tx.PutParty(&again) })
	if again.ID <= next.ID {
		t.Errorf("id %d given again after %d was deleted", again.ID, next.ID)
	}
	view(t, s, func(r store.Reader) error {
		got, err := r.Party(rest.PartyRef{UserName: "kari2"})
		same(t, "replaced party", got, kari)
		_, gone := r.Party(rest.PartyRef{UserName: "kari"})
		wantErr(t, "the old user name", gone, store.ErrNotFound)
		return err
	})
}

func testApplications(t *testing.T, s store.Store) {
	app := rest.Application{
		ID: melding, Service: rest.ServiceRef{Code: "4501", Edition: 2}, Titles: map[string]string{"nb": "Melding", "en": "Notice"},
		Validation: rest.ValidationEnforce, VerifySignatures: true, TrustedSigners: []string{"PEM"},
		DataTypes: []rest.DataType{
			{ID: "default", DataFormatID: "2655", DataFormatVersion: 10427, Schema: []byte("<xs:schema/>"), MinCount: 1, MaxCount: 1, MaxSize: 1 << 20},
			{ID: "vedlegg", ContentTypes: []string{"application/pdf"}, Extensions: []string{"pdf"}, AttachmentTypeName: "Kart"},
		},
		Process: []rest.Step{{ID: "FormFilling", Kind: rest.Fill}, {ID: "Submit", Kind: rest.Send}}, MaxAttachments: 30 << 20,
	}
	plain, plain2 := rest.Application{ID: skatt}, rest.Application{ID: rest.AppID{Org: "skd", App: "annet"}}
	update(t, s, func(tx store.Tx) error {
		for _, a := range []*rest.Application{&app, &plain, &plain2} {
			if err := tx.PutApplication(a); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(r store.Reader) error {
		got, err := r.Application(melding)
		if err != nil {
			return err
		}
		same(t, "Application", got, &app)
		if got, err = r.ApplicationByService(app.Service); err != nil {
			return err
		}
		same(t, "ApplicationByService", got, &app)
		for _, ref := range []rest.ServiceRef{{}, {Code: "4501"}, {Code: "4501", Edition: 3}, {Code: "450", Edition: 2}} {
			_, err := r.ApplicationByService(ref)
			wantErr(t, fmt.Sprintf("ApplicationByService(%v)", ref), err, store.ErrNotFound)
		}
		_, err = r.Application(rest.AppID{Org: "ttd", App: "none"})
		wantErr(t, "unknown application", err, store.ErrNotFound)
		list, err := r.Applications()
		same(t, "Applications", list, []*rest.Application{&plain2, &plain, &app})
		return err
	})
	thief := rest.Application{ID: skatt, Service: app.Service}
	wantUpdateErr(t, s, "a service that another application has", store.ErrExists, func(tx store.Tx) error { return tx.PutApplication(&thief) })
	app.Service.Edition, app.Validation = 3, rest.ValidationOff
	update(t, s, func(tx store.Tx) error { return tx.PutApplication(&app) })
	update(t, s, func(tx store.Tx) error { return tx.DeleteApplication(skatt) })
	wantUpdateErr(t, s, "deleting twice", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteApplication(skatt) })
	view(t, s, func(r store.Reader) error {
		got, err := r.ApplicationByService(app.Service)
		same(t, "replaced application", got, &app)
		_, gone := r.Application(skatt)
		wantErr(t, "deleted application", gone, store.ErrNotFound)
		return err
	})
}

func testAccounts(t *testing.T, s store.Store) {
	system := store.Account{System: rest.System{Name: "Regnskap", Language: "en"}, Password: "$argon2id$v=19$…"}
	fixed := store.Account{Subject: "system:70000", System: rest.System{ID: 70000, Name: "Fixed", Disabled: true}, Password: "x"}
	person := store.Account{Subject: "person:50001", Party: 50001, Password: "y", Disabled: true}
	later := store.Account{System: rest.System{Name: "Later"}, Password: "z"}
	update(t, s, func(tx store.Tx) error {
		system.Subject, system.System.ID, later.Subject, later.System.ID = "", 0, "", 0
		for _, a := range []*store.Account{&system, &fixed, &person, &later} {
			if err := tx.PutAccount(a); err != nil {
				return err
			}
		}
		return nil
	})
	if system.System.ID == 0 || system.Subject != rest.SystemSubject(system.System.ID) {
		t.Errorf("new system got id %d and subject %q", system.System.ID, system.Subject)
	}
	if later.System.ID <= fixed.System.ID {
		t.Errorf("id %d was assigned after %d came from outside", later.System.ID, fixed.System.ID)
	}
	view(t, s, func(r store.Reader) error {
		for _, want := range []store.Account{system, fixed, person, later} {
			got, err := r.Account(want.Subject)
			if err != nil {
				return err
			}
			same(t, "Account", got, want)
		}
		_, err := r.Account("system:1")
		wantErr(t, "unknown account", err, store.ErrNotFound)
		list, err := r.Accounts()
		if len(list) != 4 {
			t.Errorf("Accounts: %d, want 4", len(list))
		}
		return err
	})
	person.Disabled, person.Password = false, "changed"
	update(t, s, func(tx store.Tx) error {
		if err := tx.PutAccount(&person); err != nil {
			return err
		}
		return tx.DeleteAccount(fixed.Subject)
	})
	wantUpdateErr(t, s, "deleting twice", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteAccount(fixed.Subject) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Account(person.Subject)
		same(t, "replaced account", got, person)
		return err
	})
}

func testGrants(t *testing.T, s store.Store) {
	service := rest.ServiceRef{Code: "4501", Edition: 2}
	all := rest.Grant{Subject: "system:1", Party: 7, Rights: []rest.Right{rest.Read}}
	one := rest.Grant{Subject: "system:1", Party: 7, Service: service, Rights: []rest.Right{rest.Read, rest.Write}}
	other := rest.Grant{Subject: "person:5", Party: 7, Rights: []rest.Right{rest.Sign}}
	update(t, s, func(tx store.Tx) error {
		for _, g := range []rest.Grant{one, all, other} {
			if err := tx.PutGrant(g); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(r store.Reader) error {
		list, err := r.Grants("system:1")
		same(t, "Grants", list, []rest.Grant{all, one})
		none, err2 := r.Grants("system:2")
		if err != nil || err2 != nil || len(none) != 0 {
			t.Errorf("Grants of nobody: %v, %v, %v", none, err, err2)
		}
		everything, err := r.AllGrants()
		same(t, "AllGrants", everything, []rest.Grant{other, all, one})
		return err
	})
	one.Rights = []rest.Right{rest.Sign}
	update(t, s, func(tx store.Tx) error { return tx.PutGrant(one) })
	update(t, s, func(tx store.Tx) error { return tx.DeleteGrant("system:1", 7, rest.ServiceRef{}) })
	wantUpdateErr(t, s, "deleting twice", store.ErrNotFound, func(tx store.Tx) error {
		return tx.DeleteGrant("system:1", 7, rest.ServiceRef{})
	})
	view(t, s, func(r store.Reader) error {
		list, err := r.Grants("system:1")
		same(t, "what is left", list, []rest.Grant{one})
		return err
	})
}

func testGeneration(t *testing.T, s store.Store) {
	ctx := t.Context()
	last, err := s.Generation(ctx)
	if err != nil {
		t.Fatal(err)
	}
	party := rest.Party{Kind: rest.OrganisationParty, Name: "A"}
	app := rest.Application{ID: melding}
	account := store.Account{Subject: "person:1", Party: 1}
	for _, c := range []struct {
		name  string
		grows bool
		fn    func(store.Tx) error
	}{
		{"PutParty", true, func(tx store.Tx) error { party.ID = 0; return tx.PutParty(&party) }},
		{"PutApplication", true, func(tx store.Tx) error { return tx.PutApplication(&app) }},
		{"PutAccount", true, func(tx store.Tx) error { return tx.PutAccount(&account) }},
		{"PutGrant", true, func(tx store.Tx) error { return tx.PutGrant(rest.Grant{Subject: "person:1", Party: 1}) }},
		{"PutLetter", true, func(tx store.Tx) error { return tx.PutLetter(store.Letter{Person: 1, Codes: [][]byte{{1}}}) }},
		{"PutEnterprise", true, func(tx store.Tx) error {
			return tx.PutEnterprise(&rest.Enterprise{ID: 9, UserName: "havbris", Party: 1})
		}},
		{"PutCertificate", true, func(tx store.Tx) error { return tx.PutCertificate(rest.Certificate{Enterprise: 9, DER: []byte{1}}) }},
		{"DeleteCertificate", true, func(tx store.Tx) error { return tx.DeleteCertificate(9, rest.Thumbprint{}) }},
		{"DeleteEnterprise", true, func(tx store.Tx) error { return tx.DeleteEnterprise(9) }},
		{"UseCode", false, func(tx store.Tx) error { return tx.UseCode(1, 1) }},
		{"PutLockout", false, func(tx store.Tx) error { return tx.PutLockout(store.Lockout{Key: "a", Failed: 1}) }},
		{"PutSession", false, func(tx store.Tx) error { return tx.PutSession(store.Session{Person: 1}) }},
		{"AddMessage", false, func(tx store.Tx) error { return tx.AddMessage(&store.Message{}) }},
		{"CreateInstance", false, func(tx store.Tx) error { i := instance(melding, 1, start); return tx.CreateInstance(&i) }},
		{"DeleteGrant", true, func(tx store.Tx) error { return tx.DeleteGrant("person:1", 1, rest.ServiceRef{}) }},
		{"DeleteAccount", true, func(tx store.Tx) error { return tx.DeleteAccount("person:1") }},
		{"DeleteApplication", true, func(tx store.Tx) error { return tx.DeleteApplication(melding) }},
		{"DeleteParty", true, func(tx store.Tx) error { return tx.DeleteParty(party.ID) }},
	} {
		update(t, s, c.fn)
		now, err := s.Generation(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if c.grows && now <= last || !c.grows && now != last {
			t.Errorf("generation after %s: %d, before it %d", c.name, now, last)
		}
		last = now
	}
	boom := fmt.Errorf("boom")
	wantUpdateErr(t, s, "a failed change", boom, func(tx store.Tx) error {
		p := rest.Party{Kind: rest.OrganisationParty, Name: "B"}
		if err := tx.PutParty(&p); err != nil {
			return err
		}
		return boom
	})
	if now, _ := s.Generation(ctx); now != last {
		t.Errorf("generation after a failed change: %d, before it %d", now, last)
	}
}
