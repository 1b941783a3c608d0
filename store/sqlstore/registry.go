package sqlstore

import (
	"overgang/rest"
	"overgang/store"
)

const partyColumns = "id, kind, number, user_name, name, phone, language"

var (
	selectParty           = sql("SELECT " + partyColumns + " FROM party WHERE id = ?")
	selectPartyByNumber   = sql("SELECT " + partyColumns + " FROM party WHERE number = ? AND kind = ?")
	selectPartyByUserName = sql("SELECT " + partyColumns + " FROM party WHERE user_name = ?")
	selectParties         = sql("SELECT " + partyColumns + " FROM party WHERE id > ? ORDER BY id LIMIT ?")
	putParty              = sql(`INSERT INTO party (` + partyColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
		kind = excluded.kind, number = excluded.number, user_name = excluded.user_name, name = excluded.name, phone = excluded.phone, language = excluded.language`)
	deleteParty       = sql("DELETE FROM party WHERE id = ?")
	insertPartyNumber = sql("INSERT INTO party_number (number, party) VALUES (?, ?) ON CONFLICT DO NOTHING")
)

func scanParty(r *row) rest.Party {
	p := rest.Party{ID: rest.PartyID(r.int32()), Kind: rest.PartyKind(r.text())}
	number := r.text()
	if p.Kind == rest.PersonParty {
		p.SSN = rest.NationalID(number)
	} else {
		p.OrgNumber = number
	}
	p.UserName, p.Name, p.Phone, p.Language = r.text(), r.text(), r.text(), r.text()
	return p
}

// Party implements [store.RegistryReader].
func (r *reader) Party(ref rest.PartyRef) (p rest.Party, err error) {
	scan := func(row *row) error { p = scanParty(row); return nil }
	switch {
	case ref.ID != 0:
		err = r.one(selectParty, scan, int32(ref.ID))
	case ref.SSN != "":
		err = r.one(selectPartyByNumber, scan, ref.SSN.Reveal(), string(rest.PersonParty))
	case ref.OrgNumber != "":
		err = r.one(selectPartyByNumber, scan, ref.OrgNumber, string(rest.OrganisationParty))
	case ref.UserName != "":
		err = r.one(selectPartyByUserName, scan, ref.UserName)
	default:
		err = store.ErrNotFound
	}
	return p, err
}

// Parties implements [store.RegistryReader].
func (r *reader) Parties(after rest.PartyID, limit int) ([]rest.Party, error) {
	var parties []rest.Party
	err := r.query(selectParties, func(row *row) error { parties = append(parties, scanParty(row)); return nil }, int32(after), limit)
	return parties, err
}

// PutParty implements [store.RegistryWriter].
func (t *tx) PutParty(p *rest.Party) error {
	before, id := t.n.party, int32(p.ID)
	if id == 0 {
		var err error
		if id, err = take(&t.n.party, 1); err != nil {
			return err
		}
	}
	if err := t.exec(putParty, id, string(p.Kind), null(p.Number()), null(p.UserName), p.Name, p.Phone, p.Language); err != nil {
		t.n.party = before
		return err
	}
	t.n.party = max(t.n.party, int64(id)) // an id that came from outside is never assigned again
	if number := p.Number(); number != "" {
		if err := t.exec(insertPartyNumber, number, id); err != nil {
			return t.spoil(err)
		}
	}
	p.ID = rest.PartyID(id)
	t.n.generation++
	return nil
}

// DeleteParty implements [store.RegistryWriter].
func (t *tx) DeleteParty(id rest.PartyID) error { return t.registry(t.change(deleteParty, int32(id))) }

// registry counts a change of the registry, if it was one.
func (t *tx) registry(err error) error {
	if err == nil {
		t.n.generation++
	}
	return err
}
