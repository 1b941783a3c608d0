package rest

import (
	"time"

	"github.com/google/uuid"
)

// Transfer is one file on its way from a sender to its recipients.
type Transfer struct {
	ID      uuid.UUID // the legacy services' file reference
	Number  int32     // place in lists, never reused
	App     AppID
	Service ServiceRef
	Sender  PartyID
	System  SystemID // the system that initiated it; 0 = over REST

	Reference  string         // the sender's own; need not be unique
	FileName   string         // sanitised; may be empty until the file is there
	Checksum   string         // of the file as its sender declared it, see [NewTransfer]; may be empty
	Properties []Property     // the sender's own, handed on as they are
	Files      []TransferFile // what the sender says is inside, handed on unseen

	// Content is the file. Its size and sums stay when it is purged.
	Content Content
	Status  TransferStatus
	Text    string    // says more about Status; safe to show
	Changed time.Time // of Status

	Created   time.Time
	CreatedBy string
	Published time.Time // from when on its recipients see it; zero = not yet
	Expires   time.Time // when it ends, whoever has not fetched it
	Due       time.Time // when housekeeping looks at it next; zero = never
	Receipt   int32     // the sender's; its sub-receipts are the recipients'
	Version   int64     // grows by one with every change; the ETag

	Recipients []Recipient // in the sender's order
}

// Recipient is one party that a file is sent to.
type Recipient struct {
	Party      PartyID
	State      RecipientState
	Changed    time.Time // of State
	Downloaded time.Time // the last byte went out, first time; zero = never
	Confirmed  time.Time
	Receipt    int32 // its sub-receipt
}

// Property is one of a sender's own properties.
type Property struct{ Key, Value string }

// TransferFile is a file inside the transferred one.
type TransferFile struct{ Name, Checksum string }

// TransferStatus is where a transfer stands. The names are the later platform's.
type TransferStatus string

// Transfer statuses.
const (
	TransferInitialized   TransferStatus = "Initialized"            // waits for its file
	TransferUploadStarted TransferStatus = "UploadStarted"          // some of the file came; waits for all of it
	TransferProcessing    TransferStatus = "UploadProcessing"       // held back until it is found clean
	TransferPublished     TransferStatus = "Published"              // recipients may fetch it
	TransferAllConfirmed  TransferStatus = "AllConfirmedDownloaded" // kept for a grace only
	TransferPurged        TransferStatus = "Purged"                 // over, its file is gone
	TransferCancelled     TransferStatus = "Cancelled"              // by its sender, its file is gone
	TransferFailed        TransferStatus = "Failed"                 // never published, its file is gone
)

// TransferStatuses lists them all, in the order of a transfer's life. Stores
// number them by their place: new ones come last.
var TransferStatuses = []TransferStatus{
	TransferInitialized, TransferUploadStarted, TransferProcessing, TransferPublished,
	TransferAllConfirmed, TransferPurged, TransferCancelled, TransferFailed,
}

// Awaits says that the transfer waits for its file.
func (s TransferStatus) Awaits() bool {
	return s == TransferInitialized || s == TransferUploadStarted
}

// Open says that recipients may fetch the file.
func (s TransferStatus) Open() bool { return s == TransferPublished || s == TransferAllConfirmed }

// RecipientState is what a recipient has done. The names are the later platform's.
type RecipientState string

// Recipient states.
const (
	RecipientInitialized RecipientState = "Initialized"
	RecipientDownloaded  RecipientState = "DownloadStarted"
	RecipientConfirmed   RecipientState = "DownloadConfirmed"
)

// RecipientStates lists them all. Stores number them by their place.
var RecipientStates = []RecipientState{RecipientInitialized, RecipientDownloaded, RecipientConfirmed}

// Recipient returns the party's place among the recipients, or nil.
func (t *Transfer) Recipient(party PartyID) *Recipient {
	for i := range t.Recipients {
		if t.Recipients[i].Party == party {
			return &t.Recipients[i]
		}
	}
	return nil
}

// TransferStep is one step of a transfer's life, or of a recipient's part in it.
type TransferStep struct {
	At     time.Time
	Status TransferStatus // of the transfer itself
	Text   string
	// Recipient and State tell of a recipient instead; Status is empty then.
	Recipient PartyID
	State     RecipientState
	By        string // Caller.Name
}

// BrokerService makes an application a service of file transfers: it takes no
// instances.
type BrokerService struct {
	MaxSize int64         // bytes of one file; 0 = the gateway's limit
	Expiry  time.Duration // from publishing on; 0 = the gateway's
	// Recipients are the numbers of the organisations that files may be sent
	// to; empty = every party.
	Recipients []string `json:",omitempty"`
}

// PartialUpload is a file that arrives in pieces.
type PartialUpload struct {
	Transfer uuid.UUID
	FileName string
	Length   int64 // bytes, of the whole
	Received int64 // bytes that are safe on disk
	Changed  time.Time
	Expires  time.Time

	// What the core needs to go on: where the bytes are, and the states of the
	// sums over them.
	Blob        string
	SHA256, MD5 []byte
}
