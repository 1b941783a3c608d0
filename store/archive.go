package store

import (
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
	// own key.
	LookupByKey(app rest.AppID, party rest.PartyID, key string) (*rest.Lookup, error)
	// LookupContent returns a lookup's content with Inline set.
	LookupContent(id uuid.UUID) (rest.Content, error)
}

// ArchiveWriter writes lookups.
type ArchiveWriter interface {
	// CreateLookup assigns Number and ArchiveReference. ErrExists when its Key is
	// taken at (App, Party).
	CreateLookup(l *rest.Lookup) error
}
