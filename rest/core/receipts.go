package core

import (
	"context"
	"errors"

	"overgang/rest"
	"overgang/store"
)

// Bounds of looking for receipts.
const (
	receiptMatches = 1000 // by one reference, newest first
	receiptOthers  = 50   // of those that are not the caller's own, before giving them up
	receiptLimit   = 1000 // of one list
)

// Receipt implements [rest.Receipts].
func (c *Core) Receipt(ctx context.Context, caller rest.Caller, search rest.ReceiptSearch) (*rest.Receipt, error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return nil, err
	}
	found, err := c.findReceipts(ctx, search)
	if err != nil {
		return nil, err
	}
	if found, err = c.ownShipment(ctx, caller, search, found); err != nil {
		return nil, err
	}
	return c.firstReceipt(ctx, caller, found, rest.Read)
}

// firstReceipt is the first of what was found that the caller holds the right
// on. Many systems use the same references, such as 1, 2, 3: what others sent
// is looked at to a bound only, what the caller sent always.
func (c *Core) firstReceipt(ctx context.Context, caller rest.Caller, found []rest.Receipt, right rest.Right) (*rest.Receipt, error) {
	others := 0
	for i := range found {
		if !sentBy(caller, &found[i]) {
			if others++; others > receiptOthers {
				continue
			}
		}
		r, err := c.concerning(ctx, caller, &found[i], right)
		if err != nil || r != nil {
			return r, err
		}
	}
	return nil, notFound("receipt")
}

func sentBy(caller rest.Caller, r *rest.Receipt) bool {
	return caller.System != 0 && r.Sender == caller.System
}

// findReceipts lists what a search matches, newest first, whoever's it is.
func (c *Core) findReceipts(ctx context.Context, search rest.ReceiptSearch) ([]rest.Receipt, error) {
	if search.ID == 0 && (len(search.References) == 0 || search.References[0].Value == "") {
		return nil, rest.Errorf(rest.Invalid, "search", "Give a receipt's id or a reference.")
	}
	var found []rest.Receipt
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		if search.ID == 0 {
			found, err = r.ReceiptsByReference(search.References[0], receiptMatches)
			return err
		}
		one, err := r.Receipt(search.ID)
		if err == nil {
			found = []rest.Receipt{*one}
		}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound("receipt")
	}
	return found, failure(err)
}

// ownShipment adds the receipt of what the caller itself sent under a shipment
// reference, in case others used the same one more often than is looked at.
func (c *Core) ownShipment(ctx context.Context, caller rest.Caller, search rest.ReceiptSearch, found []rest.Receipt) ([]rest.Receipt, error) {
	if search.ID != 0 || search.References[0].Type != rest.RefShipment || len(found) < receiptMatches || caller.System == 0 {
		return found, nil
	}
	err := c.cfg.Store.View(ctx, func(r store.Reader) error {
		in, err := r.InstanceByReference(caller.System, search.References[0].Value)
		if err != nil {
			return err
		}
		own, err := r.Receipt(in.Receipt)
		if err == nil {
			found = append(found[:len(found):len(found)], *own)
		}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return found, failure(err)
}

// mayOnReceipt says whether the receipt is the caller's own, or of a party for
// whose instance the caller holds the right.
func (c *Core) mayOnReceipt(ctx context.Context, caller rest.Caller, r *rest.Receipt, right rest.Right) (bool, error) {
	if sentBy(caller, r) {
		return true, nil
	}
	t, err := c.receiptTarget(ctx, r)
	if err != nil {
		return false, err
	}
	ok, err := c.allowed(ctx, c.registry.now(), caller, t, right)
	return ok, failure(err)
}

// receiptTarget is what a right on a receipt is a right on.
func (c *Core) receiptTarget(ctx context.Context, r *rest.Receipt) (target, error) {
	t := target{party: r.Party}
	if r.Kind == rest.ReceiptBroker {
		service, err := c.transferService(ctx, r)
		if err != nil {
			return t, err
		}
		t.service = service
	}
	if r.Instance != 0 {
		err := c.cfg.Store.View(ctx, func(tx store.Reader) error {
			in, err := tx.InstanceByNumber(r.Instance)
			if err == nil {
				t = c.registry.now().instanceTarget(in)
			}
			return err
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return t, failure(err)
		}
	}
	return t, nil
}

// Receipts implements [rest.Receipts]. Where the caller may read for some services
// of a party only, reading goes on until the list is full, or enough was looked at.
func (c *Core) Receipts(ctx context.Context, caller rest.Caller, f rest.ReceiptFilter) ([]rest.Receipt, error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return nil, err
	}
	switch {
	case f.Kind == "" || f.Kind == rest.ReceiptNotSet:
		return nil, rest.Errorf(rest.Invalid, "kind-not-set", "Give the kind of the receipts.")
	case !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From):
		return nil, rest.Errorf(rest.Invalid, "dates-reversed", "The last date is before the first.")
	}
	if f.Limit <= 0 || f.Limit > receiptLimit {
		f.Limit = receiptLimit
	}
	snap := c.registry.now()
	whole, limited, err := c.readable(ctx, snap, caller)
	if err != nil {
		return nil, failure(err)
	}
	parties := append([]rest.PartyID{}, whole...)
	for _, l := range limited {
		parties = append(parties, l.parties...)
	}
	var out []rest.Receipt
	for looked := 1; ; looked++ {
		var page []rest.Receipt
		err = c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			page, err = r.Receipts(f, caller.System, parties)
			return err
		})
		if err != nil || len(limited) == 0 {
			return page, failure(err)
		}
		for i := range page {
			ok, err := c.mayOnReceipt(ctx, caller, &page[i], rest.Read)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, page[i])
			}
			if len(out) == f.Limit {
				return out, nil
			}
		}
		if len(page) < f.Limit || looked == pagesLooked {
			return out, nil
		}
		last := &page[len(page)-1]
		f.After = &rest.Position{At: last.Changed, Number: last.ID}
	}
}
