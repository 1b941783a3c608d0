package sqlstore

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// One statement seeks one party in one application, and where the list is
// narrowed by status, one status or class: each arm comes in the list's order,
// straight from an index, and is cut to the page. What the arms give is merged.

// arm is such a statement in both directions.
type arm struct{ up, down *statement }

func newArm(text string) arm {
	up := strings.NewReplacer("@beyond", "(created, @n) > (?, ?)", "@order", "ORDER BY created, @n").Replace(text)
	down := strings.NewReplacer("@beyond", "(created, @n) < (?, ?)", "@order", "ORDER BY created DESC, @n DESC").Replace(text)
	number := "number"
	if strings.Contains(text, "transfer_recipient") {
		number = "transfer"
	}
	return arm{sql(strings.ReplaceAll(up, "@n", number)), sql(strings.ReplaceAll(down, "@n", number))}
}

var (
	sentArm          = newArm("SELECT created, number FROM transfer WHERE sender = ? AND app = ? AND created >= ? AND created < ? AND @beyond @order LIMIT ?")
	sentStatusArm    = newArm("SELECT created, number FROM transfer WHERE sender = ? AND app = ? AND status = ? AND created >= ? AND created < ? AND @beyond @order LIMIT ?")
	sentReferenceArm = newArm("SELECT created, number FROM transfer WHERE sender = ? AND app = ? AND reference = ? AND reference <> '' AND " + memberOf("status") +
		" AND created >= ? AND created < ? AND @beyond @order LIMIT ?")
	receivedArm      = newArm("SELECT created, transfer FROM transfer_recipient WHERE party = ? AND app = ? AND class IS NOT NULL AND created >= ? AND created < ? AND @beyond @order LIMIT ?")
	receivedClassArm = newArm("SELECT created, transfer FROM transfer_recipient WHERE party = ? AND app = ? AND class = ? AND created >= ? AND created < ? AND @beyond @order LIMIT ?")

	selectTransfersAfter  = sql("SELECT " + transferColumns + " FROM transfer WHERE number > ? ORDER BY number LIMIT ?")
	selectTransfersAt     = sql("SELECT " + transferColumns + " FROM transfer WHERE " + memberOf("number"))
	selectTransferWaiting = sql("SELECT 1 FROM transfer_recipient WHERE " + memberOf("party") + " AND " + memberOf("app") + " AND " + memberOf("class") + " LIMIT 1")
	selectDue             = sql("SELECT id FROM transfer WHERE due IS NOT NULL AND due < ? AND (status = ?) = ? ORDER BY due LIMIT ?")
)

// allStatuses are the numbers of all statuses.
var allStatuses = statusNumbers(rest.TransferStatuses)

func statusNumbers(statuses []rest.TransferStatus) string {
	numbers := make([]int32, len(statuses))
	for i, s := range statuses {
		numbers[i] = int32(statusNumber(s))
	}
	return memberList(numbers)
}

// waitingClasses are those of published files that a recipient has not confirmed.
var waitingClasses = memberList(classes([]rest.TransferStatus{rest.TransferPublished},
	[]rest.RecipientState{rest.RecipientInitialized, rest.RecipientDownloaded}))

// classes are all combinations of statuses and states; none of either = all of them.
func classes(statuses []rest.TransferStatus, states []rest.RecipientState) []int32 {
	if len(statuses) == 0 {
		statuses = rest.TransferStatuses
	}
	if len(states) == 0 {
		states = rest.RecipientStates
	}
	var list []int32
	for _, status := range statuses {
		for _, state := range states {
			list = append(list, int32(statusNumber(status)*classStride+stateNumber(state)))
		}
	}
	return list
}

// transferPlaces collects the places of a list.
type transferPlaces struct {
	r    *reader
	l    store.TransferList
	list []transferPlace
}

type transferPlace struct {
	created int64
	number  int32
}

// seek runs one arm from where the page begins.
func (p *transferPlaces) seek(a arm, limit int, by ...any) error {
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if !p.l.From.IsZero() {
		from = micros(p.l.From)
	}
	if !p.l.To.IsZero() {
		to = micros(p.l.To)
	}
	st, at, number := a.up, int64(math.MinInt64), int32(math.MinInt32)
	if p.l.Descending {
		st, at, number = a.down, math.MaxInt64, math.MaxInt32
	}
	if p.l.After != nil {
		at, number = micros(p.l.After.At), p.l.After.Number
	}
	args := append(by, from, to, at, number, limit)
	return p.r.query(st, func(row *row) error {
		p.list = append(p.list, transferPlace{row.int(), row.int32()})
		return nil
	}, args...)
}

