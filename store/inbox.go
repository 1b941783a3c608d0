package store

import (
	"time"

	"overgang/rest"
)

// InboxReader reads inboxes.
type InboxReader interface {
	// Inbox lists a party's instances, messages, lookups and cases in the order
	// (changed, number): those that are not deleted, and visible or published by ShownAt.
	Inbox(q InboxQuery) (rest.InboxPage, error)
}

// InboxQuery is a [rest.InboxQuery] with what the registry and the caller's
// rights make of it.
type InboxQuery struct {
	Party   rest.PartyID
	Kinds   []rest.InboxKind
	States  []rest.InboxState // [rest.InboxElsewhere] is like [rest.InboxOpen] for an instance
	Apps    []rest.AppID      // one of these; nil = any
	Changed rest.TimeRange
	Archive string
	Case    int32
	Search  string
	// Named are applications whose entries match Search, whatever they say.
	Named []rest.AppID
	// Signer adds the instances that this person is, or was, to sign since they
	// came to that step: those of Party, or when Signer is Party, of anybody. 0 =
	// none.
	Signer     rest.PartyID
	SignerApps []rest.AppID // as Apps, for these; nil = any
	SignerOnly bool         // leaves everything else out
	ShownAt    time.Time
	Descending bool
	Limit      int // 1..1000
	After      *rest.Position
}
