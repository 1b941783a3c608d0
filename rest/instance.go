package rest

import (
	"crypto/sha256"
	"errors"
	"time"

	"github.com/google/uuid"
)

// Instance is one case of an application: its data elements, where it stands
// in the process, and its status.
type Instance struct {
	ID     uuid.UUID
	Number int32 // legacy number, unique among instances, never reused
	App    AppID
	Owner  PartyID

	Labels       []string
	Presentation string
	Due          time.Time // zero = none
	Visible      time.Time // zero = at once

	Created   time.Time
	CreatedBy string
	Changed   time.Time
	ChangedBy string
	Version   int64 // grows by one with every change; the ETag

	Step     string    // current step's id; [Archived] at the end
	StepAt   time.Time // when it was entered
	Archived time.Time // zero = active
	// ArchiveReference is "AR" + digits once archived, else empty.
	ArchiveReference string
	SoftDeleted      time.Time
	HardDeleted      time.Time // marked; purged by a job later
	Confirmed        time.Time // the application owner confirmed all of it
	Signatures       []Signature

	// Origin of instances that came as a submission.
	Sender    SystemID // who sent it; 0 = made over REST without a Reference
	Reference string   // the sender's own reference, unique per Sender; may be empty
	Receipt   int32    // id of its receipt; 0 = none

	Case int32 // number of the [Case] that it is in; 0 = none

	// Keys are the encrypted keys that came with it, nil when none did. Lists
	// leave them out. They never change.
	Keys *EncryptedKeys

	Elements []Element
}

// Active says that data may still change.
func (i *Instance) Active() bool {
	return i.Archived.IsZero() && i.SoftDeleted.IsZero() && i.HardDeleted.IsZero()
}

// Element is one data element of an instance: a form or an attachment. Its
// content never changes: a replaced element points to new content and its
// version grows.
type Element struct {
	ID       uuid.UUID
	Number   int32  // legacy number, unique among elements, never reused
	Type     string // DataType.ID
	Form     bool
	FileName string // sanitised
	Title    string // the sender's name for it; may be empty
	// SenderReference is the sender's own reference for the element; may be empty.
	SenderReference string
	ContentType     string
	Content         Content
	// Encrypted says of an attachment that its sender encrypted it: nothing looks
	// into it, its schema either.
	Encrypted  bool
	Locked     bool
	Created    time.Time
	CreatedBy  string
	Changed    time.Time
	ChangedBy  string
	Version    int64
	Downloaded []time.Time // by the application owner, last byte sent
	Confirmed  []time.Time // downloads confirmed by the application owner
}

// Signature is one signature on an instance.
type Signature struct {
	Person          PartyID // who signed; 0 = the system or the enterprise user alone
	System          SystemID
	At              time.Time
	SystemReference string // the end-user system's own particulars, kept as sent
	SystemUser      string
	SystemVersion   string
	SystemLogID     string
	SystemLogin     time.Time
	SystemSigned    time.Time
	Text            string      // what the signer agreed to, as sent
	Step            string      // where it was made; empty = unknown
	Elements        []uuid.UUID // what was signed; given, what to sign: empty = all
	// Hashes are the SHA-256 of the Elements' content as it was signed.
	Hashes [][sha256.Size]byte
	// Certificate is the X.509 certificate, in DER, that an enterprise user who
	// signed without a person got in with; nil = another signer, or none. It stays
	// when the enterprise user's registration ends.
	Certificate []byte
}

// NewElement is an element to be added. Content must be committed.
type NewElement struct {
	ID   uuid.UUID // zero = assigned
	Type string    // DataType.ID; empty = found by what follows
	// With an empty Type: a DataFormatID names a form, otherwise the element is
	// an attachment of the legacy type name, which may be empty.
	DataFormatID       string
	DataFormatVersion  int32
	AttachmentTypeName string

	FileName        string
	Title           string
	SenderReference string
	ContentType     string // empty = an attachment's by its file name, else the type's first, else application/octet-stream
	Content         Content
	Encrypted       bool // see [Element]; a form is not, only fields of it
	// Characters says that a form came as text of a message: its bytes are
	// UTF-8, whatever encoding its own declaration names.
	Characters bool
	// Seen, for AddElement, is the version of the instance that the caller saw
	// (If-Match): another one is PreconditionFailed; 0 = any.
	Seen int64
}

// NewInstance is an instance to be created, with its first elements.
type NewInstance struct {
	App          AppID
	Owner        PartyRef
	Labels       []string
	Presentation string
	Due, Visible time.Time
	Keys         *EncryptedKeys // at most 16 of at most 8 KiB; nil = none
	Elements     []NewElement
	// Case is the number of an open case of the owner; 0 = none. Invalid
	// ("case-unknown") when there is none, Conflict when it is closed
	// ("case-closed") or has as many instances as it may ("case-full"). It is
	// not read of what is submitted: [NewSubmission] has its own.
	Case int32
	// Reference is the sender's own reference, at most 255 bytes in one line; ""
	// = none. It is unique for the sender, whatever it sent before and by
	// whichever way: what has it already makes the call a repetition
	// ([ErrRepeated]), or Conflict ("reference-taken"). Application owners send
	// nothing in: Invalid ("reference-sender"). It is not read of what is
	// submitted: [NewSubmission] has its own.
	Reference string
}

// ErrRepeated comes with an instance that was there already: the caller's, of
// the same application, owner and reference, with the same elements. Nothing was
// stored.
var ErrRepeated = errors.New("rest: the instance is there already")
