package sqlstore

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

var (
	selectPurgeable = sql(`SELECT id FROM instance WHERE hard_deleted IS NOT NULL AND hard_deleted < ? AND (archived IS NULL OR confirmed IS NOT NULL)
		ORDER BY hard_deleted, number LIMIT ?`)
	selectPurgedBlobs    = sql("SELECT DISTINCT blob FROM element WHERE instance = ? AND blob IS NOT NULL")
	selectPurgedReceipts = sql("SELECT " + receiptColumns + " FROM receipt WHERE instance = ?")
	purgeContent         = sql("DELETE FROM content WHERE element IN (SELECT number FROM element WHERE instance = ?)")
	purgeElements        = sql("DELETE FROM element WHERE instance = ?")
	purgeVisits          = sql("UPDATE journal SET visits = NULL WHERE instance = ? AND visits IS NOT NULL")
	purgeJournal         = sql("DELETE FROM journal WHERE instance = ? AND events IS NULL")
	insertPurged         = sql("INSERT INTO purged (number, id) SELECT number, id FROM instance WHERE number = ?")
	purgeInstance        = sql("DELETE FROM instance WHERE number = ?")
)

// Purgeable implements [store.InstanceReader].
func (r *reader) Purgeable(before time.Time, limit int) ([]uuid.UUID, error) {
	var list []uuid.UUID
	err := r.query(selectPurgeable, func(row *row) error { list = append(list, row.uuid()); return nil }, micros(before), limit)
	return list, err
}

// PurgeInstance implements [store.InstanceWriter].
func (t *tx) PurgeInstance(id uuid.UUID) ([]string, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	var number int32
	if err := t.one(selectInstanceNumber, func(row *row) error { number = row.int32(); return nil }, id); err != nil {
		return nil, err
	}
	var blobs []string
	if err := t.query(selectPurgedBlobs, func(row *row) error { blobs = append(blobs, row.text()); return nil }, number); err != nil {
		return nil, err
	}
	if err := t.keepShipmentReferences(number); err != nil {
		return nil, t.spoil(err)
	}
	for _, st := range []*statement{purgeContent, purgeElements, purgeVisits, purgeJournal, insertPurged, purgeInstance} {
		if _, err := t.c.change(st, number); err != nil {
			return nil, t.spoil(err)
		}
	}
	if t.made.number == number {
		t.made = made{}
	}
	return blobs, nil
}

// keepShipmentReferences gives rows to the references of an instance's receipts
// that were found through the instance's own row: see follows.
func (t *tx) keepShipmentReferences(number int32) error {
	var receipts []rest.Receipt
	err := t.query(selectPurgedReceipts, func(row *row) error {
		r, err := scanReceipt(row)
		receipts = append(receipts, r)
		return err
	}, number)
	if err != nil {
		return err
	}
	for i := range receipts {
		top := receipts[i].ID
		err := allReferences(&receipts[i], func(ref rest.Reference) error {
			if ref.Type != rest.RefShipment || ref.Value == "" {
				return nil
			}
			return t.exec(insertReference, ref.Value, string(ref.Type), top)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
