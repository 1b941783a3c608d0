package adapter_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"overgang/rest"
	"overgang/rest/core"
	"overgang/rest/core/seed"
	"overgang/wsdl"
)

// others are some who log in: a system, the same with a person, and an
// enterprise user with the certificate of the golden cases.
type others struct{ alone, person, enterprise login }

// like is the one who calls in a flavour as the call's own caller does.
func (o others) like(c call, flavour wsdl.Flavour) login {
	switch {
	case flavour == wsdl.EC2:
		return o.enterprise
	case c.login().ssn != "":
		return o.person
	}
	return o.alone
}

func othersOf(system, ssn, enterprise string) others {
	return others{
		alone:      login{user: system, password: "annen-system"},
		person:     login{system, "annen-system", ssn, "annen-person", "kode1", "AltinnPin"},
		enterprise: login{user: enterprise, password: "annen-enterprise"},
	}
}

// itself is who makes a call as it stands.
func itself(c call) others { return others{alone: c.login(), person: c.login(), enterprise: c.login()} }

const strangersParty = "310010030"

// Those who try: with rights on a party of their own alone, with the right to
// read on everybody's, and with that to read and to write.
var (
	strangers = othersOf("1990", "01810110089", "fjern-havn")
	readers   = othersOf("1991", "01810110240", "bare-leser")
	writers   = othersOf("1992", "01810110402", "bare-skriver")
)

// admitOthers registers them.
func (s *stack) admitOthers(t *testing.T) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "parties:\n  - {orgNumber: %q, name: Fjern Havn AS}\npersons:\n", strangersParty)
	all := []others{strangers, readers, writers}
	for _, o := range all {
		fmt.Fprintf(&b, "  - {ssn: %q, name: Nils Annen, password: annen-person, letter: \"2026-03-02\", codes: [kode1, kode2]}\n", o.person.ssn)
	}
	b.WriteString("systems:\n")
	for _, o := range all {
		fmt.Fprintf(&b, "  - {id: %s, name: Annet system, password: annen-system}\n", o.alone.user)
	}
	b.WriteString("grants:\n")
	fmt.Fprintf(&b, "  - {system: %s, party: %q, rights: [read, write]}\n", strangers.alone.user, strangersParty)
	fmt.Fprintf(&b, "  - {person: %q, party: %q, rights: [read, write, sign]}\n", strangers.person.ssn, strangersParty)
	for _, party := range s.everyParty(t) {
		for rights, o := range map[string]others{"[read]": readers, "[read, write]": writers} {
			fmt.Fprintf(&b, "  - {system: %s, party: %q, rights: %s}\n", o.alone.user, party, rights)
			fmt.Fprintf(&b, "  - {person: %q, party: %q, rights: %s}\n", o.person.ssn, party, rights)
		}
	}
	f, err := seed.Parse("others.yaml", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	admin, err := core.NewAdmin(core.AdminConfig{Store: s.store, Secret: goldenSecret, Now: s.clock.now, Rand: rand2(), PasswordCost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Apply(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	s.admitEnterprises(t, admin, all)
	if err := s.core.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// everyParty are the numbers of all parties of the case.
func (s *stack) everyParty(t *testing.T) (all []string) {
	t.Helper()
	for _, text := range s.states {
		var state struct {
			Parties []struct {
				OrgNumber string `yaml:"orgNumber"`
				SSN       string `yaml:"ssn"`
			}
			Persons []struct {
				SSN string `yaml:"ssn"`
			}
		}
		if err := yaml.Unmarshal(text, &state); err != nil {
			t.Fatal(err)
		}
		for _, p := range state.Parties {
			all = append(all, p.OrgNumber+p.SSN)
		}
		for _, p := range state.Persons {
			all = append(all, p.SSN)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// rand2 is randomness that takes nothing from the stack's.
func rand2() io.Reader { return rand.NewChaCha8([32]byte{2}) }

// vault watches what is stored, from a connection of its own.
type vault struct {
	t      *testing.T
	conn   *sql.Conn
	at     int64 // the version that tables are of
	tables map[string][sha256.Size]byte
}

func newVault(t *testing.T, s *stack) *vault {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.dir, "store.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	v := &vault{t: t, conn: conn}
	v.changed()
	return v
}

// logins are what a login may change.
var logins = []string{"session", "lockout", "letter"}

// changed lists the tables that were changed since it was last asked, but for
// those of logins.
func (v *vault) changed() (names []string) {
	v.t.Helper()
	var at int64
	if err := v.conn.QueryRowContext(v.t.Context(), "PRAGMA data_version").Scan(&at); err != nil {
		v.t.Fatal(err)
	}
	if at == v.at {
		return nil
	}
	now := v.read()
	for name, sum := range now {
		if v.tables != nil && v.tables[name] != sum && !slices.Contains(logins, name) {
			names = append(names, name)
		}
	}
	v.at, v.tables = at, now
	slices.Sort(names)
	return names
}

// read takes the sums of all tables.
func (v *vault) read() map[string][sha256.Size]byte {
	v.t.Helper()
	rows, err := v.conn.QueryContext(v.t.Context(), "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
	if err != nil {
		v.t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			v.t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		v.t.Fatal(err)
	}
	sums := map[string][sha256.Size]byte{}
	for _, name := range names {
		sums[name] = v.sum(v.t.Context(), name)
	}
	return sums
}

// sum is over all rows of a table.
func (v *vault) sum(ctx context.Context, table string) (sum [sha256.Size]byte) {
	v.t.Helper()
	rows, err := v.conn.QueryContext(ctx, `SELECT * FROM "`+table+`"`)
	if err != nil {
		v.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		v.t.Fatal(err)
	}
	h := sha256.New()
	values, at := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		at[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(at...); err != nil {
			v.t.Fatal(err)
		}
		fmt.Fprintf(h, "%q\n", fmt.Sprint(values...))
	}
	if err := rows.Err(); err != nil {
		v.t.Fatal(err)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// admitEnterprises registers their enterprise users, which belong to the
// stranger's party and have the certificate of a data processor.
func (s *stack) admitEnterprises(t *testing.T, admin *core.Admin, all []others) {
	t.Helper()
	rights := [][]rest.Right{{}, {rest.Read}, {rest.Read, rest.Write}}
	for i, o := range all {
		_, _, err := admin.AddEnterprise(t.Context(), core.NewEnterprise{
			UserName: o.enterprise.user, Party: rest.PartyRef{OrgNumber: strangersParty}, Password: rest.Secret(o.enterprise.password),
			Certificates: []core.NewCertificate{{File: certificate(t, "enterprise").Raw, OtherOrganisation: true}},
		})
		if err != nil {
			t.Fatal(err)
		}
		granted := map[string][]rest.Right{strangersParty: {rest.Sign}}
		if len(rights[i]) > 0 {
			for _, party := range s.everyParty(t) {
				granted[party] = rights[i]
			}
		}
		for number, rights := range granted {
			party := rest.PartyRef{OrgNumber: number}
			if len(number) != 9 {
				party = rest.PartyRef{SSN: rest.NationalID(number)}
			}
			change, err := admin.PutGrant(core.GrantSpec{Enterprise: o.enterprise.user, Party: party, Rights: rights})
			if err != nil {
				t.Fatal(err)
			}
			if err := admin.Apply(t.Context(), change); err != nil {
				t.Fatal(err)
			}
		}
	}
}
