package store

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// CaseQuery selects a party's open cases of an application, in the order of
// their numbers.
type CaseQuery struct {
	App       rest.AppID
	Party     rest.PartyID
	VisibleAt time.Time
	After     int32
	Limit     int
}

// CaseMember is an instance or a message in a case.
type CaseMember struct {
	ID  uuid.UUID
	App rest.AppID
}

// CaseReader reads cases.
type CaseReader interface {
	Case(number int32) (*rest.Case, error)
	CaseByReference(app rest.AppID, party rest.PartyID, reference string) (*rest.Case, error)
	Cases(q CaseQuery) ([]rest.Case, error)
	// CaseMembers are the instances in a case that are not deleted, and its
	// party's messages that are published by then and are neither, each in the
	// order of their numbers, and at most limit of each.
	CaseMembers(c *rest.Case, then time.Time, limit int) (instances, messages []CaseMember, err error)
	// InCase counts the instances in a case.
	InCase(number int32) (int, error)
	// Unarchived are the ids of the instances in a case that are not archived,
	// deleted or not.
	Unarchived(number int32) ([]uuid.UUID, error)
	// ActiveInCase counts the instances in a case that are neither archived nor
	// deleted, and its party's messages that are published by then and are
	// neither.
	ActiveInCase(c *rest.Case, then time.Time) (instances, messages int, err error)
}

// CaseWriter writes them.
type CaseWriter interface {
	// CreateCase assigns Number. ErrExists when its Reference is taken at (App, Party).
	CreateCase(c *rest.Case) error
	// UpdateCase stores the marks, Changed and Version of c, where the stored
	// version is c.Version-1. ErrNotFound otherwise.
	UpdateCase(c *rest.Case) error
	// AddToCase puts an instance, by number, into a case, out of the one it was
	// in; 0 = into none. Purging the instance takes it out.
	AddToCase(number, instance int32) error
}
