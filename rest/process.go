package rest

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
)

// Step is one step of an application's process. A process is a line of steps;
// optional ones may be skipped, and a step may have ways back.
type Step struct {
	ID       string // shown as workflow.currentStep: "FormFilling", "Signing", "Submit"
	Kind     StepKind
	Optional bool // may be skipped
	// Back are the ways back: an action's name to the id of an earlier step.
	Back map[string]string `json:",omitempty"`
	// Right is needed to leave the step; empty = Write, at a Signing step Sign.
	Right Right `json:",omitempty"`
	// Roles may work at the step: change data there, and leave it. Empty = all.
	Roles []Role `json:",omitempty"`

	// What follows is for Signing steps.

	// Parallel steps are signed by those whom the sender names, see [Delegation];
	// nobody else needs a right for it or has one. A process has one at most.
	Parallel bool `json:",omitempty"`
	// Each is how many signatures one person may be named for; 0 = 1.
	Each int `json:",omitempty"`
	// Whole asks that every signature is on all elements. Without it, a signer
	// may select some.
	Whole bool `json:",omitempty"`
}

// StepKind says what a step waits for.
type StepKind string

// Step kinds. A process without steps gets the default one: Fill, Send.
const (
	Fill    StepKind = "fill" // data may be added and changed
	Signing StepKind = "sign" // waits for signatures
	Send    StepKind = "send" // waits for being sent in; ends in the archive
)

// Role is what a caller is.
type Role string

// Roles of callers. An end-user system with a logged-in person is both.
const (
	RoleUser   Role = "user"   // a logged-in person
	RoleSystem Role = "system" // an end-user system
	RoleOwner  Role = "owner"  // the application's owner
)

// Has says whether the caller has the role.
func (c Caller) Has(r Role) bool {
	switch r {
	case RoleOwner:
		return c.Owner != ""
	case RoleUser:
		return c.Owner == "" && c.Person != 0
	case RoleSystem:
		return c.Owner == "" && c.System != 0
	}
	return false
}

// Actions that every process knows. A step's way back has a name of its own.
const (
	ActionComplete = "complete" // leaves a Fill step
	ActionSign     = "sign"     // signs at a Signing step and leaves it
	ActionSend     = "send"     // leaves a Send step
	ActionSkip     = "skip"     // leaves an optional step undone
)

// Forward is the action that does what the step is for.
func (s Step) Forward() string {
	switch s.Kind {
	case Signing:
		return ActionSign
	case Send:
		return ActionSend
	}
	return ActionComplete
}

// Actions are all that lead away from the step, the forward one first.
func (s Step) Actions() []string {
	list := []string{s.Forward()}
	if s.Optional {
		list = append(list, ActionSkip)
	}
	return append(list, slices.Sorted(maps.Keys(s.Back))...)
}

// Needs is the right that it takes to leave the step.
func (s Step) Needs() Right {
	switch {
	case s.Right != "":
		return s.Right
	case s.Kind == Signing:
		return Sign
	}
	return Write
}

// Archived is the step that every process ends in.
const Archived = "Archived"

// DefaultProcess is the process of an application that declares none.
var DefaultProcess = []Step{{ID: "FormFilling", Kind: Fill}, {ID: "Submit", Kind: Send}}

// Steps are the application's steps: those declared, else [DefaultProcess].
func (a *Application) Steps() []Step {
	if len(a.Process) == 0 {
		return DefaultProcess
	}
	return a.Process
}

// Processes moves instances through their steps, and says what is wrong with
// them. Absent and not allowed are both NotFound; deleted is Gone.
type Processes interface {
	// StartProcess begins the process, which creating an instance has done
	// already: it returns it as long as the first step was not left. Conflict
	// afterwards.
	StartProcess(ctx context.Context, c Caller, id uuid.UUID) (*Process, error)
	// NextStep takes an action at the current step; an empty one is the step's
	// forward action. That is refused (Conflict, with Issues) while the instance
	// does not validate. The last step's leads to the archive. match is as in
	// [Instances]. Invalid for an action that the step has not.
	NextStep(ctx context.Context, c Caller, id uuid.UUID, action string, match int64) (*Process, error)
	// ValidateInstance validates as NextStep does, and returns warnings too.
	ValidateInstance(ctx context.Context, c Caller, id uuid.UUID) ([]Issue, error)
	// ValidateElement validates one element.
	ValidateElement(ctx context.Context, c Caller, instance, element uuid.UUID) ([]Issue, error)
}
