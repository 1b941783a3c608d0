package store

import (
	"time"

	"overgang/rest"
)

// Message waits in the outbox for an operator's sender, or has been there.
type Message = rest.OutboxMessage

// OutboxReader reads the outbox.
type OutboxReader interface {
	// Outbox lists messages in any state after an id, in the order of ids.
	Outbox(after int64, limit int) ([]Message, error)
	OutboxMessage(id int64) (*Message, error)
	// OutboxMessages lists in q's order, at most 1000.
	OutboxMessages(q rest.OutboxQuery) ([]Message, error)
	// DueMessages lists pending messages whose Next has come by then, the
	// earliest first, at most limit.
	DueMessages(by time.Time, limit int) ([]Message, error)
	// OverdueMessages lists pending messages whose Until has come by then, the
	// earliest first, at most limit.
	OverdueMessages(by time.Time, limit int) ([]Message, error)
	// CountOutbox counts the messages in a state by channel.
	CountOutbox(state rest.OutboxState) (map[rest.NotificationChannel]int, error)
}

// OutboxWriter writes it. These writes do not grow the Generation.
type OutboxWriter interface {
	// AddMessage assigns the message's ID. A message without a State is
	// pending, and one without Next is due at its At.
	AddMessage(m *Message) error
	// UpdateMessage stores State, Text, Attempts, Next, Settled and Problem,
	// where the stored message is pending and has had was attempts.
	// ErrNotFound otherwise.
	UpdateMessage(m *Message, was int) error
	// ReviveMessage makes a failed message pending, due at Next until Until,
	// without attempts. ErrNotFound when it is not there, not failed, or its
	// text is forgotten.
	ReviveMessage(m *Message) error
	// DropMessage removes a settled message. ErrNotFound when it is not there, or
	// pending.
	DropMessage(id int64) error
	// DropMessages removes messages that were settled before a time, at most
	// limit, and says how many.
	DropMessages(before time.Time, limit int) (int, error)
}
