package rest

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Lookup is what an application's owner answered when a party looked something
// up in its registers (innsyn): a document, in the party's archive from the day
// it was given. It never changes, but its owner may delete it.
type Lookup struct {
	ID     uuid.UUID
	Number int32 // legacy number, unique among lookups, instances and correspondences, never reused
	App    AppID // whose owner answered, and by whose service's rights it is read
	Party  PartyID
	// Key is the owner's own name for it: adding it again under the same key to
	// the same party adds nothing, unless it was deleted.
	Key string

	Title      string
	Question   string // what was looked up; may be empty
	Language   string // the answer's: "nb", "nn", "se", "en"
	Forwarding bool   // the party may forward it
	FileName   string // sanitised
	// Content is the answer, a PDF document: old clients know no other.
	Content Content

	Archived         time.Time // when it was answered
	ArchiveReference string    // "AR" + digits
	Created          time.Time
	CreatedBy        string
	Deleted          Mark // by its owner; it is purged after the retention
}

// NewLookup is an answer to be archived. Content must be committed.
type NewLookup struct {
	App        AppID
	Party      PartyRef
	Key        string
	Title      string // empty = the application's, in Language
	Question   string
	Language   string // empty = "nb"
	Forwarding bool
	FileName   string // empty = "innsyn.pdf"
	Content    Content
	Archived   time.Time // zero = now
}

// LookupQuery selects lookups of an application, in the order of their numbers.
type LookupQuery struct {
	App   AppID
	Party PartyRef // zero = any, for the application's owner
	After int32    // lookups with greater numbers; 0 = from the first
	Limit int      // 1..1000
}

// Archive is parties' archive beside what [Instances] and [Correspondences]
// have: lookups, and where an old client's numbers lead. Absent and not allowed
// are both NotFound; deleted is Gone.
type Archive interface {
	// InstanceByElement is the instance, archived or not, that has an element
	// of that legacy number.
	InstanceByElement(ctx context.Context, c Caller, number int32) (*Instance, error)
	// CorrespondenceByAttachment is a message that the caller may read with an
	// attachment of that legacy number: an archived one, if there are several.
	CorrespondenceByAttachment(ctx context.Context, c Caller, number int32) (*Correspondence, error)

	// AddLookup archives an answer, as application owner. repeated says that the
	// party had it already, under the same key.
	AddLookup(ctx context.Context, c Caller, n NewLookup) (l *Lookup, repeated bool, err error)
	Lookup(ctx context.Context, c Caller, id uuid.UUID) (*Lookup, error)
	LookupByNumber(ctx context.Context, c Caller, number int32) (*Lookup, error)
	// Lookups lists what was answered; more says that there are more than the
	// limit. A party that is unknown or not the caller's is Forbidden.
	Lookups(ctx context.Context, c Caller, q LookupQuery) (list []Lookup, more bool, err error)
	// LookupContent opens the answer's bytes. The caller closes it.
	LookupContent(ctx context.Context, c Caller, id uuid.UUID) (*Lookup, io.ReadSeekCloser, error)
	// DeleteLookup takes an answer back, as application owner.
	DeleteLookup(ctx context.Context, c Caller, id uuid.UUID) error
}

// Event types of lookups.
const (
	EventLookupAdded   EventType = lookupEvents + "Added"
	EventLookupDeleted EventType = lookupEvents + "Deleted"
)

const lookupEvents = "Lookup"

// OfLookup says that the event tells of a lookup.
func (e EventType) OfLookup() bool { return strings.HasPrefix(string(e), lookupEvents) }
