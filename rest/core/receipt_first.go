package core

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"overgang/rest"
	"overgang/store"
)

// firstReceipt stores the receipt of an instance that was made over HTTP, which
// has none until the caller sends it in: the one that SubmitFormTask would have
// answered, but for the references that the HTTP API has no words for.
func firstReceipt(tx store.Tx, in *rest.Instance, caller rest.Caller, now time.Time) (*rest.Receipt, error) {
	party, err := tx.Party(rest.PartyRef{ID: in.Owner})
	if err != nil {
		return nil, err
	}
	sender, err := senderOf(tx, caller, party)
	if err != nil {
		return nil, err
	}
	s := submission{caller: caller, party: party, sender: sender, now: now, elements: in.Elements, issues: make([][]rest.Issue, len(in.Elements))}
	s.sent.Reference = in.Reference
	r := s.receipt(rest.StatusOK, textAccepted, s.subReceipts())
	r.Instance = in.Number
	r.References = append(r.References, rest.Reference{Type: rest.RefWorkflow, Value: strconv.Itoa(int(in.Number))})
	r.References = append(r.References, archiveReferences(in)...)
	if err := tx.CreateReceipt(&r); err != nil {
		return nil, err
	}
	in.Receipt = r.ID
	return &r, nil
}

// senderOf is the person or the enterprise user's organisation that sends, else
// the party itself.
func senderOf(tx store.Tx, caller rest.Caller, party rest.Party) (rest.Party, error) {
	id := cmp.Or(caller.Person, caller.System.Person())
	if e := caller.Enterprise(); id == 0 && e != 0 {
		user, err := tx.Enterprise(e)
		if err != nil && !errors.Is(err, store.ErrNotFound) { // it may be removed meanwhile
			return party, err
		}
		id = user.Party
	}
	if id == 0 || id == party.ID {
		return party, nil
	}
	return tx.Party(rest.PartyRef{ID: id})
}

func archiveReferences(in *rest.Instance) []rest.Reference {
	if in.ArchiveReference == "" {
		return nil
	}
	return []rest.Reference{{Type: rest.RefArchive, Value: in.ArchiveReference}}
}

// noteArchive adds the archive reference to the instance's receipt, which an
// instance gets now that has none.
func noteArchive(tx store.Tx, in *rest.Instance, caller rest.Caller, now time.Time) error {
	if in.Archived.IsZero() {
		return nil
	}
	if in.Receipt == 0 {
		_, err := firstReceipt(tx, in, caller, now)
		return err
	}
	r, err := tx.Receipt(in.Receipt)
	if err != nil {
		return err
	}
	for _, ref := range archiveReferences(in) {
		if !slices.Contains(r.References, ref) {
			r.References = append(r.References, ref)
		}
	}
	r.Changed = now
	return tx.UpdateReceipt(r)
}
