package core

import (
	"strings"
	"testing"

	"overgang/rest"
	"overgang/store"
)

func TestAdminRefusesWhatIsTaken(t *testing.T) {
	w := newWorld(t)
	_, _, err := w.admin.AddSystem(w.ctx, NewSystem{ID: 1023, Name: "Igjen"})
	wantKind(t, err, rest.Conflict)
	_, err = w.admin.AddParty(w.ctx, rest.Party{Kind: rest.OrganisationParty, OrgNumber: orgA, Name: "Igjen"})
	wantKind(t, err, rest.Conflict)
	_, err = w.admin.AddPerson(w.ctx, NewPerson{SSN: ssnA, Name: "Igjen"})
	wantKind(t, err, rest.Conflict)
	_, err = w.admin.AddPerson(w.ctx, NewPerson{SSN: "01810100288", Name: "Ola", UserName: "kari"})
	wantKind(t, err, rest.Conflict)
	clash := testApp("annen", "4501", rest.ValidationOff)
	change, err := w.admin.PutService(w.ctx, clash)
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, w.admin.Apply(w.ctx, change), rest.Conflict)
}

func TestAdminRemoves(t *testing.T) {
	w := newWorld(t)
	w.submit(w.shipment("REF-1"))
	wantKind(t, w.admin.RemoveParty(w.ctx, rest.PartyRef{OrgNumber: orgA}), rest.Conflict)
	wantKind(t, w.admin.RemoveService(w.ctx, rest.AppID{Org: "ttd", App: "melding"}), rest.Conflict)
	if err := w.admin.RemoveService(w.ctx, rest.AppID{Org: "ttd", App: "rapport"}); err != nil {
		t.Error(err)
	}
	if err := w.admin.RemoveParty(w.ctx, rest.PartyRef{OrgNumber: orgB}); err != nil {
		t.Error(err)
	}
	wantKind(t, w.admin.RemoveParty(w.ctx, rest.PartyRef{OrgNumber: orgB}), rest.NotFound)
	if err := w.admin.RemoveSystem(w.ctx, 1023); err != nil {
		t.Fatal(err)
	}
	if grants, err := w.admin.Grants(w.ctx, "system:1023"); err != nil || len(grants) != 0 {
		t.Errorf("grants of a removed system: %v, %v", grants, err)
	}
	eventually(t, func() error {
		_, err := w.System(w.ctx, "1023", "systempassord", address)
		if rest.KindOf(err) == rest.Unauthenticated && err != nil {
			return nil
		}
		return rest.Errorf(rest.Internal, "", "a removed system logs in")
	})
	if err := w.admin.RemovePerson(w.ctx, rest.PartyRef{SSN: ssnA}); err != nil {
		t.Error(err)
	}
	if _, err := w.admin.Party(w.ctx, rest.PartyRef{SSN: ssnA}); err != nil {
		t.Errorf("the person's party: %v", err)
	}
	systems, err := w.admin.Systems(w.ctx)
	persons, err2 := w.admin.Persons(w.ctx)
	if err != nil || err2 != nil || len(systems) != 0 || len(persons) != 0 {
		t.Errorf("%v %v %v %v", systems, persons, err, err2)
	}
}

func TestGrantsApply(t *testing.T) {
	w := newWorld(t)
	app := &rest.Application{ID: rest.AppID{Org: "ttd", App: "melding"}, Service: rest.ServiceRef{Code: "4501", Edition: 1}}
	other := &rest.Application{ID: rest.AppID{Org: "ttd", App: "rapport"}, Service: rest.ServiceRef{Code: "4502", Edition: 1}}
	check := func(c rest.Caller, party rest.PartyID, app *rest.Application, right rest.Right, want bool) {
		t.Helper()
		got, err := w.Allowed(w.ctx, c, party, app, right)
		if err != nil || got != want {
			t.Errorf("%s on %d %s: %v, %v", right, party, app.ID, got, err)
		}
	}
	check(w.system, w.other.ID, app, rest.Read, false)
	w.grant("system:1023", w.other.ID, rest.ServiceRef{Code: "4501"}, rest.Read)
	eventually(t, func() error {
		if ok, _ := w.Allowed(w.ctx, w.system, w.other.ID, app, rest.Read); !ok {
			return rest.Errorf(rest.Internal, "", "the grant does not show")
		}
		return nil
	})
	check(w.system, w.other.ID, app, rest.Write, false)
	check(w.system, w.other.ID, other, rest.Read, false)
	check(w.system, w.org.ID, other, rest.Write, true)
	check(w.system, w.org.ID, app, rest.Sign, false)
	check(w.owner, w.other.ID, app, rest.Write, true)
	check(w.owner, w.other.ID, app, rest.Sign, false)
	check(rest.Caller{Owner: "nav", Scopes: w.owner.Scopes}, w.other.ID, app, rest.Read, false)
	if err := w.admin.RemoveGrant(w.ctx, GrantSpec{Subject: "system:1023", Party: rest.PartyRef{ID: w.other.ID}, Service: rest.ServiceRef{Code: "4501"}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() error {
		if ok, _ := w.Allowed(w.ctx, w.system, w.other.ID, app, rest.Read); ok {
			return rest.Errorf(rest.Internal, "", "the grant still works")
		}
		return nil
	})
}

func TestNewLetter(t *testing.T) {
	w := newWorld(t)
	codes, err := w.admin.NewLetter(w.ctx, rest.PartyRef{SSN: ssnA}, 10)
	if err != nil || len(codes) != 10 {
		t.Fatal(err)
	}
	wantKind(t, w.personLogin(w.codes[0], rest.LetterCodes), rest.Unauthenticated)
	if err := w.personLogin(codes[0], rest.LetterCodes); err != nil {
		t.Error(err)
	}
	_, err = w.admin.NewLetter(w.ctx, rest.PartyRef{SSN: ssnA}, 0)
	wantKind(t, err, rest.Invalid)
	_, err = w.admin.NewLetter(w.ctx, rest.PartyRef{OrgNumber: "310000035"}, 1)
	wantKind(t, err, rest.NotFound)
}

// A broken application must neither validate nothing nor stop the others.
func TestBrokenApplication(t *testing.T) {
	w := newWorld(t)
	broken := testApp("melding", "4501", rest.ValidationEnforce)
	broken.DataTypes[0].Schema = []byte("<xs:schema")
	_, err := w.admin.PutService(w.ctx, broken)
	wantKind(t, err, rest.Invalid)
	if err != nil && !strings.Contains(err.Error(), "ttd/melding") {
		t.Error(err)
	}
	if err := w.admin.Apply(w.ctx, func(tx store.Tx) error { return tx.PutApplication(&broken) }); err != nil {
		t.Fatal(err)
	}
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	_, err = w.Submit(w.ctx, w.system, w.shipment("REF-1"))
	wantKind(t, err, rest.Unavailable)
	s := w.shipment("REF-1")
	s.Service.Code = "4502"
	if out := w.submit(s); out.Instance == nil {
		t.Errorf("%+v", out.Receipt)
	}
}
