package rest

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Case groups what a party sends and gets about one matter: instances that were
// submitted into it, and messages whose senders named it.
type Case struct {
	Number    int32 // legacy number, unique among cases, instances and messages, never reused
	App       AppID
	Party     PartyID
	Reference string    // the starter's own; at one application and party it names the case; may be empty
	Visible   time.Time // from when on it is listed
	Due       time.Time // zero = none
	Created   time.Time
	CreatedBy string
	Archived  Mark
	Deleted   Mark
	Changed   time.Time
	Version   int64
}

// Shown is when the case last changed for its party: one that is to be visible
// later changes when it is.
func (c *Case) Shown() time.Time {
	if c.Visible.After(c.Changed) {
		return c.Visible
	}
	return c.Changed
}

// Open says that the case is neither archived nor deleted.
func (c *Case) Open() bool { return !c.Archived.Done() && !c.Deleted.Done() }

// NewCase is a case to be started.
type NewCase struct {
	App       AppID
	Party     PartyRef
	Reference string
	Visible   time.Time // zero = at once
	Due       time.Time
}

// CaseQuery selects a party's open and visible cases of an application.
type CaseQuery struct {
	App   AppID
	Party PartyRef
	After int32 // cases with greater numbers; 0 = from the first
	Limit int   // 1..1000
}

// CaseMembers are the instances and the published messages in a case, each in
// the order of their numbers. A case has at most [MostInCase] instances; of
// messages, the first so many are told.
type CaseMembers struct {
	Instances, Messages []uuid.UUID
}

// MostInCase bounds how many instances a case has.
const MostInCase = 1000

// Cases is the life of cases. An instance joins one when it is created or
// submitted ([NewInstance], [NewSubmission]), or later ([InstanceChange]), a
// message when it is sent. Absent and not allowed are both NotFound.
type Cases interface {
	// StartCase starts a case, as one who may write for the party. Under a
	// reference that is taken it finds the case that has it. A party that is
	// unknown or not the caller's is Forbidden.
	StartCase(ctx context.Context, c Caller, n NewCase) (started *Case, repeated bool, err error)
	// Case is a case in any state.
	Case(ctx context.Context, c Caller, number int32) (*Case, error)
	// Cases lists in the order of the numbers; more says that there are more
	// than the limit. A party that is unknown or not the caller's is Forbidden.
	Cases(ctx context.Context, c Caller, q CaseQuery) (list []Case, more bool, err error)
	// CaseMembers are what a case has that the caller may read: neither what is
	// deleted, nor messages of others that name the case.
	CaseMembers(ctx context.Context, c Caller, number int32) (CaseMembers, error)
	// ArchiveCase ends a case. Conflict while it has active messages
	// ("case-messages"), or active instances ("case-instances") unless force
	// takes these out of it, or when it is not open ("case-closed").
	ArchiveCase(ctx context.Context, c Caller, number int32, force bool) (*Case, error)
	// DeleteCase deletes an open case, as one who may write for the party.
	// What was in it stays where else it is.
	DeleteCase(ctx context.Context, c Caller, number int32) (*Case, error)
}
