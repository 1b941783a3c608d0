package sqlstore

import (
	"strings"

	"overgang/rest"
	"overgang/store"
)

const accountColumns = "subject, system, system_name, system_disabled, party, password, disabled, system_language"

var (
	selectAccount  = sql("SELECT " + accountColumns + " FROM account WHERE subject = ?")
	selectAccounts = sql("SELECT " + accountColumns + " FROM account ORDER BY subject")
	putAccount     = sql(`INSERT INTO account (` + accountColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subject) DO UPDATE SET
		system = excluded.system, system_name = excluded.system_name, system_disabled = excluded.system_disabled,
		party = excluded.party, password = excluded.password, disabled = excluded.disabled, system_language = excluded.system_language`)
	deleteAccount = sql("DELETE FROM account WHERE subject = ?")

	selectGrants    = sql("SELECT subject, party, code, edition, rights FROM party_right WHERE subject = ? ORDER BY party, code, edition")
	selectAllGrants = sql("SELECT subject, party, code, edition, rights FROM party_right ORDER BY subject, party, code, edition")
	putGrant        = sql("INSERT INTO party_right (subject, party, code, edition, rights) VALUES (?, ?, ?, ?, ?) ON CONFLICT (subject, party, code, edition) DO UPDATE SET rights = excluded.rights")
	deleteGrant     = sql("DELETE FROM party_right WHERE subject = ? AND party = ? AND code = ? AND edition = ?")
)

func scanAccount(r *row) store.Account {
	a := store.Account{
		Subject:  rest.Subject(r.text()),
		System:   rest.System{ID: rest.SystemID(r.int32()), Name: r.text(), Disabled: r.bool()},
		Party:    rest.PartyID(r.int32()),
		Password: r.text(),
		Disabled: r.bool(),
	}
	a.System.Language = r.text()
	return a
}

// Account implements [store.RegistryReader].
func (r *reader) Account(subject rest.Subject) (a store.Account, err error) {
	err = r.one(selectAccount, func(row *row) error { a = scanAccount(row); return nil }, string(subject))
	return a, err
}

// Accounts implements [store.RegistryReader].
func (r *reader) Accounts() ([]store.Account, error) {
	var list []store.Account
	err := r.query(selectAccounts, func(row *row) error { list = append(list, scanAccount(row)); return nil })
	return list, err
}

// PutAccount implements [store.RegistryWriter]. An account without subject and
// party is a new system's.
func (t *tx) PutAccount(a *store.Account) error {
	subject, id := a.Subject, a.System.ID
	switch {
	case subject == "" && a.Party != 0:
		subject = rest.PersonSubject(a.Party)
	case subject == "" && id == 0:
		n, err := take(&t.n.system, 1)
		if err != nil {
			return err
		}
		id, subject = rest.SystemID(n), rest.SystemSubject(rest.SystemID(n))
	case subject == "":
		subject = rest.SystemSubject(id)
	}
	err := t.exec(putAccount, string(subject), int32(id), a.System.Name, a.System.Disabled, int32(a.Party), a.Password, a.Disabled, a.System.Language)
	if err != nil {
		return err
	}
	t.n.system = max(t.n.system, int64(id))
	a.Subject, a.System.ID = subject, id
	return t.registry(nil)
}

// DeleteAccount implements [store.RegistryWriter].
func (t *tx) DeleteAccount(subject rest.Subject) error {
	return t.registry(t.change(deleteAccount, string(subject)))
}

func scanGrant(r *row) rest.Grant {
	g := rest.Grant{
		Subject: rest.Subject(r.text()),
		Party:   rest.PartyID(r.int32()),
		Service: rest.ServiceRef{Code: r.text(), Edition: r.int32()},
	}
	if rights := r.text(); rights != "" {
		for right := range strings.SplitSeq(rights, ",") {
			g.Rights = append(g.Rights, rest.Right(right))
		}
	}
	return g
}

// Grants implements [store.RegistryReader].
func (r *reader) Grants(subject rest.Subject) ([]rest.Grant, error) {
	var list []rest.Grant
	err := r.query(selectGrants, func(row *row) error { list = append(list, scanGrant(row)); return nil }, string(subject))
	return list, err
}

// AllGrants implements [store.RegistryReader].
func (r *reader) AllGrants() ([]rest.Grant, error) {
	var list []rest.Grant
	err := r.query(selectAllGrants, func(row *row) error { list = append(list, scanGrant(row)); return nil })
	return list, err
}

// PutGrant implements [store.RegistryWriter].
func (t *tx) PutGrant(g rest.Grant) error {
	rights := make([]string, len(g.Rights))
	for i, right := range g.Rights {
		rights[i] = string(right)
	}
	return t.registry(t.exec(putGrant, string(g.Subject), int32(g.Party), g.Service.Code, g.Service.Edition, strings.Join(rights, ",")))
}

// DeleteGrant implements [store.RegistryWriter].
func (t *tx) DeleteGrant(subject rest.Subject, party rest.PartyID, service rest.ServiceRef) error {
	return t.registry(t.change(deleteGrant, string(subject), int32(party), service.Code, service.Edition))
}
