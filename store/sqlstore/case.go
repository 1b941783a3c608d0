package sqlstore

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

const (
	caseColumns = `number, app, party, reference, visible, due, created, created_by, archived, archived_by, deleted, deleted_by, changed, version`
	// activeInstance is a condition on i, an instance.
	activeInstance = "i.archived IS NULL AND i.soft_deleted IS NULL AND i.hard_deleted IS NULL"
)

var (
	selectCase            = sql("SELECT " + caseColumns + " FROM case_file WHERE number = ?")
	selectCaseByReference = sql("SELECT " + caseColumns + " FROM case_file WHERE party = ? AND app = ? AND reference = ?")
	selectCases           = sql("SELECT " + caseColumns + ` FROM case_file INDEXED BY case_open WHERE party = ? AND app = ? AND number > ? AND visible <= ?
		AND archived IS NULL AND deleted IS NULL ORDER BY number LIMIT ?`)
	selectCasesAt       = sql("SELECT " + caseColumns + " FROM case_file WHERE " + memberOf("number"))
	selectCaseInstances = sql(`SELECT i.id, i.app FROM case_instance m JOIN instance i ON i.number = m.instance WHERE m.case_number = ?
		AND i.soft_deleted IS NULL AND i.hard_deleted IS NULL ORDER BY m.instance LIMIT ?`)
	selectCaseMessages = sql(`SELECT id, app FROM correspondence INDEXED BY correspondence_by_case WHERE case_number = ? AND published <= ? AND party = ? AND status < 6
		ORDER BY number LIMIT ?`)
	selectUnarchived   = sql("SELECT i.id FROM case_instance m JOIN instance i ON i.number = m.instance WHERE m.case_number = ? AND i.archived IS NULL ORDER BY m.instance")
	countInCase        = sql("SELECT count(*) FROM case_instance WHERE case_number = ?")
	countCaseInstances = sql("SELECT count(*) FROM case_instance m JOIN instance i ON i.number = m.instance WHERE m.case_number = ? AND " + activeInstance)
	countCaseMessages  = sql("SELECT count(*) FROM correspondence INDEXED BY correspondence_by_case WHERE case_number = ? AND published <= ? AND party = ? AND status < 5")

	insertCase   = sql("INSERT INTO case_file (" + caseColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	updateCase   = sql("UPDATE case_file SET archived = ?, archived_by = ?, deleted = ?, deleted_by = ?, changed = ?, version = ? WHERE number = ? AND version = ?")
	addToCase    = sql("INSERT INTO case_instance (instance, case_number) VALUES (?, ?) ON CONFLICT (instance) DO UPDATE SET case_number = excluded.case_number")
	takeFromCase = sql("DELETE FROM case_instance WHERE instance = ?")
)

func (r *reader) scanCase(row *row) (c rest.Case, err error) {
	c.Number = row.int32()
	if c.App, err = r.app(row.int()); err != nil {
		return c, err
	}
	c.Party, c.Reference, c.Visible, c.Due = rest.PartyID(row.int32()), row.text(), row.time(), row.time()
	c.Created, c.CreatedBy = row.time(), row.text()
	c.Archived, c.Deleted = rest.Mark{At: row.time(), By: row.text()}, rest.Mark{At: row.time(), By: row.text()}
	c.Changed, c.Version = row.time(), row.int()
	return c, nil
}

func (r *reader) caseOf(st *statement, args ...any) (*rest.Case, error) {
	var c rest.Case
	err := r.one(st, func(row *row) (err error) { c, err = r.scanCase(row); return err }, args...)
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// Case implements [store.CaseReader].
func (r *reader) Case(number int32) (*rest.Case, error) { return r.caseOf(selectCase, number) }

// CaseByReference implements [store.CaseReader].
func (r *reader) CaseByReference(app rest.AppID, party rest.PartyID, reference string) (*rest.Case, error) {
	n, err := r.s.apps.number(r, app)
	if err != nil {
		return nil, err
	}
	return r.caseOf(selectCaseByReference, int32(party), n, reference)
}

// Cases implements [store.CaseReader].
func (r *reader) Cases(q store.CaseQuery) ([]rest.Case, error) {
	app, err := r.s.apps.number(r, q.App)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []rest.Case
	err = r.query(selectCases, func(row *row) error {
		c, err := r.scanCase(row)
		list = append(list, c)
		return err
	}, int32(q.Party), app, q.After, micros(q.VisibleAt), q.Limit)
	return list, err
}

// CaseMembers implements [store.CaseReader].
func (r *reader) CaseMembers(c *rest.Case, then time.Time, limit int) (instances, messages []store.CaseMember, err error) {
	if instances, err = r.members(selectCaseInstances, c.Number, limit); err != nil {
		return nil, nil, err
	}
	messages, err = r.members(selectCaseMessages, c.Number, micros(then), int32(c.Party), limit)
	return instances, messages, err
}

func (r *reader) members(st *statement, args ...any) (list []store.CaseMember, err error) {
	err = r.query(st, func(row *row) (err error) {
		m := store.CaseMember{ID: row.uuid()}
		m.App, err = r.app(row.int())
		list = append(list, m)
		return err
	}, args...)
	return list, err
}

// InCase implements [store.CaseReader].
func (r *reader) InCase(number int32) (n int, err error) {
	err = r.one(countInCase, func(row *row) error { n = int(row.int()); return nil }, number)
	return n, err
}

// Unarchived implements [store.CaseReader].
func (r *reader) Unarchived(number int32) ([]uuid.UUID, error) {
	return r.ids(selectUnarchived, number)
}

// caseRowsAt reads the cases of a page, in its order.
func (r *reader) caseRowsAt(places []place) ([]rest.Case, error) {
	return rowsAt(r, selectCasesAt, places, r.scanCase, func(c *rest.Case) int32 { return c.Number })
}

// ActiveInCase implements [store.CaseReader].
func (r *reader) ActiveInCase(c *rest.Case, then time.Time) (instances, messages int, err error) {
	err = r.one(countCaseInstances, func(row *row) error { instances = int(row.int()); return nil }, c.Number)
	if err == nil {
		err = r.one(countCaseMessages, func(row *row) error { messages = int(row.int()); return nil }, c.Number, micros(then), int32(c.Party))
	}
	return instances, messages, err
}

// CreateCase implements [store.CaseWriter].
func (t *tx) CreateCase(c *rest.Case) error {
	app, err := t.appNumber(c.App)
	if err != nil {
		return err
	}
	before := t.n.instance
	number, err := take(&t.n.instance, 1)
	if err != nil {
		return err
	}
	err = t.exec(insertCase, number, app, int32(c.Party), null(c.Reference), micros(c.Visible), c.Due, micros(c.Created), c.CreatedBy,
		c.Archived.At, c.Archived.By, c.Deleted.At, c.Deleted.By, micros(c.Changed), c.Version)
	if err != nil {
		t.n.instance = before
		return err
	}
	c.Number = number
	return nil
}

// UpdateCase implements [store.CaseWriter].
func (t *tx) UpdateCase(c *rest.Case) error {
	return t.change(updateCase, c.Archived.At, c.Archived.By, c.Deleted.At, c.Deleted.By, micros(c.Changed), c.Version, c.Number, c.Version-1)
}

// AddToCase implements [store.CaseWriter].
func (t *tx) AddToCase(number, instance int32) error {
	if number == 0 {
		_, err := t.c.change(takeFromCase, instance)
		return t.spoil(err)
	}
	return t.spoil(t.exec(addToCase, instance, number))
}

var _ store.CaseWriter = (*tx)(nil)
