package sqlstore

import "overgang/rest"

// ofTransfers stands for the instance in the journal rows of file transfers.
// No instance has the number 0.
const ofTransfers = 0

// addTransferEvent writes a row of its own, in which the transfer stands in the
// element's place.
func (t *tx) addTransferEvent(app int64, e *rest.Event) error {
	return t.addOther(ofTransfers, app, e, e.Transfer)
}
