package sqlstore

import (
	"hash/fnv"
	"slices"

	"github.com/google/uuid"

	"overgang/rest"
)

// An application's feed is its journal rows in the order of their ids. A row's
// time is the latest that its application had so far, so it does not fall along
// the ids; the events inside have their own. An instance that was purged is
// known by its number in purged.
const selectFeed = `SELECT journal.id, journal.app, journal.owner, events, coalesce(instance.id, purged.id) FROM journal
	LEFT JOIN instance ON instance.number = journal.instance LEFT JOIN purged ON purged.number = journal.instance
	WHERE journal.app = ? AND at IS NOT NULL AND `

var (
	selectFeedAfter  = sql(selectFeed + "journal.id > ? ORDER BY journal.id")
	selectFeedRow    = sql(selectFeed + "journal.id = ?")
	selectFeedTime   = sql("SELECT at FROM journal WHERE app = ? AND id > ? AND at IS NOT NULL ORDER BY id LIMIT 1")
	selectFeedEnd    = sql("SELECT id, at FROM journal WHERE app = ? AND at IS NOT NULL ORDER BY id DESC LIMIT 1")
	selectFeedMask   = sql("SELECT steps FROM journal WHERE app = ? AND at IS NOT NULL AND steps > ? ORDER BY steps LIMIT 1")
	selectFeedAtMask = sql("SELECT id FROM journal WHERE app = ? AND steps = ? AND id > ? AND at IS NOT NULL ORDER BY id LIMIT ?")
)

// stepBit is the bit of a step in a row's steps. Two steps may have the same one.
func stepBit(step string) int64 {
	h := fnv.New32a()
	h.Write([]byte(step))
	return 1 << (h.Sum32() % 62)
}

// AppEvents implements [store.InstanceReader].
func (r *reader) AppEvents(app rest.AppID, q rest.EventQuery) ([]rest.Event, error) {
	number, err := r.s.apps.number(r, app)
	if err != nil {
		return nil, ignoreNotFound(err)
	}
	f := &feed{reader: r, app: number, q: q, after: q.After}
	if !q.Since.IsZero() {
		f.from = micros(q.Since)
		if err := f.seek(); err != nil {
			return nil, err
		}
	}
	if q.Step != "" {
		err = f.readStep()
	} else {
		err = r.query(selectFeedAfter, f.take, number, f.after)
	}
	return f.list, err
}

// feed is one reading of an application's feed, or of an instance's trail.
type feed struct {
	*reader
	app   int64
	q     rest.EventQuery
	after int64 // rows with greater ids are of interest
	from  int64 // in microseconds; 0 = any time
	list  []rest.Event
}

// take adds a row's events that are asked for, and ends the reading when there are enough.
func (f *feed) take(row *row) error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	first := len(f.list)
	err := f.eachEvent(row, func(e rest.Event) {
		if e.ID > f.q.After && (f.q.Since.IsZero() || micros(e.At) >= f.from) && (f.q.Step == "" || e.Step == f.q.Step) && len(f.list) < f.q.Limit {
			f.list = append(f.list, e)
		}
	})
	instance := row.uuid()
	for i := first; i < len(f.list); i++ {
		switch e := &f.list[i]; {
		case e.Type.OfTransfer():
			e.Transfer, e.Element = e.Element, uuid.Nil
		case e.Type.OfCorrespondence():
			e.Correspondence, e.Element = e.Element, uuid.Nil
		case e.Type.OfLookup():
			e.Lookup, e.Element = e.Element, uuid.Nil
		default:
			e.Instance = instance
		}
	}
	if err == nil && len(f.list) >= f.q.Limit {
		return errStop
	}
	return err
}

// seek moves after to the last row before the time begins: halving, for times
// do not fall along the ids.
func (f *feed) seek() error {
	begun := func(after int64) (is bool, err error) {
		err = f.query(selectFeedTime, func(row *row) error { is = row.int() >= f.from; return nil }, f.app, after)
		return is, err
	}
	end, latest := int64(0), int64(0)
	err := f.query(selectFeedEnd, func(row *row) error { end, latest = row.int(), row.int(); return nil }, f.app)
	if err != nil || end <= f.after {
		return err
	}
	if latest < f.from {
		f.after = end
		return nil
	}
	if is, err := begun(f.after); is || err != nil {
		return err
	}
	low, high := f.after, end-1 // the time begins after low is passed, and not later than after high
	for high-low > 1 {
		middle := low + (high-low)/2
		is, err := begun(middle)
		switch {
		case err != nil:
			return err
		case is:
			high = middle
		default:
			low = middle
		}
	}
	f.after = high
	return nil
}

// readStep reads the events that left their instances at a step: rows of those
// sets of steps that may have it, merged by their ids.
func (f *feed) readStep() error {
	masks, err := f.masks(stepBit(f.q.Step))
	for err == nil && len(masks) > 0 && len(f.list) < f.q.Limit {
		want := f.q.Limit - len(f.list)
		var ids []int64
		for _, mask := range masks {
			err := f.query(selectFeedAtMask, func(row *row) error { ids = append(ids, row.int()); return nil }, f.app, mask, f.after, want)
			if err != nil {
				return err
			}
		}
		if len(ids) == 0 {
			return nil
		}
		// Beyond the want-th there may be rows of a set that was cut off.
		slices.Sort(ids)
		for _, id := range ids[:min(want, len(ids))] {
			f.after = id
			if err = f.query(selectFeedRow, f.take, f.app, id); err != nil {
				return err
			}
			if len(f.list) >= f.q.Limit {
				return nil
			}
		}
	}
	return err
}

// masks lists the sets of steps that rows of the application have and that hold
// the bit, one seek each.
func (f *feed) masks(bit int64) (masks []int64, err error) {
	const least = -1 << 63
	for last := int64(least); ; {
		found := false
		err := f.query(selectFeedMask, func(row *row) error { last, found = row.int(), true; return nil }, f.app, last)
		if err != nil || !found {
			return masks, err
		}
		if last&bit != 0 {
			masks = append(masks, last)
		}
	}
}
