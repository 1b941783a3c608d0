package sqlstore

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

var (
	selectPrefill  = sql("SELECT id, app, party, content FROM prefill WHERE id = ?")
	selectPrefills = sql(`SELECT id, app, party, content, changed, number FROM prefill
		WHERE party = ? AND app = ? AND (changed, number) < (?, ?) ORDER BY changed DESC, number DESC`)
	putPrefill = sql(`INSERT INTO prefill (id, app, party, reference, valid_to, changed, content) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (party, app, reference) DO UPDATE SET valid_to = excluded.valid_to, changed = excluded.changed, content = excluded.content RETURNING id`)
	countPrefills = sql("SELECT count(*) FROM prefill WHERE party = ? AND app = ? AND reference <> ?")
	deletePrefill = sql("DELETE FROM prefill WHERE id = ?")
	dropPrefills  = sql("DELETE FROM prefill WHERE number IN (SELECT number FROM prefill WHERE valid_to IS NOT NULL AND valid_to < ? ORDER BY valid_to LIMIT ?)")
)

func (r *reader) scanPrefill(row *row) (p rest.Prefill, err error) {
	id, app, party := row.uuid(), row.int(), row.int32()
	if err := json.Unmarshal(row.bytes(), &p); err != nil {
		return p, fmt.Errorf("sqlstore: content of prefill %s: %w", id, err)
	}
	p.ID, p.Party = id, rest.PartyID(party)
	p.App, err = r.app(app)
	return p, err
}

// Prefill implements [store.PrefillReader].
func (r *reader) Prefill(id uuid.UUID) (*rest.Prefill, error) {
	var p rest.Prefill
	err := r.one(selectPrefill, func(row *row) (err error) { p, err = r.scanPrefill(row); return err }, id)
	return &p, err
}

// Prefills implements [store.PrefillReader].
func (r *reader) Prefills(app rest.AppID, party rest.PartyID, after *rest.Position, each func(rest.Prefill, rest.Position) bool) error {
	n, err := r.s.apps.number(r, app)
	if err != nil {
		return ignoreNotFound(err)
	}
	changed, number := int64(math.MaxInt64), int64(math.MaxInt64)
	if after != nil {
		changed, number = micros(after.At), int64(after.Number)
	}
	return r.query(selectPrefills, func(row *row) error {
		p, err := r.scanPrefill(row)
		if err != nil {
			return err
		}
		if !each(p, rest.Position{At: row.time(), Number: row.int32()}) {
			return errStop
		}
		return nil
	}, int32(party), n, changed, number)
}

// CountPrefills implements [store.PrefillReader].
func (r *reader) CountPrefills(app rest.AppID, party rest.PartyID, besides string) (n int, err error) {
	number, err := r.s.apps.number(r, app)
	if err != nil {
		return 0, ignoreNotFound(err)
	}
	err = r.one(countPrefills, func(row *row) error { n = int(row.int()); return nil }, int32(party), number, besides)
	return n, err
}

// PutPrefill implements [store.PrefillWriter].
func (t *tx) PutPrefill(p *rest.Prefill) error {
	app, err := t.appNumber(p.App)
	if err != nil {
		return err
	}
	p.Changed, p.ValidFrom, p.ValidTo = whole(p.Changed), whole(p.ValidFrom), whole(p.ValidTo)
	content, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("sqlstore: content of a prefill: %w", err)
	}
	return t.spoil(t.returning(putPrefill, func(row *row) error { p.ID = row.uuid(); return nil },
		p.ID, app, int32(p.Party), p.Reference, p.ValidTo, micros(p.Changed), content))
}

// whole cuts a time to what columns keep.
func whole(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// DeletePrefill implements [store.PrefillWriter].
func (t *tx) DeletePrefill(id uuid.UUID) error { return t.change(deletePrefill, id) }

// DropPrefills implements [store.PrefillWriter].
func (t *tx) DropPrefills(before time.Time, limit int) (int, error) {
	n, err := t.c.change(dropPrefills, before, limit)
	return int(n), t.spoil(err)
}

var _ store.PrefillWriter = (*tx)(nil)
