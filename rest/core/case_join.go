package core

import (
	"errors"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Why an instance cannot join a case. Senders of submissions are told of one
// receipt's text for all.
var (
	errNoCase     = rest.Errorf(rest.Invalid, "case-unknown", "The instance's owner has no such case.")
	errCaseClosed = rest.Errorf(rest.Conflict, "case-closed", "The case is archived or deleted.")
	errCaseFull   = rest.Errorf(rest.Conflict, "case-full", "The case has %d instances, as many as it may have.", rest.MostInCase)
)

// intoCase puts an instance into the open case that was named; 0 = into none.
// What another party has is as if it were not there.
func intoCase(tx store.Tx, number int32, in *rest.Instance) error {
	if number == 0 {
		in.Case = 0
		return tx.AddToCase(0, in.Number)
	}
	file, err := tx.Case(number)
	if errors.Is(err, store.ErrNotFound) || err == nil && file.Party != in.Owner {
		return errNoCase
	}
	if err != nil {
		return err
	}
	if !file.Open() {
		return errCaseClosed
	}
	n, err := tx.InCase(number)
	if err != nil {
		return err
	}
	if n >= rest.MostInCase {
		return errCaseFull
	}
	in.Case = number
	return tx.AddToCase(number, in.Number)
}

// release takes the instances that are not archived out of a case. Each becomes
// a new version, for its case is part of what is shown of it.
func release(tx store.Tx, number int32, mark rest.Mark) error {
	ids, err := tx.Unarchived(number)
	if err != nil {
		return err
	}
	for _, id := range ids {
		in, err := tx.Instance(id)
		if err != nil {
			return err
		}
		if err := tx.AddToCase(0, in.Number); err != nil {
			return err
		}
		in.Case = 0
		if err := touch(tx, in, mark.By, mark.At); err != nil {
			return err
		}
		if err := addEvent(tx, in, rest.EventChanged, uuid.Nil, mark.By, mark.At); err != nil {
			return err
		}
	}
	return nil
}
