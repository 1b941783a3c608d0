package sqlstore

import (
	"github.com/google/uuid"

	"overgang/rest"
)

// addOther writes the event of something that is no instance in a row of its own:
// such have few events, and each comes in an update of its own.
func (t *tx) addOther(of int32, app int64, e *rest.Event, about uuid.UUID) error {
	if err := t.flush(); err != nil {
		return err
	}
	t.n.event++
	return t.insertOther(of, app, e, about)
}

// insertOther writes the row under the number that was taken for the event.
func (t *tx) insertOther(of int32, app int64, e *rest.Event, about uuid.UUID) error {
	e.ID = t.n.event
	events := newPacker(64)
	events.text(string(e.Type))
	events.time(e.At)
	events.uuid(about)
	events.text(e.Step)
	events.text(e.By)
	return t.spoil(t.exec(insertJournal, of, e.ID, app, int32(e.Owner), micros(e.At), events.b, nil, stepBit(e.Step)))
}
