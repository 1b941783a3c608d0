package sqlstore

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

const partialColumns = "id, transfer_partial.file_name, length, received, transfer_partial.changed, transfer_partial.expires, transfer_partial.blob, transfer_partial.sha256, transfer_partial.md5"

var (
	selectPartial  = sql("SELECT " + partialColumns + " FROM transfer JOIN transfer_partial ON transfer = number WHERE id = ?")
	selectPartials = sql("SELECT " + partialColumns + " FROM transfer_partial JOIN transfer ON number = transfer WHERE transfer_partial.expires < ? ORDER BY transfer_partial.expires LIMIT ?")
	putPartial     = sql(`INSERT INTO transfer_partial (transfer, file_name, length, received, changed, expires, blob, sha256, md5)
		SELECT number, ?, ?, ?, ?, ?, ?, ?, ? FROM transfer WHERE id = ?
		ON CONFLICT (transfer) DO UPDATE SET file_name = excluded.file_name, length = excluded.length, received = excluded.received,
		changed = excluded.changed, expires = excluded.expires, blob = excluded.blob, sha256 = excluded.sha256, md5 = excluded.md5`)
	deletePartial = sql("DELETE FROM transfer_partial WHERE transfer = (SELECT number FROM transfer WHERE id = ?)")
)

func scanPartial(row *row) rest.PartialUpload {
	return rest.PartialUpload{
		Transfer: row.uuid(), FileName: row.text(), Length: row.int(), Received: row.int(), Changed: row.time(), Expires: row.time(),
		Blob: row.text(), SHA256: row.bytes(), MD5: row.bytes(),
	}
}

// PartialUpload implements [store.TransferReader].
func (r *reader) PartialUpload(transfer uuid.UUID) (p rest.PartialUpload, err error) {
	err = r.one(selectPartial, func(row *row) error { p = scanPartial(row); return nil }, transfer)
	return p, err
}

// ExpiredPartials implements [store.TransferReader].
func (r *reader) ExpiredPartials(before time.Time, limit int) ([]rest.PartialUpload, error) {
	var list []rest.PartialUpload
	err := r.query(selectPartials, func(row *row) error { list = append(list, scanPartial(row)); return nil }, micros(before), limit)
	return list, err
}

// PutPartial implements [store.TransferWriter].
func (t *tx) PutPartial(p rest.PartialUpload) error {
	return t.change(putPartial, p.FileName, p.Length, p.Received, micros(p.Changed), micros(p.Expires), p.Blob, p.SHA256, p.MD5, p.Transfer)
}

// DeletePartial implements [store.TransferWriter].
func (t *tx) DeletePartial(transfer uuid.UUID) error {
	_, err := t.c.change(deletePartial, transfer)
	return t.spoil(err)
}
