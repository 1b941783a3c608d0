package storetest

import (
	"errors"
	"fmt"
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
	list[1].Step, list[4].Step = "Signing", "Signing"
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
		got, err := r.InstanceEvents(a.ID, rest.EventQuery{Limit: 100})
		if err != nil {
			return err
		}
		same(t, "InstanceEvents", got, pick(0, 1, 3, 6))
		for _, c := range []struct {
			q    rest.EventQuery
			want []rest.Event
		}{
			{rest.EventQuery{Limit: 3}, pick(0, 1, 3)},
			{rest.EventQuery{After: list[0].ID, Limit: 1}, pick(1)},
			{rest.EventQuery{After: list[3].ID, Limit: 100}, pick(6)},
			{rest.EventQuery{After: list[6].ID, Limit: 100}, nil},
			{rest.EventQuery{Since: start.Add(2 * time.Minute), Limit: 100}, pick(3, 6)},
		} {
			if got, err = r.InstanceEvents(a.ID, c.q); err != nil {
				return err
			}
			same(t, fmt.Sprintf("InstanceEvents %+v", c.q), got, c.want)
		}
		for _, c := range []struct {
			name string
			app  rest.AppID
			q    rest.EventQuery
			want []rest.Event
		}{
			{"all", melding, rest.EventQuery{Limit: 100}, pick(0, 1, 2, 3, 4, 6)},
			{"limited", melding, rest.EventQuery{Limit: 1}, pick(0)},
			{"limited, next", melding, rest.EventQuery{After: list[0].ID, Limit: 2}, pick(1, 2)},
			{"after the middle of an update", melding, rest.EventQuery{After: list[3].ID, Limit: 100}, pick(4, 6)},
			{"after the last", melding, rest.EventQuery{After: list[6].ID, Limit: 100}, nil},
			{"since", melding, rest.EventQuery{Since: start.Add(2 * time.Minute), Limit: 100}, pick(3, 4, 6)},
			{"since and after", melding, rest.EventQuery{After: list[3].ID, Since: start.Add(3 * time.Minute), Limit: 100}, pick(6)},
			{"at a step", melding, rest.EventQuery{Step: "Signing", Limit: 100}, pick(1, 4)},
			{"at a step, limited", melding, rest.EventQuery{Step: "Signing", Limit: 1}, pick(1)},
			{"at a step, after", melding, rest.EventQuery{Step: "Signing", After: list[1].ID, Limit: 100}, pick(4)},
			{"at no step", melding, rest.EventQuery{Step: "signing", Limit: 100}, nil},
			{"another application", skatt, rest.EventQuery{Limit: 100}, pick(5)},
			{"unknown application", rest.AppID{Org: "x", App: "y"}, rest.EventQuery{Limit: 100}, nil},
		} {
			got, err := r.AppEvents(c.app, c.q)
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

func testEventsAdded(t *testing.T, s store.Store) {
	i := instance(melding, 1, start)
	told := func(added <-chan struct{}) bool {
		select {
		case <-added:
			return true
		default:
			return false
		}
	}
	added := s.EventsAdded()
	create(t, s, &i)
	if told(added) {
		t.Error("told of an update without events")
	}
	undone := errors.New("undone")
	wantUpdateErr(t, s, "an update that is undone", undone, func(tx store.Tx) error {
		e := rest.Event{At: start, Type: rest.EventCreated, App: i.App, Owner: i.Owner, Instance: i.ID}
		return errors.Join(tx.AddEvent(&e), undone)
	})
	if told(added) {
		t.Error("told of an event that was undone")
	}
	for range 2 {
		update(t, s, func(tx store.Tx) error {
			return tx.AddEvent(&rest.Event{At: start, Type: rest.EventCreated, App: i.App, Owner: i.Owner, Instance: i.ID})
		})
		select {
		case <-added:
		case <-time.After(10 * time.Second):
			t.Fatal("not told of an event")
		}
		if added = s.EventsAdded(); told(added) {
			t.Error("told of an event from before the call")
		}
	}
}
