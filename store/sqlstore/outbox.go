package sqlstore

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

const messageColumns = `id, channel, recipient, subject, text, purpose, app, party, correspondence, instance, at,
	state, attempts, next, until, settled, problem`

var (
	selectMessages        = sql("SELECT " + messageColumns + " FROM message WHERE id > ? ORDER BY id LIMIT ?")
	selectMessage         = sql("SELECT " + messageColumns + " FROM message WHERE id = ?")
	selectDueMessages     = sql("SELECT " + messageColumns + " FROM message INDEXED BY message_due WHERE state = 'pending' AND next <= ? ORDER BY next, id LIMIT ?")
	selectOverdueMessages = sql("SELECT " + messageColumns + " FROM message INDEXED BY message_until WHERE state = 'pending' AND until <= ? ORDER BY until, id LIMIT ?")
	countMessages         = sql("SELECT channel, count(*) FROM message INDEXED BY message_by_state WHERE state = ? GROUP BY channel ORDER BY channel")

	insertMessage = sql("INSERT INTO message (" + messageColumns + ", org) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	updateMessage = sql(`UPDATE message SET state = ?, text = ?, attempts = ?, next = ?, settled = ?, problem = ?
		WHERE id = ? AND state = 'pending' AND attempts = ? RETURNING id`)
	reviveMessage = sql(`UPDATE message SET state = 'pending', attempts = 0, next = ?, until = ?, settled = NULL
		WHERE id = ? AND state = 'failed' AND text <> '' RETURNING id`)
	dropMessage  = sql("DELETE FROM message WHERE id = ? AND state <> 'pending' RETURNING id")
	dropMessages = sql(`DELETE FROM message WHERE id IN
		(SELECT id FROM message INDEXED BY message_settled WHERE settled IS NOT NULL AND settled < ? ORDER BY settled, id LIMIT ?)`)
)

func (r *reader) scanOutbox(row *row) (m store.Message, err error) {
	m.ID, m.Channel, m.To, m.Subject = row.int(), rest.NotificationChannel(row.text()), row.text(), row.text()
	m.Text, m.Purpose = rest.Secret(row.text()), rest.OutboxPurpose(row.text())
	app := row.int()
	m.Party, m.Correspondence, m.Instance, m.At = rest.PartyID(row.int32()), row.uuid(), row.uuid(), row.time()
	m.State, m.Attempts = rest.OutboxState(row.text()), int(row.int())
	m.Next, m.Until, m.Settled, m.Problem = row.time(), row.time(), row.time(), row.text()
	if app != 0 {
		m.App, err = r.app(app)
	}
	return m, err
}

func (r *reader) outbox(st *statement, args ...any) (list []store.Message, err error) {
	err = r.query(st, func(row *row) error {
		m, err := r.scanOutbox(row)
		list = append(list, m)
		return err
	}, args...)
	return list, err
}

// Outbox implements [store.OutboxReader].
func (r *reader) Outbox(after int64, limit int) ([]store.Message, error) {
	return r.outbox(selectMessages, after, limit)
}

// OutboxMessage implements [store.OutboxReader].
func (r *reader) OutboxMessage(id int64) (*store.Message, error) {
	var m store.Message
	err := r.one(selectMessage, func(row *row) (err error) { m, err = r.scanOutbox(row); return err }, id)
	if err != nil {
		return nil, err
	}
	return &m, nil
}

// DueMessages implements [store.OutboxReader].
func (r *reader) DueMessages(by time.Time, limit int) ([]store.Message, error) {
	return r.outbox(selectDueMessages, micros(by), limit)
}

// OverdueMessages implements [store.OutboxReader].
func (r *reader) OverdueMessages(by time.Time, limit int) ([]store.Message, error) {
	return r.outbox(selectOverdueMessages, micros(by), limit)
}

// CountOutbox implements [store.OutboxReader].
func (r *reader) CountOutbox(state rest.OutboxState) (map[rest.NotificationChannel]int, error) {
	counts := map[rest.NotificationChannel]int{}
	err := r.query(countMessages, func(row *row) error {
		counts[rest.NotificationChannel(row.text())] = int(row.int())
		return nil
	}, string(state))
	return counts, err
}

// OutboxMessages implements [store.OutboxReader]. The index is that of what
// narrows most; values are arguments throughout.
func (r *reader) OutboxMessages(q rest.OutboxQuery) (list []store.Message, err error) {
	if q.Limit < 1 || q.Limit > maxPage {
		q.Limit = maxPage
	}
	var where []string
	var args []any
	index := ""
	add := func(by, text string, values ...any) {
		if index == "" && by != "" {
			index = " INDEXED BY " + by
		}
		where, args = append(where, text), append(args, values...)
	}
	if q.Correspondence != (uuid.UUID{}) {
		add("message_by_correspondence", "correspondence = ?", q.Correspondence)
	}
	if q.Instance != (uuid.UUID{}) {
		add("message_by_instance", "instance = ?", q.Instance)
	}
	if q.Org != "" {
		add("message_by_org", "org = ?", q.Org)
	}
	if q.App != "" {
		add("", "app IN (SELECT id FROM app WHERE name = ?)", q.App)
	}
	if q.State != "" {
		add("message_by_state", "state = ?", string(q.State))
	}
	order := " ORDER BY id LIMIT ?"
	switch {
	case !q.Descending:
		add("", "id > ?", q.After)
	case q.After != 0:
		add("", "id < ?", q.After)
		fallthrough
	default:
		order = " ORDER BY id DESC LIMIT ?"
	}
	if len(where) > 0 {
		order = " WHERE " + strings.Join(where, " AND ") + order
	}
	err = r.text("SELECT "+messageColumns+" FROM message"+index+order, func(row *row) error {
		m, err := r.scanOutbox(row)
		list = append(list, m)
		return err
	}, append(args, q.Limit)...)
	return list, err
}

// AddMessage implements [store.OutboxWriter].
func (t *tx) AddMessage(m *store.Message) error {
	if m.State == "" {
		m.State = rest.OutboxPending
	}
	if m.Next.IsZero() && m.State == rest.OutboxPending {
		m.Next = m.At
	}
	var app any
	if m.App != (rest.AppID{}) {
		n, err := t.appNumber(m.App)
		if err != nil {
			return err
		}
		app = n
	}
	t.n.message++
	err := t.exec(insertMessage, t.n.message, string(m.Channel), m.To, m.Subject, m.Text.Reveal(), string(m.Purpose), app, int32(m.Party),
		blank(m.Correspondence), blank(m.Instance), m.At, string(m.State), m.Attempts, m.Next, m.Until, m.Settled, m.Problem, m.App.Org)
	if err != nil {
		return t.spoil(err)
	}
	m.ID = t.n.message
	return nil
}

// blank is a uuid, or nil for the zero one.
func blank(id uuid.UUID) any {
	if id == (uuid.UUID{}) {
		return nil
	}
	return id
}

// UpdateMessage implements [store.OutboxWriter].
func (t *tx) UpdateMessage(m *store.Message, was int) error {
	return t.returning(updateMessage, func(row *row) error { row.int(); return nil },
		string(m.State), m.Text.Reveal(), m.Attempts, m.Next, m.Settled, m.Problem, m.ID, was)
}

// ReviveMessage implements [store.OutboxWriter].
func (t *tx) ReviveMessage(m *store.Message) error {
	return t.returning(reviveMessage, func(row *row) error { row.int(); return nil }, m.Next, m.Until, m.ID)
}

// DropMessage implements [store.OutboxWriter].
func (t *tx) DropMessage(id int64) error {
	return t.returning(dropMessage, func(row *row) error { row.int(); return nil }, id)
}

// DropMessages implements [store.OutboxWriter].
func (t *tx) DropMessages(before time.Time, limit int) (int, error) {
	n, err := t.c.change(dropMessages, micros(before), limit)
	return int(n), t.spoil(err)
}

var _ store.OutboxWriter = (*tx)(nil)
