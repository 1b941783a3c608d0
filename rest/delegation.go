package rest

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Delegation says who signs an instance at its process's parallel step (what
// the old platform calls user-controlled signing).
type Delegation struct {
	Step     string // id of the parallel step
	Signers  []Signer
	Required int // signatures that it takes to leave the step
	// Locked is who alone may name others, beside the application's owner: an
	// end-user system that may send for others ("Trusted partner"). "" = anybody
	// who may write.
	Locked Subject
	At     time.Time
	By     string // Caller.Name
	// Opened is when the instance came to the step: since then those who are
	// named see it. Zero = it has not come there, or has gone back.
	Opened time.Time
}

// Signer is a person who is named to sign.
type Signer struct {
	Person  PartyID
	Name    string // as registered when the person was named
	Allowed int    // signatures that the person may make at the step; at least 1
}

// Of is how many signatures the person may make; 0 = the person is not named.
func (d *Delegation) Of(person PartyID) int {
	if d == nil || person == 0 {
		return 0
	}
	for _, s := range d.Signers {
		if s.Person == person {
			return s.Allowed
		}
	}
	return 0
}

// Given counts the signatures that were made at the step, or those of one person.
func (d *Delegation) Given(signatures []Signature, person PartyID) int {
	n := 0
	for i := range signatures {
		if s := &signatures[i]; s.Step == d.Step && (person == 0 || s.Person == person) {
			n++
		}
	}
	return n
}

// Left is how many signatures the person may still make at the step.
func (d *Delegation) Left(signatures []Signature, person PartyID) int {
	allowed := d.Of(person)
	if allowed == 0 {
		return 0
	}
	return max(0, allowed-d.Given(signatures, person))
}

// NewDelegation names who shall sign.
type NewDelegation struct {
	Signers  []NewSigner
	Required int  // 0 = all signatures that the signers may make
	Lock     bool // nobody else may name others; of no effect for callers who send for themselves
}

// NewSigner names a person as the sender knows it: by number and family name,
// which must both be right.
type NewSigner struct {
	SSN     NationalID
	Name    string // family name, or the whole name
	Allowed int    // 0 = 1
}

// Delegations is signing by those whom the sender names.
type Delegations interface {
	// DelegateSigning names who signs an active instance whose process has a
	// parallel step ([Step.Parallel]) that it has not passed; it takes the place
	// of those who were named before. The caller needs the right to write. match
	// is as in [Instances].
	//
	// Invalid when a signer is unknown, named wrongly or twice, or the numbers of
	// signatures do not fit; Conflict when there is no such step or it is signed
	// already; Forbidden when somebody else has locked it.
	DelegateSigning(ctx context.Context, c Caller, id uuid.UUID, n NewDelegation, match int64) (*Process, error)
	// ToSign lists the instances that wait for the signature of the person who
	// calls, in the order of their numbers, those after the given one, at most
	// limit (1..1000); more says that there are others. Forbidden for callers who
	// are no person.
	ToSign(ctx context.Context, c Caller, after int32, limit int) (list []Instance, more bool, err error)
	// SignStep signs at the current step, as NextStep does with [ActionSign], and
	// says more of the signature: s.Elements are what is signed, empty = all.
	SignStep(ctx context.Context, c Caller, id uuid.UUID, s Signature, match int64) (*Process, error)
}
