package sqlstore

import (
	"slices"
	"strconv"
	"strings"

	"overgang/rest"
	"overgang/store"
)

// inboxPart is a range of an index, or conditions on its rows; values are
// arguments throughout.
type inboxPart struct {
	from  string
	where string
	args  []any
}

func (p *inboxPart) and(text string, args ...any) {
	p.where += " AND " + text
	p.args = append(p.args, args...)
}

// inboxFilter is a query made ready.
type inboxFilter struct {
	store.InboxQuery
	apps    []int64 // nil = any
	named   []int64
	archive *archivePart // nil = any

	signerApps, signerNamed []int64
}

// inboxFilter knows applications by number. none says that nothing can match.
func (r *reader) inboxFilter(q store.InboxQuery) (f *inboxFilter, none bool, err error) {
	f = &inboxFilter{InboxQuery: q}
	if q.Archive != "" {
		part, ok := archivePartOf(q.Archive)
		if !ok {
			return nil, true, nil
		}
		f.archive = &part
	}
	if q.SignerApps != nil {
		if f.signerApps, err = r.appNumbers(q.SignerApps); err != nil {
			return nil, true, err
		}
	}
	if q.Apps != nil {
		if f.apps, err = r.appNumbers(q.Apps); err != nil || len(f.apps) == 0 && q.Signer == 0 {
			return nil, true, err
		}
	}
	f.named, err = r.appNumbers(q.Named)
	f.signerNamed = slices.Clone(f.named)
	if f.apps != nil {
		f.named = slices.DeleteFunc(f.named, func(n int64) bool { return !slices.Contains(f.apps, n) })
	}
	return f, false, err
}

// appNumbers leaves out what nothing was ever stored for, and what comes again:
// rows that are read twice would fill a page with half as many.
func (r *reader) appNumbers(apps []rest.AppID) ([]int64, error) {
	numbers := make([]int64, 0, len(apps))
	for _, a := range apps {
		n, err := r.s.apps.number(r, a)
		if err == nil {
			numbers = append(numbers, n)
		} else if err := ignoreNotFound(err); err != nil {
			return nil, err
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), nil
}

// in says that entries in one of the states are asked for.
func (f *inboxFilter) in(states ...rest.InboxState) bool {
	return len(f.States) == 0 || slices.ContainsFunc(states, func(s rest.InboxState) bool { return slices.Contains(f.States, s) })
}

// spans are the ranges of a part in which the page lies: from its beginning, or
// behind the place where the last one ended, which is first among the entries
// of the same time.
func (f *inboxFilter) spans(column string) []inboxPart {
	s := spanOf(f.Changed)
	if f.After == nil {
		return []inboxPart{{where: column + " BETWEEN ? AND ?", args: []any{s.from, s.to}}}
	}
	at := micros(f.After.At)
	op, beyond := ">", span{at + 1, anyTime.to}
	if f.Descending {
		op, beyond = "<", span{anyTime.from, at - 1}
	}
	beyond = beyond.and(s)
	list := []inboxPart{{where: column + " BETWEEN ? AND ?", args: []any{beyond.from, beyond.to}}}
	if s.from <= at && at <= s.to {
		list = append(list, inboxPart{where: column + " = ? AND number " + op + " ?", args: []any{at, f.After.Number}})
	}
	return list
}

// archivePart is the beginning of an archive reference, or some of its digits.
type archivePart struct {
	digits string
	begins bool
}

// archivePartOf reads a part of a reference. ok = false when no reference has it.
func archivePartOf(text string) (p archivePart, ok bool) {
	p.digits = text
	for n := range archivePrefix { // "AR12" and "R12"
		if digits, ok := strings.CutPrefix(text, archivePrefix[n:]); ok {
			p.digits, p.begins = digits, true
			break
		}
	}
	if text == archivePrefix[:1] {
		p.digits = ""
	}
	for _, c := range p.digits {
		if c < '0' || c > '9' {
			return p, false
		}
	}
	return p, len(p.digits) <= maxDigits
}

// A number has at most ten digits. From seven on, what begins with them is a
// few ranges of a few numbers.
const maxDigits, narrowDigits = 10, 7

// narrow says that there are few numbers.
func (p *archivePart) narrow() bool { return p.begins && len(p.digits) >= narrowDigits }

// ranges are the numbers that begin with the digits.
func (p *archivePart) ranges() (list []span) {
	first, err := strconv.ParseInt(p.digits, 10, 64)
	if err != nil || first == 0 || p.digits[0] == '0' {
		return nil
	}
	for width := int64(1); first <= 1<<31-1; first, width = first*10, width*10 {
		list = append(list, span{first, first + width - 1})
	}
	return list
}

// condition is the part as a condition on a number.
func (p *archivePart) condition(column string) (text string, pattern any) {
	if p.begins {
		return column + " LIKE ?", p.digits + "%"
	}
	return column + " LIKE ?", "%" + p.digits + "%"
}
