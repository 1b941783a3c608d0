package store

import "time"

// Repeat is a request that was carried out under a caller's key.
type Repeat struct {
	Caller, Key string
	At          time.Time
	Request     []byte // fingerprint; nil with Answer
	Answer      []byte // nil = not kept
	Needs       []byte // the rights that the request took, as the core encodes them; nil = none
}

// RepeatReader reads them.
type RepeatReader interface {
	Repeat(caller, key string) (Repeat, error)
	// CountRepeats is how many the caller has, counted no further than most.
	CountRepeats(caller string, most int) (int, error)
}

// RepeatWriter writes them. These writes do not grow the Generation.
type RepeatWriter interface {
	// PutRepeat adds or replaces by (Caller, Key).
	PutRepeat(r Repeat) error
	// DropRepeats removes those of before, the oldest first, at most limit, and
	// says how many.
	DropRepeats(before time.Time, limit int) (int, error)
}
