package sqlstore

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"overgang/rest"
	"overgang/store"
)

var (
	insertReference = sql("INSERT INTO receipt_reference (value, type, receipt) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
	deleteReference = sql("DELETE FROM receipt_reference WHERE value = ? AND type = ? AND receipt = ?")

	selectByReference = sql(`SELECT id, kind, status, text, history, changed, sender, party, instance, detail FROM receipt_reference
		JOIN receipt ON receipt.id = receipt_reference.receipt WHERE value = ? AND type = ? ORDER BY receipt_reference.receipt DESC LIMIT ?`)
	selectByInstance = sql("SELECT " + receiptColumns + " FROM receipt WHERE instance = ? ORDER BY id DESC LIMIT ?")
	selectByShipment = sql(`SELECT receipt.id, kind, status, text, history, receipt.changed, receipt.sender, party, receipt.instance, detail FROM instance
		JOIN receipt ON receipt.instance = instance.number WHERE reference = ? ORDER BY receipt.id DESC LIMIT ?`)
	selectByParty     = sql("SELECT " + receiptColumns + " FROM receipt WHERE party = ? ORDER BY changed DESC, id DESC")
	selectPartiesOf   = sql("SELECT party FROM party_number WHERE number = ?")
	selectPartyNumber = sql("SELECT 1 FROM party_number WHERE number = ? AND party = ?")
)

// maxCandidates bounds how many receipts a reference that everybody uses makes
// us read and sort: the latest ones by id.
const maxCandidates = 1000

// allReferences calls each for the references of a receipt and of its sub-receipts.
func allReferences(r *rest.Receipt, each func(rest.Reference) error) error {
	for _, ref := range r.References {
		if err := each(ref); err != nil {
			return err
		}
	}
	for i := range r.Sub {
		if err := allReferences(&r.Sub[i], each); err != nil {
			return err
		}
	}
	return nil
}

func hasReference(r *rest.Receipt, ref rest.Reference) bool {
	return slices.Contains(r.References, ref) || slices.ContainsFunc(r.Sub, func(s rest.Receipt) bool { return hasReference(&s, ref) })
}

// addReferences gives a row to every reference that needs one and that the
// receipt's old state, if any, did not have.
func (t *tx) addReferences(r, old *rest.Receipt) error {
	return allReferences(r, func(ref rest.Reference) error {
		if old != nil && hasReference(old, ref) {
			return nil
		}
		follows, err := t.follows(r, ref)
		if err != nil || follows {
			return err
		}
		return t.exec(insertReference, ref.Value, string(ref.Type), r.ID)
	})
}

// dropReferences takes the rows away from references that are gone.
func (t *tx) dropReferences(r, old *rest.Receipt) error {
	return allReferences(old, func(ref rest.Reference) error {
		if hasReference(r, ref) {
			return nil
		}
		_, err := t.c.change(deleteReference, ref.Value, string(ref.Type), r.ID)
		return err
	})
}

// follows says that a reference is found through the receipt's instance or
// party. None of that changes afterwards: numbers and origins of instances are
// fixed, and party_number forgets nothing.
func (t *tx) follows(r *rest.Receipt, ref rest.Reference) (bool, error) {
	switch ref.Type {
	case rest.RefWorkflow:
		return r.Instance != 0 && ref.Value == strconv.Itoa(int(r.Instance)), nil
	case rest.RefArchive:
		return r.Instance != 0 && ref.Value == archiveReference(r.Instance), nil
	case rest.RefShipment:
		if r.Instance == 0 || ref.Value == "" {
			return false, nil
		}
		if t.made.number == r.Instance {
			return t.made.reference == ref.Value, nil
		}
		var reference string
		err := t.one(selectInstanceReference, func(row *row) error { reference = row.text(); return nil }, r.Instance)
		return err == nil && reference == ref.Value, ignoreNotFound(err)
	case rest.RefOwnerParty, rest.RefParty:
		return t.hasNumber(partyNumber{ref.Value, r.Party})
	}
	return false, nil
}

// partyNumber is a row of party_number.
type partyNumber struct {
	number string
	party  rest.PartyID
}

// maxNumbers is how many rows of party_number are remembered.
const maxNumbers = 10_000

// hasNumber says that a party has an official number or had it. Rows never go,
// so those seen are remembered, unless this transaction may have made them.
func (t *tx) hasNumber(n partyNumber) (bool, error) {
	seen := t.s.writer.numbers
	if n.party == 0 || seen[n] {
		return n.party != 0, nil
	}
	err := t.one(selectPartyNumber, func(*row) error { return nil }, n.number, int32(n.party))
	if err == nil && t.n.generation == t.generation {
		if len(seen) >= maxNumbers {
			clear(seen)
		}
		seen[n] = true
	}
	return err == nil, ignoreNotFound(err)
}

func ignoreNotFound(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// ReceiptsByReference implements [store.ReceiptReader].
func (r *reader) ReceiptsByReference(ref rest.Reference, limit int) ([]rest.Receipt, error) {
	var list []rest.Receipt
	collect := func(enough int) func(*row) error {
		return func(row *row) error {
			rec, err := scanReceipt(row)
			if err == nil && hasReference(&rec, ref) {
				list = append(list, rec)
				if enough--; enough <= 0 {
					return errStop
				}
			}
			return err
		}
	}
	if limit <= 0 {
		return nil, nil
	}
	err := r.query(selectByReference, collect(maxCandidates), ref.Value, string(ref.Type), maxCandidates)
	if err != nil {
		return nil, err
	}
	switch ref.Type {
	case rest.RefWorkflow:
		if n, ok := canonicalNumber(ref.Value); ok {
			err = r.query(selectByInstance, collect(maxCandidates), n, maxCandidates)
		}
	case rest.RefArchive:
		if n, ok := archiveNumber(ref.Value); ok {
			err = r.query(selectByInstance, collect(maxCandidates), n, maxCandidates)
		}
	case rest.RefShipment:
		err = r.query(selectByShipment, collect(maxCandidates), ref.Value, maxCandidates)
	case rest.RefOwnerParty, rest.RefParty:
		var parties []int32
		err = r.query(selectPartiesOf, func(row *row) error { parties = append(parties, row.int32()); return nil }, ref.Value)
		for _, p := range parties {
			if err == nil {
				err = r.query(selectByParty, collect(limit), p)
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return newest(list, limit), nil
}

// newest sorts receipts by change, latest first, drops doubles and cuts.
func newest(list []rest.Receipt, limit int) []rest.Receipt {
	slices.SortFunc(list, func(a, b rest.Receipt) int {
		return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(b.ID, a.ID))
	})
	list = slices.CompactFunc(list, func(a, b rest.Receipt) bool { return a.ID == b.ID })
	return list[:min(limit, len(list))]
}
