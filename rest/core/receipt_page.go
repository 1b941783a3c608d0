package core

import (
	"cmp"
	"context"
	"slices"
	"time"

	"overgang/rest"
	"overgang/store"
)

// ReceiptPage implements [rest.Receipts].
func (c *Core) ReceiptPage(ctx context.Context, caller rest.Caller, q rest.ReceiptQuery) (rest.ReceiptPage, error) {
	var none rest.ReceiptPage
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return none, err
	}
	q.Limit = cmp.Or(q.Limit, defaultPage)
	switch {
	case q.Limit < 0 || q.Limit > largestPage:
		return none, rest.Errorf(rest.Invalid, "size-invalid", "A page has 1 to %d receipts.", largestPage)
	case q.Party == (rest.PartyRef{}) && q.Reference.Value == "":
		return none, rest.Errorf(rest.Invalid, "party-missing", "Name the party, or a reference.")
	}
	var party rest.PartyID
	whole := false
	if q.Party != (rest.PartyRef{}) {
		var err error
		if party, whole, err = c.receiptsOf(ctx, caller, q.Party); err != nil {
			return none, err
		}
	}
	if q.Reference.Value != "" {
		return c.receiptsBy(ctx, caller, party, q)
	}
	return c.receiptsOfParty(ctx, caller, party, whole, q)
}

// receiptsOf is the party, and whether the caller may read all that is its.
func (c *Core) receiptsOf(ctx context.Context, caller rest.Caller, ref rest.PartyRef) (id rest.PartyID, whole bool, err error) {
	s := c.registry.now()
	p, err := c.party(ctx, s, ref)
	if err := orNotFound(err, "party"); err != nil {
		if rest.KindOf(err) == rest.NotFound {
			err = notYourParty()
		}
		return 0, false, failure(err)
	}
	all, limited, err := c.readable(ctx, s, caller)
	if err != nil {
		return 0, false, failure(err)
	}
	if slices.Contains(all, p.ID) {
		return p.ID, true, nil
	}
	if slices.ContainsFunc(limited, func(l limitedRead) bool { return slices.Contains(l.parties, p.ID) }) {
		return p.ID, false, nil
	}
	return 0, false, notYourParty()
}

// pagesLooked is how many pages of a party's receipts are looked at for one of
// those that the caller may read.
const pagesLooked = 20

// receiptsOfParty lists a party's receipts. Where the caller may read for some
// services only, reading goes on until the page is full, or enough was looked at:
// then the page is short, and the next goes on behind what was.
func (c *Core) receiptsOfParty(ctx context.Context, caller rest.Caller, party rest.PartyID, whole bool, q rest.ReceiptQuery) (out rest.ReceiptPage, err error) {
	for looked := 1; ; looked++ {
		var page rest.ReceiptPage
		err := c.view(ctx, func(r store.Reader) (err error) {
			page, err = r.ReceiptPage(party, q)
			return err
		})
		if err != nil || whole {
			return page, err
		}
		for i := range page.Receipts {
			ok, err := c.mayOnReceipt(ctx, caller, &page.Receipts[i], rest.Read)
			switch {
			case err != nil:
				return rest.ReceiptPage{}, err
			case !ok:
			case len(out.Receipts) == q.Limit:
				last := &out.Receipts[q.Limit-1]
				out.Next = &rest.Position{At: last.Changed, Number: last.ID}
				return out, nil
			default:
				out.Receipts = append(out.Receipts, page.Receipts[i])
			}
		}
		if page.Next == nil || looked == pagesLooked {
			out.Next = page.Next
			return out, nil
		}
		q.After = page.Next
	}
}

// receiptsBy lists the receipts that a reference is on, of which the first are
// looked at, the latest changed first.
func (c *Core) receiptsBy(ctx context.Context, caller rest.Caller, party rest.PartyID, q rest.ReceiptQuery) (out rest.ReceiptPage, err error) {
	search := rest.ReceiptSearch{References: []rest.Reference{q.Reference}}
	found, err := c.findReceipts(ctx, search)
	if err != nil {
		return out, err
	}
	if found, err = c.ownShipment(ctx, caller, search, found); err != nil {
		return out, err
	}
	others := 0
	for i := range found {
		if !sentBy(caller, &found[i]) {
			if others++; others > receiptOthers {
				continue
			}
		}
		r, err := c.concerning(ctx, caller, &found[i], rest.Read)
		if err != nil {
			return rest.ReceiptPage{}, err
		}
		if r != nil && (party == 0 || r.Party == party) && isWanted(q, r) {
			out.Receipts = append(out.Receipts, *r)
		}
	}
	return pageOf(out.Receipts, q), nil
}

// isWanted says whether a receipt is of the kind, status and time that a query is about.
func isWanted(q rest.ReceiptQuery, r *rest.Receipt) bool {
	return (q.Kind == "" || q.Kind == r.Kind) && (q.Status == "" || q.Status == r.Status) && inRange(r.Changed, q.Changed)
}

func inRange(at time.Time, r rest.TimeRange) bool {
	return (r.From.IsZero() || at.After(r.From) || !r.OpenFrom && at.Equal(r.From)) &&
		(r.To.IsZero() || at.Before(r.To) || !r.OpenTo && at.Equal(r.To))
}

// pageOf cuts a page out of all receipts there are.
func pageOf(all []rest.Receipt, q rest.ReceiptQuery) (page rest.ReceiptPage) {
	order := func(at time.Time, id int32, b rest.Position) int {
		n := cmp.Or(at.Compare(b.At), cmp.Compare(id, b.Number))
		if q.Descending {
			return -n
		}
		return n
	}
	slices.SortFunc(all, func(a, b rest.Receipt) int {
		return order(a.Changed, a.ID, rest.Position{At: b.Changed, Number: b.ID})
	})
	all = slices.CompactFunc(all, func(a, b rest.Receipt) bool { return a.ID == b.ID })
	if q.After != nil {
		all = slices.DeleteFunc(all, func(r rest.Receipt) bool { return order(r.Changed, r.ID, *q.After) <= 0 })
	}
	if page.Receipts = all; len(all) > q.Limit {
		page.Receipts = all[:q.Limit]
		last := &all[q.Limit-1]
		page.Next = &rest.Position{At: last.Changed, Number: last.ID}
	}
	return page
}
