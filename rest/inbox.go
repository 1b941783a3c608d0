package rest

import (
	"context"
	"time"
)

// InboxKind is a kind of entry of an inbox.
type InboxKind string

// Kinds of entries.
const (
	InboxInstance InboxKind = "instance"
	InboxMessage  InboxKind = "message"
	InboxLookup   InboxKind = "lookup"
	InboxCase     InboxKind = "case"
)

// InboxState says where an entry stands, seen by its party. An entry may be in
// several states.
type InboxState string

// States of entries.
const (
	// InboxOpen waits for the party: an instance or a case that is not archived,
	// or a message that it is asked to confirm and has not.
	InboxOpen InboxState = "open"
	// InboxElsewhere waits for others: an open instance that the caller has signed.
	InboxElsewhere InboxState = "elsewhere"
	// InboxReceived is a message that is not archived.
	InboxReceived InboxState = "received"
	// InboxArchived is an archived instance, message or case, or a lookup.
	InboxArchived InboxState = "archived"
)

// InboxQuery selects from a party's inbox. Every set field narrows; the result
// is in the total order (Changed, Number).
type InboxQuery struct {
	Party    PartyRef
	Kinds    []InboxKind  // one of these; empty = any
	States   []InboxState // in one of these; empty = any
	Org      string       // owner of the application
	Services []string     // codes, one of these; empty = any
	Changed  TimeRange
	// Archive is the beginning of an archive reference, or some of its digits.
	Archive string
	Case    int32 // number of the case that instances and messages are in; 0 = any or none
	// Search is part of the name of the entry's service in any language, or what
	// [Query.Search] says of an instance.
	Search     string
	Descending bool
	Limit      int // 1..1000; 0 = 100
	After      *Position
}

// InboxEntry is an entry: one of these is set.
type InboxEntry struct {
	Instance *Instance       // without its Elements
	Message  *Correspondence // without its Attachments
	Lookup   *Lookup
	Case     *Case
}

// Kind is the entry's kind.
func (e InboxEntry) Kind() InboxKind {
	switch {
	case e.Message != nil:
		return InboxMessage
	case e.Lookup != nil:
		return InboxLookup
	case e.Case != nil:
		return InboxCase
	}
	return InboxInstance
}

// App is the application that the entry belongs to.
func (e InboxEntry) App() AppID {
	switch {
	case e.Message != nil:
		return e.Message.App
	case e.Lookup != nil:
		return e.Lookup.App
	case e.Case != nil:
		return e.Case.App
	}
	return e.Instance.App
}

// Place is the entry's place in the total order: when it last changed, and its
// number, which it shares with no other entry.
func (e InboxEntry) Place() Position {
	switch {
	case e.Message != nil:
		return Position{At: e.Message.Shown(), Number: e.Message.Number}
	case e.Lookup != nil:
		return Position{At: e.Lookup.Archived, Number: e.Lookup.Number}
	case e.Case != nil:
		return Position{At: e.Case.Shown(), Number: e.Case.Number}
	}
	return Position{At: e.Instance.Changed, Number: e.Instance.Number}
}

// Shown is when the message last changed for its party: what was done to it
// before it was published shows when it is.
func (c *Correspondence) Shown() time.Time {
	if c.Published.After(c.Changed) {
		return c.Published
	}
	return c.Changed
}

// InboxPage is one page of an inbox.
type InboxPage struct {
	Entries []InboxEntry
	Next    *Position // nil = the last page
}

// Inbox is what a party has: its instances, messages, lookups and cases, active
// and archived, in one list. What is deleted is not in it, nor what is not visible or
// published yet.
type Inbox interface {
	// Inbox lists the entries of the applications that the caller may read for
	// the party. Forbidden, when these are none, whether there is such a party
	// or not; application owners have no inbox.
	Inbox(ctx context.Context, c Caller, q InboxQuery) (InboxPage, error)
}
