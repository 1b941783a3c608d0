package sqlstore

import (
	"errors"
	"math"

	"overgang/rest"
	"overgang/store"
)

const receiptColumns = "id, kind, status, text, history, changed, sender, party, instance, detail"

var (
	// A sub-receipt's id lies behind its top receipt's, before the next top receipt's.
	selectReceipt = sql("SELECT " + receiptColumns + " FROM receipt WHERE id <= ? ORDER BY id DESC LIMIT 1")
	// Each arm is cut to the limit in its own index order; the result is their union.
	selectReceipts = sql("SELECT " + receiptColumns + ` FROM receipt WHERE id IN (
		SELECT id FROM (SELECT id FROM receipt WHERE sender = ?1 AND changed >= ?3 AND (changed > ?3 OR id > ?7) AND changed <= ?4 AND (?5 = '' OR kind = ?5) ORDER BY changed, id LIMIT ?6)
		UNION
		SELECT id FROM (SELECT id FROM receipt WHERE party IN (SELECT value FROM json_each(?2)) AND changed >= ?3 AND (changed > ?3 OR id > ?7) AND changed <= ?4 AND (?5 = '' OR kind = ?5) ORDER BY changed, id LIMIT ?6)
		) ORDER BY changed, id LIMIT ?6`)
	insertReceipt = sql("INSERT INTO receipt (" + receiptColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	updateReceipt = sql("UPDATE receipt SET status = ?, text = ?, history = ?, changed = ?, detail = ? WHERE id = ?")
)

var errNested = errors.New("sqlstore: a receipt is a top receipt with sub-receipts, and no deeper")

func packReferences(p *packer, refs []rest.Reference) {
	p.int(int64(len(refs)))
	for _, ref := range refs {
		p.text(string(ref.Type))
		p.text(ref.Value)
	}
}

func unpackReferences(u *unpacker) []rest.Reference {
	n := u.count()
	if n == 0 {
		return nil
	}
	refs := make([]rest.Reference, n)
	for i := range refs {
		refs[i] = rest.Reference{Type: rest.ReferenceType(u.text()), Value: u.text()}
	}
	return refs
}

// packDetail packs a receipt's references and sub-receipts.
func packDetail(r *rest.Receipt) []byte {
	p := newPacker(96 + 40*len(r.References) + 128*len(r.Sub))
	packReferences(&p, r.References)
	for i := range r.Sub {
		s := &r.Sub[i]
		p.text(string(s.Kind))
		p.text(string(s.Status))
		p.text(s.Text)
		p.text(s.History)
		p.time(s.Changed)
		p.int(int64(s.Sender))
		p.int(int64(s.Party))
		p.int(int64(s.Instance))
		packReferences(&p, s.References)
	}
	return p.b
}

func scanReceipt(row *row) (r rest.Receipt, err error) {
	r.ID, r.Kind, r.Status, r.Text, r.History = row.int32(), rest.ReceiptKind(row.text()), rest.ReceiptStatus(row.text()), row.text(), row.text()
	r.Changed, r.Sender, r.Party, r.Instance = row.time(), rest.SystemID(row.int32()), rest.PartyID(row.int32()), row.int32()
	u := newUnpacker(row.bytes())
	r.References = unpackReferences(u)
	for u.more() {
		s := rest.Receipt{ID: r.ID + int32(len(r.Sub)) + 1, Parent: r.ID}
		s.Kind, s.Status, s.Text, s.History, s.Changed = rest.ReceiptKind(u.text()), rest.ReceiptStatus(u.text()), u.text(), u.text(), u.time()
		s.Sender, s.Party, s.Instance = rest.SystemID(u.int()), rest.PartyID(u.int()), int32(u.int())
		s.References = unpackReferences(u)
		r.Sub = append(r.Sub, s)
	}
	return r, u.err
}

// topReceipt reads the receipt that has the id itself or as a sub-receipt's.
func (r *reader) topReceipt(id int32) (top rest.Receipt, err error) {
	err = r.one(selectReceipt, func(row *row) (err error) { top, err = scanReceipt(row); return err }, id)
	if err == nil && id > top.ID+int32(len(top.Sub)) {
		err = store.ErrNotFound
	}
	return top, err
}

// Receipt implements [store.ReceiptReader].
func (r *reader) Receipt(id int32) (*rest.Receipt, error) {
	top, err := r.topReceipt(id)
	if err != nil {
		return nil, err
	}
	if id != top.ID {
		return &top.Sub[id-top.ID-1], nil
	}
	return &top, nil
}

// Receipts implements [store.ReceiptReader].
func (r *reader) Receipts(f rest.ReceiptFilter, sender rest.SystemID, parties []rest.PartyID) ([]rest.Receipt, error) {
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if !f.From.IsZero() {
		from = micros(f.From)
	}
	if !f.To.IsZero() {
		to = micros(f.To)
	}
	after := int32(0)
	if f.After != nil {
		from, after = micros(f.After.At), f.After.Number
	}
	limit := f.Limit
	if limit == 0 {
		limit = 1000
	}
	by := any(int32(sender))
	if sender == 0 {
		by = nil // equals nothing
	}
	var list []rest.Receipt
	err := r.query(selectReceipts, func(row *row) error {
		rec, err := scanReceipt(row)
		list = append(list, rec)
		return err
	}, by, memberList(parties), from, to, string(f.Kind), limit, after)
	return list, err
}

// CreateReceipt implements [store.ReceiptWriter].
func (t *tx) CreateReceipt(r *rest.Receipt) error {
	if r.Parent != 0 {
		return errNested
	}
	for i := range r.Sub {
		if len(r.Sub[i].Sub) > 0 {
			return errNested
		}
	}
	id, err := take(&t.n.receipt, 1+len(r.Sub))
	if err != nil {
		return err
	}
	r.ID = id
	for i := range r.Sub {
		s := &r.Sub[i]
		s.ID, s.Parent = id+int32(i)+1, id
		if s.Sender == 0 {
			s.Sender = r.Sender
		}
		if s.Party == 0 {
			s.Party = r.Party
		}
		if s.Instance == 0 {
			s.Instance = r.Instance
		}
	}
	var instance any
	if r.Instance != 0 {
		instance = r.Instance
	}
	err = t.exec(insertReceipt, id, string(r.Kind), string(r.Status), r.Text, r.History, micros(r.Changed),
		int32(r.Sender), int32(r.Party), instance, packDetail(r))
	if err != nil {
		return t.spoil(err)
	}
	return t.spoil(t.addReferences(r, nil))
}

// UpdateReceipt implements [store.ReceiptWriter].
func (t *tx) UpdateReceipt(r *rest.Receipt) error {
	old, err := t.topReceipt(r.ID)
	if err != nil {
		return err
	}
	now := old
	now.Sub = append([]rest.Receipt(nil), old.Sub...)
	if r.ID == old.ID {
		overwrite(&now, r)
		for i := range r.Sub {
			n := int(r.Sub[i].ID - old.ID - 1)
			if n < 0 || n >= len(now.Sub) {
				return store.ErrNotFound
			}
			overwrite(&now.Sub[n], &r.Sub[i])
		}
	} else {
		overwrite(&now.Sub[r.ID-old.ID-1], r)
	}
	err = t.change(updateReceipt, string(now.Status), now.Text, now.History, micros(now.Changed), packDetail(&now), now.ID)
	if err != nil {
		return err
	}
	if err := t.addReferences(&now, &old); err != nil {
		return t.spoil(err)
	}
	return t.spoil(t.dropReferences(&now, &old))
}

// overwrite takes over what UpdateReceipt stores.
func overwrite(to, from *rest.Receipt) {
	to.Status, to.Text, to.History, to.Changed, to.References = from.Status, from.Text, from.History, from.Changed, from.References
}
