package rest

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"
)

// Transfers is sending files through the gateway: from a sender to recipients,
// who fetch and confirm them. A sender needs the right to write for its party in
// the service, a recipient the right to read for its own. Absent, somebody
// else's, and for recipients not published yet, are all NotFound.
type Transfers interface {
	// InitiateTransfer opens a transfer, which then waits for its file, with a
	// receipt for the sender and one below it for each recipient. Forbidden for
	// a sender that is unknown or not the caller's. Invalid for recipients that
	// are unknown or may not receive files of the service.
	InitiateTransfer(ctx context.Context, c Caller, n NewTransfer) (*Transfer, error)
	// UploadTransfer takes the file in. Conflict when it is there already, or
	// another upload is under way; Gone when the transfer has ended.
	UploadTransfer(ctx context.Context, c Caller, id uuid.UUID, o TransferUploadOptions) (TransferUpload, error)
	// Transfer is one transfer. A recipient sees itself among the recipients,
	// and nobody else.
	Transfer(ctx context.Context, c Caller, id uuid.UUID) (*Transfer, error)
	// TransferSteps are its steps, oldest first; a recipient's without the others'.
	TransferSteps(ctx context.Context, c Caller, id uuid.UUID) (*Transfer, []TransferStep, error)
	// Transfers lists those that the caller's parties send or receive.
	Transfers(ctx context.Context, c Caller, q TransferQuery) (TransferPage, error)
	// TransferWaiting says whether a published file waits to be confirmed by
	// one of the recipients that are the caller's. It is made to be polled.
	TransferWaiting(ctx context.Context, c Caller, p TransferPoll) (bool, error)
	// OpenTransfer opens the file for a recipient; 0 = the first of the
	// caller's. The caller closes it. Gone when the transfer has ended.
	OpenTransfer(ctx context.Context, c Caller, id uuid.UUID, recipient PartyID) (*Transfer, io.ReadSeekCloser, error)
	// TransferDownloaded notes that a recipient (0 as above) got the last byte.
	TransferDownloaded(ctx context.Context, c Caller, id uuid.UUID, recipient PartyID) error
	// ConfirmTransfer confirms that a recipient has the file; 0 = all of the
	// caller's. Idempotent, and allowed without a download, as it always was.
	// It takes the right to write.
	ConfirmTransfer(ctx context.Context, c Caller, id uuid.UUID, recipient PartyID) (*Transfer, error)
	// CancelTransfer ends a transfer as its sender: nobody may fetch the file
	// any more. Idempotent. Conflict once all have confirmed it, or it has ended.
	CancelTransfer(ctx context.Context, c Caller, id uuid.UUID) (*Transfer, error)

	PartialUploads
}

// PartialUploads takes a transfer's file in pieces. Each piece that was taken
// in survives a restart; all of them are dropped after a time without progress.
type PartialUploads interface {
	// StartPartial opens the upload of a file of that many bytes, in place of one
	// that was started before. Errors are UploadTransfer's, and TooLarge.
	StartPartial(ctx context.Context, c Caller, id uuid.UUID, length int64, o TransferUploadOptions) (*PartialUpload, error)
	// PartialUpload is where it stands. NotFound when none is open.
	PartialUpload(ctx context.Context, c Caller, id uuid.UUID) (*PartialUpload, error)
	// ContinuePartial takes the next piece, which begins at the offset. Conflict
	// when the bytes before it are not exactly those that are there, or another
	// piece is under way. A whole piece is kept by Keep or not at all; of any
	// other, a crash leaves what came until shortly before.
	ContinuePartial(ctx context.Context, c Caller, id uuid.UUID, offset int64, whole bool) (PartialPiece, error)
	// DropPartial drops what came so far.
	DropPartial(ctx context.Context, c Caller, id uuid.UUID) error
}

// NewTransfer is a transfer to be opened.
type NewTransfer struct {
	App        AppID      // or
	Service    ServiceRef // where App is zero
	Sender     PartyRef
	Recipients []PartyRef
	Reference  string
	FileName   string
	// Checksum of the file, MD5 or SHA-256 in hexadecimal or base64: a file
	// that has another one is refused. May be empty.
	Checksum   string
	Properties []Property
	Files      []TransferFile
}

// TransferUploadOptions of [Transfers].UploadTransfer.
type TransferUploadOptions struct {
	FileName string // empty = as it was initiated
	Size     int64  // bytes, where known beforehand; 0 = unknown
	// Checksum is one more that the file must have; forms are NewTransfer's.
	Checksum string
}

// TransferUpload is a file on its way in, as [Upload] is. Exactly one of Commit
// and Abort ends it; Abort after Commit does nothing.
type TransferUpload interface {
	io.Writer
	// Commit makes the file durable and hands it on: it is published, or held
	// back until it is found clean. Invalid for an empty one, and for one that has
	// not the declared checksum; the transfer then waits for its file again.
	Commit() (*Transfer, error)
	Abort()
}

// PartialPiece is a piece of a file on its way in. Exactly one of its methods
// but Write ends it; those after the first do nothing.
type PartialPiece interface {
	// Write takes bytes; TooLarge beyond the file's length.
	io.Writer
	// Keep makes what was written durable. The file's last byte completes it: then
	// the transfer is not nil, and it is as with [TransferUpload].Commit.
	Keep() (*PartialUpload, *Transfer, error)
	// Abort drops what was written.
	Abort()
}

// TransferRole is the part that a party has in a transfer. The names are the
// later platform's.
type TransferRole string

// Transfer roles.
const (
	AsSender    TransferRole = "Sender"
	AsRecipient TransferRole = "Recipient"
)

// TransferQuery selects transfers. Every set field narrows; the result is in
// the total order (Created, Number). Recipients find what is or was published.
type TransferQuery struct {
	Role      TransferRole // empty = either
	Party     PartyRef     // the sender or recipient; zero = any of the caller's
	App       AppID        // or
	Service   ServiceRef   // where App is zero; both zero = any
	Status    []TransferStatus
	States    []RecipientState // as recipient: the party's own; nothing is found as sender
	Reference string           // the sender's own; nothing is found as recipient
	From, To  time.Time        // of Created: From included, To not; zero = open

	Descending bool
	Limit      int // 1..1000; 0 = 100
	After      *Position
}

// TransferPage is one page of a list.
type TransferPage struct {
	Transfers []Transfer
	Next      *Position // nil = the last page
}

// TransferPoll asks whether files wait.
type TransferPoll struct {
	Recipients []PartyRef // empty = all of the caller's
	App        AppID      // or
	Service    ServiceRef // where App is zero; both zero = any
}
