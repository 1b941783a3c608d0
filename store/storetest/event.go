package storetest

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func testVisits(t *testing.T, s store.Store) {
	i, other := instance(melding, 1, start), instance(melding, 1, start)
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	update(t, s, func(tx store.Tx) error {
		if err := tx.CreateInstance(&i); err != nil {
			return err
		}
		if err := tx.CreateInstance(&other); err != nil {
			return err
		}
		for _, v := range []rest.Visit{{Step: "FormFilling", Entered: at(0), By: "ttd"}, {Step: "Signing", Entered: at(5), By: "person:1"}} {
			if err := tx.Enter(i.ID, v); err != nil {
				return err
			}
		}
		return tx.Enter(other.ID, rest.Visit{Step: "FormFilling", Entered: at(1)})
	})
	update(t, s, func(tx store.Tx) error {
		return tx.Enter(i.ID, rest.Visit{Step: "FormFilling", Entered: at(9), By: "ttd"})
	})
	want := []rest.Visit{
		{Step: "FormFilling", Entered: at(0), Left: at(5), By: "ttd"},
		{Step: "Signing", Entered: at(5), Left: at(9), By: "person:1"},
		{Step: "FormFilling", Entered: at(9), By: "ttd"},
	}
	view(t, s, func(r store.Reader) error {
		got, err := r.Visits(i.ID)
		same(t, "Visits", got, want)
		none, _ := r.Visits(uuid.New())
		if len(none) != 0 {
			t.Errorf("visits of an unknown instance: %v", none)
		}
		return err
	})
	wantUpdateErr(t, s, "entering an unknown instance", store.ErrNotFound, func(tx store.Tx) error {
		return tx.Enter(uuid.New(), rest.Visit{Step: "x", Entered: start})
	})
}

func testEvents(t *testing.T, s store.Store) {
	a, b := instance(melding, 1, start), instance(melding, 2, start)
	c := instance(skatt, 3, start)
	create(t, s, &a, &b, &c)
	event := func(i rest.Instance, kind rest.EventType, minutes int) rest.Event {
		return rest.Event{
			At: start.Add(time.Duration(minutes) * time.Minute), Type: kind, App: i.App, Owner: i.Owner, Instance: i.ID, Step: i.Step, By: "ttd",
		}
	}
	list := []rest.Event{
		event(a, rest.EventCreated, 0), event(a, rest.EventElementCreated, 0), // one update
		event(b, rest.EventCreated, 1), event(a, rest.EventChanged, 2), event(b, rest.EventChanged, 2), event(c, rest.EventCreated, 2), // another
		event(a, rest.EventArchived, 3), // a third
	}
	list[1].Element = uuid.New()
	for _, group := range [][]rest.Event{list[:2], list[2:6], list[6:]} {
		update(t, s, func(tx store.Tx) error {
			for i := range group {
				if err := tx.AddEvent(&group[i]); err != nil {
					return err
				}
			}
			return tx.Enter(group[0].Instance, rest.Visit{Step: "x", Entered: start})
		})
	}
	for i := 1; i < len(list); i++ {
		if list[i].ID <= list[i-1].ID {
			t.Errorf("event ids %d, %d do not grow", list[i-1].ID, list[i].ID)
		}
	}
	pick := func(indexes ...int) (events []rest.Event) {
		for _, i := range indexes {
			events = append(events, list[i])
		}
		return events
	}
	view(t, s, func(r store.Reader) error {
		got, err := r.InstanceEvents(a.ID)
		if err != nil {
			return err
		}
		same(t, "InstanceEvents", got, pick(0, 1, 3, 6))
		for _, c := range []struct {
			name  string
			app   rest.AppID
			after int64
			since time.Time
			limit int
			want  []rest.Event
		}{
			{"all", melding, 0, time.Time{}, 100, pick(0, 1, 2, 3, 4, 6)},
			{"limited", melding, 0, time.Time{}, 1, pick(0)},
			{"limited, next", melding, list[0].ID, time.Time{}, 2, pick(1, 2)},
			{"after the middle of an update", melding, list[3].ID, time.Time{}, 100, pick(4, 6)},
			{"after the last", melding, list[6].ID, time.Time{}, 100, nil},
			{"since", melding, 0, start.Add(2 * time.Minute), 100, pick(3, 4, 6)},
			{"since and after", melding, list[3].ID, start.Add(3 * time.Minute), 100, pick(6)},
			{"another application", skatt, 0, time.Time{}, 100, pick(5)},
			{"unknown application", rest.AppID{Org: "x", App: "y"}, 0, time.Time{}, 100, nil},
		} {
			got, err := r.AppEvents(c.app, c.after, c.since, c.limit)
			if err != nil {
				return err
			}
			same(t, "AppEvents: "+c.name, got, c.want)
		}
		return nil
	})
	wantUpdateErr(t, s, "an event of an unknown instance", store.ErrNotFound, func(tx store.Tx) error {
		e := event(instance(melding, 1, start), rest.EventCreated, 0)
		return tx.AddEvent(&e)
	})
}
