package rest

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Lifecycle changes, deletes and brings back instances. Absent and not allowed
// are both NotFound. match is as in [Instances].
type Lifecycle interface {
	// ChangeInstance changes an active instance. Locked once it is archived.
	ChangeInstance(ctx context.Context, c Caller, id uuid.UUID, change InstanceChange, match int64) (*Instance, error)
	// DeleteInstance marks the instance as deleted: soft, which
	// UndeleteInstance takes back, or hard, after which it is purged. To be
	// marked already is no error. Locked while an active instance has a locked
	// element.
	DeleteInstance(ctx context.Context, c Caller, id uuid.UUID, hard bool, match int64) (*Instance, error)
	// UndeleteInstance takes a soft deletion back; without one it does nothing.
	// Conflict when the instance is marked for hard deletion.
	UndeleteInstance(ctx context.Context, c Caller, id uuid.UUID, match int64) (*Instance, error)
	// InstanceOrDeleted is an instance that the caller may write, deleted or
	// not, until it is purged.
	InstanceOrDeleted(ctx context.Context, c Caller, id uuid.UUID) (*Instance, error)
}

// InstanceChange is what changes of an instance; nil leaves as it is, an empty
// value or zero time removes.
type InstanceChange struct {
	Labels       *[]string
	Presentation *string
	Due, Visible *time.Time
	Case         *int32 // into another case, or 0 out of it: see [NewInstance]
}
