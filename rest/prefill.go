package rest

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Prefill is what an application's owner has filled in for a party beforehand:
// forms that a sender takes as its start.
type Prefill struct {
	ID    uuid.UUID
	App   AppID
	Party PartyID
	// Reference is the owner's own. At one application and party it names the
	// prefill: putting another under it replaces it.
	Reference string
	Shipment  string   // the owner's reference of what it was sent with; may be empty
	Identity  []string // values that tell it from the party's others, for people; may be empty
	Forms     []PrefillForm
	ValidFrom time.Time // zero = always
	ValidTo   time.Time // it is valid until then, and removed afterwards; zero = for ever
	Changed   time.Time
}

// ValidAt says whether the prefill is valid at t.
func (p *Prefill) ValidAt(t time.Time) bool {
	return !t.Before(p.ValidFrom) && (p.ValidTo.IsZero() || t.Before(p.ValidTo))
}

// PrefillForm is one form of a prefill.
type PrefillForm struct {
	DataFormatID      string
	DataFormatVersion int32
	Reference         string // the owner's own; may be empty
	Data              string // XML; often not all that the form's schema asks for
}

// NewPrefill is a prefill to be put. ID, App, Party and Changed are not read.
type NewPrefill struct {
	App   AppID
	Party PartyRef
	Prefill
}

// PrefillQuery selects a page of a party's prefills at an application.
type PrefillQuery struct {
	App   AppID
	Party PartyRef
	After *Position // nil = the first page
	Limit int       // prefills at most
}

// PrefillPage is one page of prefills.
type PrefillPage struct {
	Prefills []Prefill
	Next     *Position // nil = the last page
}

// Prefills is what owners fill in beforehand. Absent and not allowed are both
// NotFound.
type Prefills interface {
	// PutPrefill adds or replaces a prefill, as its application's owner.
	PutPrefill(ctx context.Context, c Caller, n NewPrefill) (*Prefill, error)
	// DeletePrefill removes a prefill, as its application's owner.
	DeletePrefill(ctx context.Context, c Caller, id uuid.UUID) error
	// Prefills lists a party's at an application, the last put first: for those
	// who may read for the party the ones that are valid now, for the
	// application's owner all; of 32 MiB of forms at most. A party that is unknown
	// or not the caller's is Forbidden.
	Prefills(ctx context.Context, c Caller, app AppID, party PartyRef) ([]Prefill, error)
	// PrefillPage is a page of them, of 4 MiB of forms at most.
	PrefillPage(ctx context.Context, c Caller, q PrefillQuery) (PrefillPage, error)
}
