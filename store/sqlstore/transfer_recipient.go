package sqlstore

import (
	"github.com/google/uuid"

	"overgang/rest"
)

// classStride separates the statuses in a recipient's class: class is status
// number * classStride + state number.
const classStride = 8

const recipientColumns = "transfer, party, state, changed, downloaded, confirmed, receipt"

var (
	insertRecipient = sql(`INSERT INTO transfer_recipient (transfer, place, party, app, created, class, state, changed, downloaded, confirmed, receipt)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	updateRecipient = sql(`UPDATE transfer_recipient SET class = ?, state = ?, changed = ?, downloaded = ?, confirmed = ?, receipt = ? WHERE transfer = ? AND party = ?`)
	// The class of every recipient after the transfer's status changed.
	classifyRecipients = sql("UPDATE transfer_recipient SET class = ? + state WHERE transfer = ?")
	selectRecipients   = sql("SELECT " + recipientColumns + " FROM transfer_recipient WHERE " + memberOf("transfer") + " ORDER BY transfer, place")
)

// class is where indexes find a recipient's row; nil = before publishing.
func class(t *rest.Transfer, r rest.Recipient) any {
	if t.Published.IsZero() {
		return nil
	}
	return statusNumber(t.Status)*classStride + stateNumber(r.State)
}

func (t *tx) insertRecipient(tr *rest.Transfer, app int64, place int, r rest.Recipient) error {
	return t.exec(insertRecipient, tr.Number, place, int32(r.Party), app, micros(tr.Created), class(tr, r), stateNumber(r.State),
		micros(r.Changed), r.Downloaded, r.Confirmed, r.Receipt)
}

// UpdateRecipient implements [store.TransferWriter].
func (t *tx) UpdateRecipient(transfer uuid.UUID, r rest.Recipient) error {
	var tr rest.Transfer
	err := t.one(selectTransferNumber, func(row *row) error {
		tr.Number = row.int32()
		row.int() // app
		tr.Created, tr.Status, tr.Published = row.time(), statusOf(row.int()), row.time()
		return nil
	}, transfer)
	if err != nil {
		return err
	}
	return t.change(updateRecipient, class(&tr, r), stateNumber(r.State), micros(r.Changed), r.Downloaded, r.Confirmed, r.Receipt, tr.Number, int32(r.Party))
}

// addRecipients gives transfers their recipients.
func (r *reader) addRecipients(list []rest.Transfer) error {
	if len(list) == 0 {
		return nil
	}
	numbers := make([]int32, len(list))
	index := make(map[int32]int, len(list))
	for i := range list {
		numbers[i], index[list[i].Number] = list[i].Number, i
	}
	return r.query(selectRecipients, func(row *row) error {
		t := &list[index[row.int32()]]
		t.Recipients = append(t.Recipients, rest.Recipient{
			Party: rest.PartyID(row.int32()), State: stateOf(row.int()), Changed: row.time(),
			Downloaded: row.time(), Confirmed: row.time(), Receipt: row.int32(),
		})
		return nil
	}, memberList(numbers))
}
