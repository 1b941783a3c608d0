package store

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// TransferReader reads file transfers.
type TransferReader interface {
	// Transfer returns a transfer with its recipients. Content.Inline is left
	// nil: TransferContent has it.
	Transfer(id uuid.UUID) (*rest.Transfer, error)
	TransferContent(id uuid.UUID) (rest.Content, error)
	// TransferOfReceipt finds the transfer that a top receipt belongs to.
	TransferOfReceipt(receipt int32) (*rest.Transfer, error)
	// TransferSteps are oldest first.
	TransferSteps(id uuid.UUID) ([]rest.TransferStep, error)
	// Transfers lists, with one more than the limit where there are more.
	Transfers(l TransferList) ([]rest.Transfer, error)
	// AllTransfers lists everybody's by Number, after the given one.
	AllTransfers(after int32, limit int) ([]rest.Transfer, error)
	// TransferWaiting says whether a published file is not confirmed yet by one
	// of the parties, in one of the applications.
	TransferWaiting(parties []rest.PartyID, apps []rest.AppID) (bool, error)
	// HasTransfers says whether the application has any.
	HasTransfers(app rest.AppID) (bool, error)
	// DueTransfers lists transfers whose Due is before a time, the earliest first:
	// those that are processed, or all others.
	DueTransfers(before time.Time, processed bool, limit int) ([]uuid.UUID, error)
	PartialUpload(transfer uuid.UUID) (rest.PartialUpload, error)
	// ExpiredPartials lists those that expire before a time, the earliest first.
	ExpiredPartials(before time.Time, limit int) ([]rest.PartialUpload, error)
}

// TransferWriter writes them. These writes do not grow the Generation.
type TransferWriter interface {
	// CreateTransfer assigns Number. ErrExists when the ID is taken.
	CreateTransfer(t *rest.Transfer) error
	// UpdateTransfer stores everything of t but its origin (ID, Number, App,
	// Service, Sender, System, Reference, Checksum, Properties, Files, Created,
	// CreatedBy) and its recipients, where the stored version is t.Version-1.
	// ErrNotFound otherwise. Content with neither Inline nor Blob set is left as
	// it is stored.
	UpdateTransfer(t *rest.Transfer) error
	// DropTransferContent removes the file from the row. What is known of it, its
	// size and its sums, stays.
	DropTransferContent(id uuid.UUID) error
	// UpdateRecipient stores everything of one recipient.
	UpdateRecipient(transfer uuid.UUID, r rest.Recipient) error
	AddTransferStep(transfer uuid.UUID, s rest.TransferStep) error
	// PutPartial adds or replaces by Transfer.
	PutPartial(p rest.PartialUpload) error
	// DeletePartial removes it; removing an absent one is no error.
	DeletePartial(transfer uuid.UUID) error
}

// TransferList selects transfers in the order (Created, Number).
type TransferList struct {
	Senders, Recipients []TransferParty // a transfer that is found as both comes once
	Status              []rest.TransferStatus
	States              []rest.RecipientState // of the recipient; with it nothing is found as sender
	Reference           string                // the sender's own; with it nothing is found as recipient
	From, To            time.Time             // of Created: From included, To not; zero = open
	Descending          bool
	Limit               int
	After               *rest.Position
}

// TransferParty is a party, in one application.
type TransferParty struct {
	Party rest.PartyID
	App   rest.AppID
}

// Partials keeps content that arrives in pieces. Keys are as those of [Blobs];
// partials are none yet and are not among them.
type Partials interface {
	// Append opens a partial to write at the offset, after cutting off what lies
	// beyond it. The empty key at 0 begins a new one. ErrNotFound when there is
	// none, or it is shorter than the offset.
	Append(ctx context.Context, key string, offset int64) (PartialWriter, error)
	// Finish makes a blob of a partial under the same key, durably. Finishing
	// what is a blob already is no error.
	Finish(ctx context.Context, key string) error
	// DropPartial removes a partial; removing an absent one is no error.
	DropPartial(ctx context.Context, key string) error
	// ListPartials calls fn for every partial, as [Blobs].List does.
	ListPartials(ctx context.Context, fn func(BlobInfo) error) error
}

// PartialWriter writes to a partial. Close ends it.
type PartialWriter interface {
	io.WriteCloser
	Key() string
	// Sync makes what was written durable.
	Sync() error
}
