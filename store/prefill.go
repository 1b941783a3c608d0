package store

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// PrefillReader reads what owners filled in beforehand.
type PrefillReader interface {
	Prefill(id uuid.UUID) (*rest.Prefill, error)
	// Prefills calls each with a party's at an application, the last put first,
	// behind a position (nil = from the first), until it wants no more.
	Prefills(app rest.AppID, party rest.PartyID, after *rest.Position, each func(p rest.Prefill, at rest.Position) (more bool)) error
	// CountPrefills counts them but for the one with a reference, without reading
	// what is in them.
	CountPrefills(app rest.AppID, party rest.PartyID, besides string) (int, error)
}

// PrefillWriter writes it.
type PrefillWriter interface {
	// PutPrefill adds a prefill, or replaces the one of its (App, Party,
	// Reference), whose ID it takes over.
	PutPrefill(p *rest.Prefill) error
	DeletePrefill(id uuid.UUID) error
	// DropPrefills removes those whose ValidTo is before a time, the earliest
	// first, at most limit, and says how many.
	DropPrefills(before time.Time, limit int) (int, error)
}