// collect finds the first places of every arm.
func (p *transferPlaces) collect(limit int) error {
	for _, s := range p.l.Senders {
		if len(p.l.States) > 0 {
			break
		}
		app, err := p.r.s.apps.number(p.r, s.App)
		if err == nil {
			err = p.sent(int32(s.Party), app, limit)
		}
		if err := ignoreNotFound(err); err != nil {
			return err
		}
	}
	for _, rec := range p.l.Recipients {
		if p.l.Reference != "" {
			break
		}
		app, err := p.r.s.apps.number(p.r, rec.App)
		if err == nil {
			err = p.received(int32(rec.Party), app, limit)
		}
		if err := ignoreNotFound(err); err != nil {
			return err
		}
	}
	p.merge()
	return nil
}

// sent finds places of what a party sent in an application.
func (p *transferPlaces) sent(party int32, app int64, limit int) error {
	switch {
	case p.l.Reference != "" && len(p.l.Status) == 0:
		return p.seek(sentReferenceArm, limit, party, app, p.l.Reference, allStatuses)
	case p.l.Reference != "":
		return p.seek(sentReferenceArm, limit, party, app, p.l.Reference, statusNumbers(p.l.Status))
	case len(p.l.Status) == 0:
		return p.seek(sentArm, limit, party, app)
	}
	for _, status := range p.l.Status {
		if err := p.seek(sentStatusArm, limit, party, app, statusNumber(status)); err != nil {
			return err
		}
	}
	return nil
}

// received finds places of what a party received in an application.
func (p *transferPlaces) received(party int32, app int64, limit int) error {
	if len(p.l.Status)+len(p.l.States) == 0 {
		return p.seek(receivedArm, limit, party, app)
	}
	for _, class := range classes(p.l.Status, p.l.States) {
		if err := p.seek(receivedClassArm, limit, party, app, class); err != nil {
			return err
		}
	}
	return nil
}

// merge puts the places into the list's order, each once.
func (p *transferPlaces) merge() {
	slices.SortFunc(p.list, func(a, b transferPlace) int {
		c := cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.number, b.number))
		if p.l.Descending {
			return -c
		}
		return c
	})
	p.list = slices.Compact(p.list)
}

// Transfers implements [store.TransferReader].
func (r *reader) Transfers(l store.TransferList) ([]rest.Transfer, error) {
	want := l.Limit + 1
	p := &transferPlaces{r: r, l: l}
	if err := p.collect(want); err != nil {
		return nil, err
	}
	return r.transfersAt(p.list[:min(want, len(p.list))])
}

// transfersAt reads the transfers of a page, in its order, with their recipients.
func (r *reader) transfersAt(places []transferPlace) ([]rest.Transfer, error) {
	numbers := make([]int32, len(places))
	index := make(map[int32]int, len(places))
	for i, p := range places {
		numbers[i], index[p.number] = p.number, i
	}
	list := make([]rest.Transfer, len(places))
	found := 0
	err := r.query(selectTransfersAt, func(row *row) error {
		t, err := r.scanTransfer(row)
		list[index[t.Number]] = t
		found++
		return err
	}, memberList(numbers))
	if err == nil && found != len(places) {
		err = errInconsistent
	}
	if err != nil {
		return nil, err
	}
	return list, r.addRecipients(list)
}

// AllTransfers implements [store.TransferReader].
func (r *reader) AllTransfers(after int32, limit int) ([]rest.Transfer, error) {
	var list []rest.Transfer
	err := r.query(selectTransfersAfter, func(row *row) error {
		t, err := r.scanTransfer(row)
		list = append(list, t)
		return err
	}, after, limit)
	if err != nil {
		return nil, err
	}
	return list, r.addRecipients(list)
}

// TransferWaiting implements [store.TransferReader]: seeks in one index, as many
// as parties times applications at most.
func (r *reader) TransferWaiting(parties []rest.PartyID, apps []rest.AppID) (waiting bool, err error) {
	var numbers []int64
	for _, app := range apps {
		n, err := r.s.apps.number(r, app)
		if err == nil {
			numbers = append(numbers, n)
		} else if err := ignoreNotFound(err); err != nil {
			return false, err
		}
	}
	if len(parties) == 0 || len(numbers) == 0 {
		return false, nil
	}
	err = r.query(selectTransferWaiting, func(*row) error { waiting = true; return nil }, memberList(parties), memberList(numbers), waitingClasses)
	return waiting, err
}

// DueTransfers implements [store.TransferReader].
func (r *reader) DueTransfers(before time.Time, processed bool, limit int) ([]uuid.UUID, error) {
	var list []uuid.UUID
	err := r.query(selectDue, func(row *row) error { list = append(list, row.uuid()); return nil }, micros(before), statusNumber(rest.TransferProcessing), processed, limit)
	return list, err
}
