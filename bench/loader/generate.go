package main

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// The parties that own the instances. The first has one in twenty of them.
const firstParty, parties = 100_001, 10_000

// readable is how many of them the reader reads for, the first among them.
const readable = 100

// span is how far back the oldest instance was made.
const span = 2 * 365 * 24 * time.Hour

var words = []string{"flom", "snøskred", "grunnarbeid", "fasade", "rivning", "bruksendring", "tilbygg", "garasje"}

// generator makes instance n of count, the same one each time.
type generator struct {
	app    rest.AppID
	count  int
	end    time.Time
	reader rest.NationalID // "" = nobody
}

func (g generator) parties(tx store.Tx) error {
	for n := range parties {
		p := rest.Party{ID: rest.PartyID(firstParty + n), Kind: rest.OrganisationParty, OrgNumber: strconv.Itoa(810_000_000 + n), Name: fmt.Sprint("Lastet ", n, " AS")}
		if err := tx.PutParty(&p); err != nil {
			return err
		}
	}
	if g.reader == "" {
		return nil
	}
	person, err := tx.Party(rest.PartyRef{SSN: g.reader})
	if err != nil {
		return err
	}
	for n := range readable {
		grant := rest.Grant{Subject: rest.PersonSubject(person.ID), Party: rest.PartyID(firstParty + n), Rights: []rest.Right{rest.Read}}
		if err := tx.PutGrant(grant); err != nil {
			return err
		}
	}
	return nil
}

func (g generator) instances(tx store.Tx, from, to int) error {
	for n := from; n < to; n++ {
		i := g.instance(n)
		if err := tx.CreateInstance(&i); err != nil {
			return err
		}
		e := rest.Event{At: i.Created, Type: rest.EventCreated, App: i.App, Owner: i.Owner, Instance: i.ID, By: i.CreatedBy}
		if err := tx.AddEvent(&e); err != nil {
			return err
		}
	}
	return nil
}

func (g generator) instance(n int) rest.Instance {
	r := rand.New(rand.NewPCG(uint64(n), 12))
	one := func(in int) bool { return r.IntN(in) == 0 }
	var id uuid.UUID
	for b := range id {
		id[b] = byte(r.Uint32())
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // version 4
	created := g.end.Add(-span + time.Duration(int64(span)/int64(g.count)*int64(n))).UTC().Truncate(time.Microsecond)
	i := rest.Instance{
		ID: id, App: g.app, Owner: rest.PartyID(firstParty + r.IntN(parties)), Version: 1,
		Created: created, CreatedBy: "system:1023", Changed: created, ChangedBy: "system:1023", Step: "FormFilling", StepAt: created,
	}
	if one(10) {
		i.App.App = "annet"
	}
	if one(20) {
		i.Owner = firstParty
	}
	if !one(5) {
		i.Step, i.Archived = rest.Archived, created
	} else if one(4) {
		i.Step = "Signing"
	}
	if !one(3) { // the owner came for it, after minutes or months
		i.Changed = created.Add(time.Duration(r.Int64N(int64(time.Minute) << r.IntN(16))))
		if i.Changed.After(g.end) {
			i.Changed = created.Add(time.Second)
		}
		i.Version = 2
		if !i.Archived.IsZero() && !one(4) {
			i.Confirmed = i.Changed
		}
	}
	if one(100) {
		i.SoftDeleted = i.Changed
	}
	if one(1000) {
		i.HardDeleted = i.Changed
	}
	for _, l := range []struct {
		in    int
		label string
	}{{10, "common"}, {100, "some"}, {10_000, "rare"}} {
		if one(l.in) {
			i.Labels = append(i.Labels, l.label)
		}
	}
	if one(3) {
		i.Due = created.AddDate(0, 1, r.IntN(60))
	}
	if one(10) {
		i.Visible = created.AddDate(0, 0, r.IntN(10))
	}
	if one(3) {
		i.Presentation = fmt.Sprintf("Melding om %s nr. %06d", words[r.IntN(len(words))], n)
	}
	if !one(3) {
		i.Sender, i.Reference = 1023, fmt.Sprintf("loaded-%08d", n)
	}
	content := []byte("<melding><nummer>" + strconv.Itoa(n) + "</nummer></melding>")
	i.Elements = []rest.Element{{
		ID: uuid.NewSHA1(id, content), Type: "default", Form: true, ContentType: "application/xml", Version: 1,
		Content: rest.Content{Size: int64(len(content)), SHA256: sha256.Sum256(content), Inline: content},
		Created: created, CreatedBy: i.CreatedBy, Changed: created, ChangedBy: i.CreatedBy,
	}}
	return i
}
