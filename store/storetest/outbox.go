package storetest

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func testOutbox(t *testing.T, s store.Store) {
	letter, instance := uuid.New(), uuid.New()
	messages := []store.Message{
		{Channel: "sms", To: "99999999", Text: "code 1234", At: start, Purpose: rest.ForCode, Party: 5, Until: start.Add(time.Minute)},
		{Channel: "email", To: "a@example.com", Subject: "Hello", Text: "hello", At: start, Purpose: rest.ForCorrespondence,
			App: rest.AppID{Org: "ttd", App: "melding"}, Correspondence: letter},
		{Channel: "sms", To: "88888888", Text: "sign", At: start, Purpose: rest.ForSigning, Next: start.Add(time.Hour),
			App: rest.AppID{Org: "ttd", App: "rapport"}, Instance: instance},
	}
	for i := range messages {
		update(t, s, func(tx store.Tx) error { return tx.AddMessage(&messages[i]) })
		if i > 0 && messages[i].ID <= messages[i-1].ID {
			t.Errorf("message ids %d, %d do not grow", messages[i-1].ID, messages[i].ID)
		}
		if messages[i].State != rest.OutboxPending || messages[i].Next.IsZero() {
			t.Errorf("%+v is not pending", messages[i])
		}
	}
	view(t, s, func(r store.Reader) error {
		list, err := r.Outbox(0, 2)
		same(t, "Outbox", list, messages[:2])
		if err == nil {
			list, err = r.Outbox(messages[0].ID, 10)
			same(t, "Outbox after the first", list, messages[1:])
		}
		return err
	})
	pick := func(numbers ...int) (list []store.Message) {
		for _, n := range numbers {
			list = append(list, messages[n])
		}
		return list
	}
	for name, c := range map[string]struct {
		q    rest.OutboxQuery
		want []store.Message
	}{
		"all":            {rest.OutboxQuery{}, pick(0, 1, 2)},
		"backwards":      {rest.OutboxQuery{Descending: true}, pick(2, 1, 0)},
		"a page back":    {rest.OutboxQuery{Descending: true, After: messages[2].ID, Limit: 1}, pick(1)},
		"a page on":      {rest.OutboxQuery{After: messages[0].ID, Limit: 1}, pick(1)},
		"owner":          {rest.OutboxQuery{Org: "ttd"}, pick(1, 2)},
		"other owner":    {rest.OutboxQuery{Org: "skd"}, nil},
		"application":    {rest.OutboxQuery{Org: "ttd", App: "rapport"}, pick(2)},
		"correspondence": {rest.OutboxQuery{Correspondence: letter}, pick(1)},
		"instance":       {rest.OutboxQuery{Org: "ttd", Instance: instance, State: rest.OutboxPending}, pick(2)},
		"state":          {rest.OutboxQuery{State: rest.OutboxSent}, nil},
	} {
		view(t, s, func(r store.Reader) error {
			list, err := r.OutboxMessages(c.q)
			same(t, name, list, c.want)
			return err
		})
	}
}

// testOutboxStates: a message is settled once, by whoever counted its attempts.
func testOutboxStates(t *testing.T, s store.Store) {
	message := store.Message{Channel: "sms", To: "99999999", Text: "hello", At: start, Until: start.Add(time.Hour)}
	later := store.Message{Channel: "email", To: "a@example.com", Text: "hello", At: start, Next: start.Add(time.Minute)}
	update(t, s, func(tx store.Tx) error {
		if err := tx.AddMessage(&message); err != nil {
			return err
		}
		return tx.AddMessage(&later)
	})
	var none []store.Message
	due := func(by time.Duration) (list []store.Message) {
		view(t, s, func(r store.Reader) (err error) { list, err = r.DueMessages(start.Add(by), 10); return err })
		return list
	}
	same(t, "due before", due(-time.Second), none)
	same(t, "due", due(0), []store.Message{message})
	same(t, "due later", due(time.Minute), []store.Message{message, later})
	view(t, s, func(r store.Reader) error {
		list, err := r.OverdueMessages(start.Add(59*time.Minute), 10)
		same(t, "overdue too early", list, none)
		if err == nil {
			list, err = r.OverdueMessages(start.Add(time.Hour), 10)
			same(t, "overdue", list, []store.Message{message})
		}
		return err
	})

	message.Attempts, message.Next, message.Problem = 1, start.Add(2*time.Minute), "busy"
	update(t, s, func(tx store.Tx) error { return tx.UpdateMessage(&message, 0) })
	refused(t, s, "another one's attempt", func(tx store.Tx) error { m := message; return tx.UpdateMessage(&m, 0) })
	message.State, message.Settled, message.Text = rest.OutboxFailed, start.Add(time.Hour), "kept"
	update(t, s, func(tx store.Tx) error { return tx.UpdateMessage(&message, 1) })
	same(t, "due after", due(time.Hour), []store.Message{later})
	refused(t, s, "settled twice", func(tx store.Tx) error { m := message; return tx.UpdateMessage(&m, 1) })
	view(t, s, func(r store.Reader) error {
		got, err := r.OutboxMessage(message.ID)
		same(t, "settled", got, &message)
		_, absent := r.OutboxMessage(message.ID + 100)
		wantErr(t, "no message", absent, store.ErrNotFound)
		counts, countErr := r.CountOutbox(rest.OutboxFailed)
		same(t, "counts", counts, map[rest.NotificationChannel]int{"sms": 1})
		if err == nil {
			err = countErr
		}
		return err
	})

	message.Next, message.Until = start.Add(2*time.Hour), start.Add(3*time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.ReviveMessage(&message) })
	refused(t, s, "revive what is pending", func(tx store.Tx) error { return tx.ReviveMessage(&message) })
	if list := due(2 * time.Hour); len(list) != 2 || list[1].Attempts != 0 || !list[1].Settled.IsZero() {
		t.Errorf("revived: %+v", list)
	}
	message.State, message.Settled, message.Text = rest.OutboxFailed, start.Add(time.Hour), ""
	update(t, s, func(tx store.Tx) error { return tx.UpdateMessage(&message, 0) })
	refused(t, s, "revive what is forgotten", func(tx store.Tx) error { return tx.ReviveMessage(&message) })

	kept := store.Message{Channel: rest.BySMS, To: "+4790000009", Text: "x", Purpose: rest.ForSigning, At: start}
	update(t, s, func(tx store.Tx) error { return tx.AddMessage(&kept) })
	refused(t, s, "drop what is pending", func(tx store.Tx) error { return tx.DropMessage(kept.ID) })
	kept.State, kept.Settled = rest.OutboxSent, start.Add(time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.UpdateMessage(&kept, 0) })
	update(t, s, func(tx store.Tx) error { return tx.DropMessage(kept.ID) })
	refused(t, s, "drop what is not there", func(tx store.Tx) error { return tx.DropMessage(kept.ID) })

	drop := func(before time.Duration) (n int) {
		update(t, s, func(tx store.Tx) (err error) { n, err = tx.DropMessages(start.Add(before), 10); return err })
		return n
	}
	if a, b, c := drop(time.Hour), drop(2*time.Hour), drop(24*time.Hour); a != 0 || b != 1 || c != 0 {
		t.Errorf("dropped %d, %d, %d", a, b, c)
	}
}

// refused wants ErrNotFound of a write.
func refused(t *testing.T, s store.Store, what string, fn func(store.Tx) error) {
	t.Helper()
	wantErr(t, what, s.Update(t.Context(), fn), store.ErrNotFound)
}
