package sqlstore

import (
	"time"

	"overgang/store"
)

var (
	selectRepeat = sql("SELECT caller, key, at, request, answer, needs FROM repeat WHERE caller = ? AND key = ?")
	countRepeats = sql("SELECT count(*) FROM (SELECT 1 FROM repeat WHERE caller = ? LIMIT ?)")
	putRepeat    = sql(`INSERT INTO repeat (caller, key, at, request, answer, needs) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (caller, key) DO UPDATE SET at = excluded.at, request = excluded.request, answer = excluded.answer, needs = excluded.needs`)
	dropRepeats = sql("DELETE FROM repeat WHERE id IN (SELECT id FROM repeat WHERE at < ? ORDER BY at LIMIT ?)")
)

// Repeat implements [store.RepeatReader].
func (r *reader) Repeat(caller, key string) (out store.Repeat, err error) {
	err = r.one(selectRepeat, func(row *row) error {
		out = store.Repeat{Caller: row.text(), Key: row.text(), At: row.time(), Request: row.bytes(), Answer: row.bytes(), Needs: row.bytes()}
		return nil
	}, caller, key)
	return out, err
}

// CountRepeats implements [store.RepeatReader].
func (r *reader) CountRepeats(caller string, most int) (n int, err error) {
	err = r.one(countRepeats, func(row *row) error { n = int(row.int()); return nil }, caller, most)
	return n, err
}

// PutRepeat implements [store.RepeatWriter].
func (t *tx) PutRepeat(r store.Repeat) error {
	return t.exec(putRepeat, r.Caller, r.Key, r.At, r.Request, r.Answer, r.Needs)
}

// DropRepeats implements [store.RepeatWriter].
func (t *tx) DropRepeats(before time.Time, limit int) (int, error) {
	n, err := t.c.change(dropRepeats, before, limit)
	return int(n), t.spoil(err)
}
