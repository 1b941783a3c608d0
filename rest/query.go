package rest

import "time"

// Query selects instances. Every set field narrows; the result is in the total
// order (Changed, ID) or (Created, ID).
type Query struct {
	Org         string
	App         string // without org
	Owner       PartyID
	Labels      []string // all of them
	Step        string
	Completed   *bool // process ended
	Created     TimeRange
	Changed     TimeRange
	Due         TimeRange
	Visible     TimeRange
	Archived    *bool
	SoftDeleted *bool
	HardDeleted *bool
	Confirmed   *bool
	Archive     string // archive reference
	Number      int32  // legacy number; 0 = any
	Reference   string // whole reference that the instance's sender gave it
	// SenderReference is a whole reference that the sender gave one of the elements.
	SenderReference string
	Search          string // part of the presentation, or the whole archive reference or sender's reference

	// ShownAt hides instances that become Visible only after it; zero hides
	// none. The core sets it for users.
	ShownAt time.Time

	SortCreated bool // by Created instead of Changed
	Descending  bool
	Limit       int // 1..1000
	Offset      int // the draft's page × size; After is better
	After       *Position
	Count       bool // also count all that match
}

// TimeRange is half-open or closed at each end; zero ends are open.
type TimeRange struct {
	From, To time.Time
	OpenFrom bool // exclude From itself
	OpenTo   bool // exclude To itself
}

// Position is a place in the total order: the row after which a page goes on.
type Position struct {
	At     time.Time
	Number int32 // the instance's number breaks ties
}

// Page is one page of a list.
type Page struct {
	Instances []Instance
	Next      *Position // nil = the last page
	Total     int64     // -1 unless counted
}
