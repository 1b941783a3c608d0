package sqlstore

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

var (
	selectDelegation = sql(`SELECT d.step, d.required, d.locked, d.at, d.by, d.opened, d.instance
		FROM instance i JOIN delegation d ON d.instance = i.number WHERE i.id = ?`)
	selectSigners = sql("SELECT person, name, allowed FROM signer WHERE instance = ? ORDER BY place")
	selectToSign  = sql("SELECT " + instanceColumns + ` FROM signer s INDEXED BY signer_waits JOIN instance ON instance.number = s.instance
		WHERE s.person = ? AND s.waits = 1 AND s.instance > ? AND soft_deleted IS NULL AND hard_deleted IS NULL AND (visible IS NULL OR visible <= ?) ORDER BY s.instance LIMIT ?`)

	putDelegation = sql(`INSERT OR REPLACE INTO delegation (instance, step, required, locked, at, by, opened) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	dropSigners   = sql("DELETE FROM signer WHERE instance = ?")
	insertSigner  = sql("INSERT INTO signer (instance, person, place, name, allowed, waits) VALUES (?, ?, ?, ?, ?, ?)")
)

// Delegation implements [store.DelegationReader].
func (r *reader) Delegation(instance uuid.UUID) (*rest.Delegation, error) {
	var d rest.Delegation
	var number int32
	err := r.one(selectDelegation, func(row *row) error {
		d = rest.Delegation{Step: row.text(), Required: int(row.int()), Locked: rest.Subject(row.text()), At: row.time(), By: row.text(), Opened: row.time()}
		number = row.int32()
		return nil
	}, instance)
	if err != nil {
		return nil, err
	}
	err = r.query(selectSigners, func(row *row) error {
		d.Signers = append(d.Signers, rest.Signer{Person: rest.PartyID(row.int32()), Name: row.text(), Allowed: int(row.int())})
		return nil
	}, number)
	return &d, err
}

// ToSign implements [store.DelegationReader].
func (r *reader) ToSign(person rest.PartyID, shownAt time.Time, after int32, limit int) (list []rest.Instance, err error) {
	err = r.query(selectToSign, func(row *row) error {
		i, err := r.scanInstance(row)
		list = append(list, i)
		return err
	}, int32(person), after, micros(shownAt), limit)
	return list, err
}

// PutDelegation implements [store.DelegationWriter].
func (t *tx) PutDelegation(instance uuid.UUID, d *rest.Delegation, waits []rest.PartyID) error {
	number, err := t.instanceNumber(instance)
	if err != nil {
		return err
	}
	if err := t.exec(putDelegation, number, d.Step, d.Required, string(d.Locked), micros(d.At), d.By, d.Opened); err != nil {
		return t.spoil(err)
	}
	if _, err := t.c.change(dropSigners, number); err != nil {
		return t.spoil(err)
	}
	for place, s := range d.Signers {
		if err := t.exec(insertSigner, number, int32(s.Person), place, s.Name, s.Allowed, slices.Contains(waits, s.Person)); err != nil {
			return t.spoil(err)
		}
	}
	return nil
}

var _ store.DelegationWriter = (*tx)(nil)
