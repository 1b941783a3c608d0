package sqlstore

import (
	"math"
	"strings"

	"overgang/rest"
)

// receiptPage is one direction of a party's receipts. Everything that it passes
// over it reads from receipt_by_party.
func receiptPage(descending bool) *statement {
	beyond, order := ">", ""
	if descending {
		beyond, order = "<", " DESC"
	}
	return sql(strings.NewReplacer("@beyond", beyond, "@order", order).Replace("SELECT " + receiptColumns + ` FROM receipt
		WHERE party = ?1 AND changed BETWEEN ?2 AND ?3 AND (changed, id) @beyond (?4, ?5) AND (?6 = '' OR kind = ?6) AND (?7 = '' OR status = ?7)
		ORDER BY changed@order, id@order LIMIT ?8`))
}

var selectReceiptsUp, selectReceiptsDown = receiptPage(false), receiptPage(true)

// ReceiptPage implements [store.ReceiptReader].
func (r *reader) ReceiptPage(party rest.PartyID, q rest.ReceiptQuery) (page rest.ReceiptPage, err error) {
	st, at, number := selectReceiptsUp, int64(math.MinInt64), int32(math.MinInt32)
	if q.Descending {
		st, at, number = selectReceiptsDown, math.MaxInt64, math.MaxInt32
	}
	within := spanOf(q.Changed)
	if q.After != nil { // the index is entered where the page begins
		at, number = micros(q.After.At), q.After.Number
		if q.Descending {
			within.to = min(within.to, at)
		} else {
			within.from = max(within.from, at)
		}
	}
	err = r.query(st, func(row *row) error {
		one, err := scanReceipt(row)
		page.Receipts = append(page.Receipts, one)
		return err
	}, int32(party), within.from, within.to, at, number, string(q.Kind), string(q.Status), q.Limit+1)
	if err != nil {
		return rest.ReceiptPage{}, err
	}
	if len(page.Receipts) > q.Limit {
		page.Receipts = page.Receipts[:q.Limit]
		last := &page.Receipts[q.Limit-1]
		page.Next = &rest.Position{At: last.Changed, Number: last.ID}
	}
	return page, nil
}
