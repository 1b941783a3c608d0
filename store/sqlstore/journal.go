package sqlstore

import (
	"math"

	"github.com/google/uuid"

	"overgang/rest"
)

// journalRow is what one update has recorded about one instance so far. It is
// written at the end of the update, or before the update reads journals or goes
// on to another instance, so that the ids in a row have no gap.
type journalRow struct {
	id       uuid.UUID
	instance int32
	app      int64
	owner    rest.PartyID
	last     int64 // id of the last event
	at       int64 // time of the latest event
	steps    int64 // a bit for each step, see stepBit
	events   packer
	visits   packer
}

func (j journalRow) reset() journalRow {
	return journalRow{events: packer{j.events.b[:0]}, visits: packer{j.visits.b[:0]}}
}

var (
	// A row's time is the latest of its application so far: see feed.go.
	insertJournal = sql(`INSERT INTO journal (instance, id, app, owner, at, events, visits, steps) VALUES (?1, ?2, ?3, ?4,
		max(?5, coalesce((SELECT at FROM journal WHERE app = ?3 AND at IS NOT NULL ORDER BY id DESC LIMIT 1), ?5)), ?6, ?7, ?8)`)
	selectVisits = sql("SELECT visits FROM journal WHERE instance = (SELECT number FROM instance WHERE id = ?) AND visits IS NOT NULL ORDER BY journal.id")
	selectEvents = sql(`SELECT id, app, owner, events, ?1 FROM journal
		WHERE instance = (SELECT number FROM instance WHERE id = ?1) AND journal.id > ?2 AND events IS NOT NULL ORDER BY journal.id`)
)

// journal makes the pending row one of the given instance.
func (t *tx) journal(instance uuid.UUID) error {
	if t.pending.instance != 0 && t.pending.id == instance {
		return nil
	}
	number, err := t.instanceNumber(instance)
	if err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		return err
	}
	t.pending.instance, t.pending.id = number, instance
	return nil
}

// AddEvent implements [store.InstanceWriter].
func (t *tx) AddEvent(e *rest.Event) error {
	app, err := t.appNumber(e.App)
	if err != nil {
		return err
	}
	if e.Type.OfTransfer() {
		return t.addTransferEvent(app, e)
	}
	if e.Type.OfLookup() {
		return t.addLookupEvent(app, e)
	}
	if err := t.journal(e.Instance); err != nil {
		return err
	}
	j := &t.pending
	if len(j.events.b) > 0 && (j.app != app || j.owner != e.Owner) {
		if err := t.flush(); err != nil {
			return err
		}
		if err := t.journal(e.Instance); err != nil {
			return err
		}
	}
	t.n.event++
	e.ID = t.n.event
	if len(j.events.b) == 0 {
		j.events.b = append(j.events.b, packFormat)
		j.app, j.owner, j.at = app, e.Owner, math.MinInt64
	}
	j.last, j.at = e.ID, max(j.at, micros(e.At))
	j.steps |= stepBit(e.Step)
	j.events.text(string(e.Type))
	j.events.time(e.At)
	j.events.uuid(e.Element)
	j.events.text(e.Step)
	j.events.text(e.By)
	return nil
}

// Enter implements [store.InstanceWriter]. A stay that was not left ends where
// the next one begins.
func (t *tx) Enter(instance uuid.UUID, v rest.Visit) error {
	if err := t.journal(instance); err != nil {
		return err
	}
	p := &t.pending.visits
	if len(p.b) == 0 {
		p.b = append(p.b, packFormat)
	}
	p.text(v.Step)
	p.time(v.Entered)
	p.time(v.Left)
	p.text(v.By)
	return nil
}

// flushJournal writes the pending row, if there is one. Without events it takes
// an event's number: that keeps rows in the order they were written.
func (t *tx) flushJournal() error {
	j := &t.pending
	if len(j.events.b) == 0 && len(j.visits.b) == 0 {
		return nil
	}
	var at, events, visits any
	if len(j.events.b) > 0 {
		at, events = j.at, j.events.b
	} else {
		t.n.event++
		j.last = t.n.event
	}
	if len(j.visits.b) > 0 {
		visits = j.visits.b
	}
	if err := t.exec(insertJournal, j.instance, j.last, j.app, int32(j.owner), at, events, visits, j.steps); err != nil {
		return t.spoil(err)
	}
	t.pending = j.reset()
	return nil
}

// eachEvent unpacks the events of a row: its columns are id, app, owner, events.
func (r *reader) eachEvent(row *row, each func(rest.Event)) error {
	last := row.int()
	app, err := r.app(row.int())
	if err != nil {
		return err
	}
	owner := rest.PartyID(row.int32())
	var list []rest.Event
	u := newUnpacker(row.bytes())
	for u.more() {
		e := rest.Event{App: app, Owner: owner, Type: rest.EventType(u.text()), At: u.time(), Element: u.uuid(), Step: u.text(), By: u.text()}
		list = append(list, e)
	}
	for i := range list {
		list[i].ID = last - int64(len(list)-1-i)
		each(list[i])
	}
	return u.err
}

// Visits implements [store.InstanceReader].
func (r *reader) Visits(instance uuid.UUID) ([]rest.Visit, error) {
	var list []rest.Visit
	err := r.query(selectVisits, func(row *row) error {
		u := newUnpacker(row.bytes())
		for u.more() {
			v := rest.Visit{Step: u.text(), Entered: u.time(), Left: u.time(), By: u.text()}
			if n := len(list); n > 0 && list[n-1].Left.IsZero() {
				list[n-1].Left = v.Entered
			}
			list = append(list, v)
		}
		return u.err
	}, instance)
	return list, err
}

// InstanceEvents implements [store.InstanceReader].
func (r *reader) InstanceEvents(instance uuid.UUID, q rest.EventQuery) ([]rest.Event, error) {
	f := &feed{reader: r, q: q, from: micros(q.Since)}
	err := r.query(selectEvents, f.take, instance, q.After)
	return f.list, err
}

// Visits, InstanceEvents and AppEvents of a transaction see what it recorded.

func (t *tx) Visits(instance uuid.UUID) ([]rest.Visit, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	return t.reader.Visits(instance)
}

func (t *tx) InstanceEvents(instance uuid.UUID, q rest.EventQuery) ([]rest.Event, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	return t.reader.InstanceEvents(instance, q)
}

func (t *tx) AppEvents(app rest.AppID, q rest.EventQuery) ([]rest.Event, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	return t.reader.AppEvents(app, q)
}
