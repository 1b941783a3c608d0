package store

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// ArchiveReader reads lookups, and finds things by the numbers of their parts.
type ArchiveReader interface {
	// InstanceByElement is the instance that has the element of that number.
	InstanceByElement(number int32) (*rest.Instance, error)
	// AttachmentByNumber is the id of the messages' attachment of that number.
	AttachmentByNumber(number int32) (uuid.UUID, error)
	// Lookup returns a lookup, whose Content.Inline is left nil: LookupContent
	// has it.
	Lookup(id uuid.UUID) (*rest.Lookup, error)
	LookupByNumber(number int32) (*rest.Lookup, error)
	// LookupByKey finds what an application's owner answered a party under its
	// own key, and what is not deleted.
	LookupByKey(app rest.AppID, party rest.PartyID, key string) (*rest.Lookup, error)
	// LookupContent returns a lookup's content with Inline set.
	LookupContent(id uuid.UUID) (rest.Content, error)
	// Lookups lists lookups that are not deleted.
	Lookups(q LookupQuery) ([]rest.Lookup, error)
	// PurgeableLookups lists the ids of lookups that were deleted before a time,
	// the earliest deleted first, at most limit.
	PurgeableLookups(before time.Time, limit int) ([]uuid.UUID, error)
}

// LookupQuery selects lookups of an application, in the order of their numbers.
type LookupQuery struct {
	App   rest.AppID
	Party rest.PartyID // 0 = any
	After int32
	Limit int
}

// ArchiveWriter writes lookups.
type ArchiveWriter interface {
	// CreateLookup assigns Number and ArchiveReference. ErrExists when its Key is
	// taken at (App, Party) by one that is not deleted.
	CreateLookup(l *rest.Lookup) error
	// DeleteLookup marks a lookup as deleted; ErrNotFound when it is already.
	DeleteLookup(id uuid.UUID, mark rest.Mark) error
	// PurgeLookup removes a lookup with its content, and returns the blob that
	// was its content's, if any. Its events stay in the application's feed.
	PurgeLookup(id uuid.UUID) (blobs []string, err error)
}
