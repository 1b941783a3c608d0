package store

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// DelegationReader reads who was named to sign.
type DelegationReader interface {
	// Delegation is who signs an instance; its signers come in the order in which
	// they were named. ErrNotFound when nobody was named.
	Delegation(instance uuid.UUID) (*rest.Delegation, error)
	// ToSign lists the instances that wait for a person's signature, without
	// their elements, those that are deleted and those that are visible later
	// than shownAt, in the order of their numbers after the given one, at most
	// limit.
	ToSign(person rest.PartyID, shownAt time.Time, after int32, limit int) ([]rest.Instance, error)
}

// DelegationWriter writes it.
type DelegationWriter interface {
	// PutDelegation stores who signs an instance, in place of what there was.
	// waits are those of the signers who are asked to sign now. ErrNotFound when
	// there is no such instance. Purging the instance removes it.
	PutDelegation(instance uuid.UUID, d *rest.Delegation, waits []rest.PartyID) error
}
