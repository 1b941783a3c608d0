package sqlstore

import "overgang/rest"

// ofTransfers stands for the instance in the journal rows of file transfers.
// No instance has the number 0.
const ofTransfers = 0

// addTransferEvent writes a row of its own: a transfer has few events, and each
// comes in an update of its own. The transfer stands in the element's place.
func (t *tx) addTransferEvent(app int64, e *rest.Event) error {
	if err := t.flush(); err != nil {
		return err
	}
	t.n.event++
	e.ID = t.n.event
	events := newPacker(64)
	events.text(string(e.Type))
	events.time(e.At)
	events.uuid(e.Transfer)
	events.text(e.Step)
	events.text(e.By)
	return t.spoil(t.exec(insertJournal, ofTransfers, e.ID, app, int32(e.Owner), micros(e.At), events.b, nil, stepBit(e.Step)))
}
