package sqlstore

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

const transferColumns = `number, id, app, code, edition, sender, system, reference, file_name, checksum, manifest, size, sha256, md5, blob,
	status, text, changed, created, created_by, published, expires, due, receipt, version`

var (
	selectTransfer          = sql("SELECT " + transferColumns + " FROM transfer WHERE id = ?")
	selectTransferOfReceipt = sql("SELECT " + transferColumns + " FROM transfer WHERE receipt = ?")
	selectTransferNumber    = sql("SELECT number, app, created, status, published FROM transfer WHERE id = ?")
	selectTransferContent   = sql("SELECT size, sha256, md5, blob, bytes FROM transfer LEFT JOIN transfer_content ON transfer_content.transfer = transfer.number WHERE id = ?")
	selectTransferOfApp     = sql("SELECT 1 FROM transfer WHERE app = ? LIMIT 1")
	selectTransferBlob      = sql("SELECT 1 FROM transfer WHERE blob = ?1 UNION ALL SELECT 1 FROM transfer_partial WHERE blob = ?1 LIMIT 1")
	selectLastTransfer      = sql("SELECT max(number) FROM transfer")

	insertTransfer = sql("INSERT INTO transfer (" + transferColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	updateTransfer = sql(`UPDATE transfer SET file_name = ?, status = ?, text = ?, changed = ?,
		published = ?, expires = ?, due = ?, receipt = ?, version = ? WHERE id = ? AND version = ? RETURNING number`)
	updateTransferContent = sql("UPDATE transfer SET size = ?, sha256 = ?, md5 = ?, blob = ? WHERE number = ?")
	dropTransferBlob      = sql("UPDATE transfer SET blob = NULL WHERE id = ? RETURNING number")
	putTransferContent    = sql("INSERT INTO transfer_content (transfer, bytes) VALUES (?, ?) ON CONFLICT (transfer) DO UPDATE SET bytes = excluded.bytes")
	deleteTransferContent = sql("DELETE FROM transfer_content WHERE transfer = ?")
)

// manifest is what a sender tells of a file beside it.
type manifest struct {
	Properties []rest.Property     `json:",omitempty"`
	Files      []rest.TransferFile `json:",omitempty"`
}

func packManifest(t *rest.Transfer) ([]byte, error) {
	if len(t.Properties)+len(t.Files) == 0 {
		return nil, nil
	}
	return json.Marshal(manifest{t.Properties, t.Files})
}

// Statuses and states are stored by their place in the lists of the vocabulary.

func statusNumber(s rest.TransferStatus) int { return slices.Index(rest.TransferStatuses, s) }

func stateNumber(s rest.RecipientState) int { return slices.Index(rest.RecipientStates, s) }

func statusOf(n int64) rest.TransferStatus {
	if n < 0 || n >= int64(len(rest.TransferStatuses)) {
		return ""
	}
	return rest.TransferStatuses[n]
}

func stateOf(n int64) rest.RecipientState {
	if n < 0 || n >= int64(len(rest.RecipientStates)) {
		return ""
	}
	return rest.RecipientStates[n]
}

func (r *reader) scanTransfer(row *row) (t rest.Transfer, err error) {
	t.Number, t.ID = row.int32(), row.uuid()
	if t.App, err = r.app(row.int()); err != nil {
		return t, err
	}
	t.Service = rest.ServiceRef{Code: row.text(), Edition: row.int32()}
	t.Sender, t.System = rest.PartyID(row.int32()), rest.SystemID(row.int32())
	t.Reference, t.FileName, t.Checksum = row.text(), row.text(), row.text()
	if packed := row.bytes(); packed != nil {
		var m manifest
		if err := json.Unmarshal(packed, &m); err != nil {
			return t, fmt.Errorf("sqlstore: manifest of transfer %d: %w", t.Number, err)
		}
		t.Properties, t.Files = m.Properties, m.Files
	}
	t.Content = scanContent(row)
	t.Status, t.Text, t.Changed = statusOf(row.int()), row.text(), row.time()
	t.Created, t.CreatedBy, t.Published, t.Expires, t.Due = row.time(), row.text(), row.time(), row.time(), row.time()
	t.Receipt, t.Version = row.int32(), row.int()
	return t, nil
}

func (r *reader) oneTransfer(st *statement, key any) (*rest.Transfer, error) {
	var t rest.Transfer
	err := r.one(st, func(row *row) (err error) { t, err = r.scanTransfer(row); return err }, key)
	if err != nil {
		return nil, err
	}
	list := []rest.Transfer{t}
	if err := r.addRecipients(list); err != nil {
		return nil, err
	}
	return &list[0], nil
}

// Transfer implements [store.TransferReader].
func (r *reader) Transfer(id uuid.UUID) (*rest.Transfer, error) {
	return r.oneTransfer(selectTransfer, id)
}

// TransferOfReceipt implements [store.TransferReader].
func (r *reader) TransferOfReceipt(receipt int32) (*rest.Transfer, error) {
	return r.oneTransfer(selectTransferOfReceipt, receipt)
}

// TransferContent implements [store.TransferReader].
func (r *reader) TransferContent(id uuid.UUID) (c rest.Content, err error) {
	err = r.one(selectTransferContent, func(row *row) error {
		c = scanContent(row)
		c.Inline = row.bytes()
		return nil
	}, id)
	return c, err
}

// HasTransfers implements [store.TransferReader].
func (r *reader) HasTransfers(app rest.AppID) (has bool, err error) {
	number, err := r.s.apps.number(r, app)
	if err != nil {
		return false, ignoreNotFound(err)
	}
	err = r.query(selectTransferOfApp, func(*row) error { has = true; return nil }, number)
	return has, err
}

// sums are the columns of a content's sums: none for a file that never came.
func sums(c *rest.Content) (sha, md any) {
	if c.SHA256 != ([32]byte{}) {
		sha = c.SHA256[:]
	}
	return sha, md5Column(c)
}

// CreateTransfer implements [store.TransferWriter].
func (t *tx) CreateTransfer(tr *rest.Transfer) error {
	app, err := t.appNumber(tr.App)
	if err != nil {
		return err
	}
	packed, err := packManifest(tr)
	if err != nil {
		return err
	}
	var last int64
	if err := t.one(selectLastTransfer, func(row *row) error { last = row.int(); return nil }); err != nil {
		return err
	}
	number, err := take(&last, 1)
	if err != nil {
		return err
	}
	sha, md := sums(&tr.Content)
	err = t.exec(insertTransfer, number, tr.ID, app, tr.Service.Code, tr.Service.Edition, int32(tr.Sender), int32(tr.System), tr.Reference,
		tr.FileName, tr.Checksum, packed, tr.Content.Size, sha, md, null(tr.Content.Blob), statusNumber(tr.Status), tr.Text, micros(tr.Changed),
		micros(tr.Created), tr.CreatedBy, tr.Published, tr.Expires, tr.Due, tr.Receipt, tr.Version)
	if err != nil {
		return err
	}
	tr.Number = number
	for i, rec := range tr.Recipients {
		if err := t.insertRecipient(tr, app, i, rec); err != nil {
			return t.spoil(err)
		}
	}
	return t.putTransferContent(tr)
}

// putTransferContent stores a file's content where it is inline.
func (t *tx) putTransferContent(tr *rest.Transfer) error {
	if tr.Content.Inline == nil {
		return nil
	}
	return t.spoil(t.exec(putTransferContent, tr.Number, tr.Content.Inline))
}

// UpdateTransfer implements [store.TransferWriter].
func (t *tx) UpdateTransfer(tr *rest.Transfer) error {
	err := t.returning(updateTransfer, func(row *row) error { tr.Number = row.int32(); return nil },
		tr.FileName, statusNumber(tr.Status), tr.Text, micros(tr.Changed),
		tr.Published, tr.Expires, tr.Due, tr.Receipt, tr.Version, tr.ID, tr.Version-1)
	if err != nil {
		return err
	}
	if !tr.Published.IsZero() {
		if _, err := t.c.change(classifyRecipients, statusNumber(tr.Status)*classStride, tr.Number); err != nil {
			return t.spoil(err)
		}
	}
	c := &tr.Content
	if c.Inline == nil && c.Blob == "" {
		return nil
	}
	sha, md := sums(c)
	if err := t.change(updateTransferContent, c.Size, sha, md, null(c.Blob), tr.Number); err != nil {
		return t.spoil(err)
	}
	return t.putTransferContent(tr)
}

// DropTransferContent implements [store.TransferWriter].
func (t *tx) DropTransferContent(id uuid.UUID) error {
	var number int32
	if err := t.returning(dropTransferBlob, func(row *row) error { number = row.int32(); return nil }, id); err != nil {
		return err
	}
	_, err := t.c.change(deleteTransferContent, number)
	return t.spoil(err)
}

// AddTransferStep implements [store.TransferWriter].
func (t *tx) AddTransferStep(transfer uuid.UUID, s rest.TransferStep) error {
	var status, state any
	if s.Status != "" {
		status = statusNumber(s.Status)
	} else {
		state = stateNumber(s.State)
	}
	return t.change(insertStep, micros(s.At), status, s.Text, int32(s.Recipient), state, s.By, transfer)
}

var (
	insertStep = sql(`INSERT INTO transfer_step (transfer, n, at, status, text, recipient, state, by)
		SELECT number, (SELECT coalesce(max(n), 0) + 1 FROM transfer_step WHERE transfer = number), ?, ?, ?, ?, ?, ? FROM transfer WHERE id = ?`)
	selectSteps = sql("SELECT at, status, text, recipient, state, by FROM transfer_step WHERE transfer = (SELECT number FROM transfer WHERE id = ?) ORDER BY n")
)

// TransferSteps implements [store.TransferReader].
func (r *reader) TransferSteps(id uuid.UUID) ([]rest.TransferStep, error) {
	var list []rest.TransferStep
	err := r.query(selectSteps, func(row *row) error {
		s := rest.TransferStep{At: row.time()}
		status := row.value()
		s.Text, s.Recipient = row.text(), rest.PartyID(row.int32())
		state := row.value()
		if n, ok := status.(int64); ok {
			s.Status = statusOf(n)
		}
		if n, ok := state.(int64); ok {
			s.State = stateOf(n)
		}
		s.By = row.text()
		list = append(list, s)
		return nil
	}, id)
	return list, err
}

var _ store.TransferReader = (*reader)(nil)
