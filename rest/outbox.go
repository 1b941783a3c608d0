package rest

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// OutboxMessage is a text message or an email that waits for the operator's
// sender, or that has been there.
type OutboxMessage struct {
	ID      int64 // grows; never given again
	Channel NotificationChannel
	To      string // telephone number or email address
	Subject string // of an email; may be empty
	// Text is what is sent. That of a one-time code is forgotten, and empty,
	// once the message is settled.
	Text    Secret
	Purpose OutboxPurpose
	App     AppID   // whose owner sees the message; zero = nobody but operators
	Party   PartyID // who is told; 0 = nobody that is registered
	// What the message tells of; zero = neither.
	Correspondence, Instance uuid.UUID

	At       time.Time // when it was written
	State    OutboxState
	Attempts int
	Next     time.Time // when a pending message is tried next
	Until    time.Time // from when on a pending message is given up; zero = never
	Settled  time.Time // when it was sent or given up
	Problem  string    // what the last attempt failed of; empty once it is sent
}

// OutboxState is how far a message of the outbox has come.
type OutboxState string

// States of messages in the outbox.
const (
	OutboxPending OutboxState = "pending"
	OutboxSent    OutboxState = "sent"   // the sender took it
	OutboxFailed  OutboxState = "failed" // the sender refused it, or it is given up
)

// OutboxStates are all of them.
var OutboxStates = []OutboxState{OutboxPending, OutboxSent, OutboxFailed}

// OutboxPurpose is what a message is sent for.
type OutboxPurpose string

// Purposes of messages in the outbox.
const (
	ForCode           OutboxPurpose = "one-time-code"
	ForCorrespondence OutboxPurpose = "correspondence"
	ForSigning        OutboxPurpose = "signing" // somebody is asked to sign
)

// OutboxQuery selects messages of the outbox. Every set field narrows; the
// result is in the order of ids.
type OutboxQuery struct {
	Org            string // of the application
	App            string // without org
	State          OutboxState
	Correspondence uuid.UUID
	Instance       uuid.UUID
	After          int64 // ids greater than this, or with Descending less; 0 = from the beginning
	Descending     bool
	Limit          int // 1..1000
}

// Outbox is what was sent to people by text message or email. As application
// owner one sees the messages of one's applications, but never a one-time code.
// NotFound is what is absent, and what is somebody else's.
type Outbox interface {
	// OutboxMessages lists; more says that there are others after the last.
	OutboxMessages(ctx context.Context, c Caller, q OutboxQuery) (list []OutboxMessage, more bool, err error)
	OutboxMessage(ctx context.Context, c Caller, id int64) (*OutboxMessage, error)
}
