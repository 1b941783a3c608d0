package rest

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Correspondence is a message from an application's owner to a party. What was
// sent never changes; what the party does with it is in its marks.
type Correspondence struct {
	ID     uuid.UUID
	Number int32 // legacy number, unique among correspondences and instances, never reused
	App    AppID // whose owner sent it, and by whose service's rights it is read
	Party  PartyID
	// Sender is the sender as shown; empty = the application's owner.
	Sender string
	// Reference is the sender's own reference; several messages may have one.
	Reference string
	// Key is the sender's name for the sending itself: sending again under the
	// same key to the same party sends nothing. May be empty.
	Key string

	Texts        []MessageText // at least one; the first is the default
	Links        []Link
	Attachments  []Attachment
	Properties   map[string]string // the sender's own, handed on as they are
	Confirmation bool              // the party is asked to confirm the message
	Forwarding   bool              // the party may forward it
	Answers      string            // archive reference of what it is an answer to; may be empty
	Case         int32             // number of the case that it belongs to; 0 = none

	Created   time.Time
	CreatedBy string
	Published time.Time // from when on the party sees it
	Due       time.Time // zero = none
	// DeleteAfter is from when on the message may be deleted without the
	// party's doing; zero = never.
	DeleteAfter   time.Time
	Notifications []Notification
	// Announced says that what publishing sets off is done: its event, and the
	// notifications.
	Announced bool

	Read, Replied, Confirmed, Archived Mark
	// Deleted is by the party, or by the gateway itself (By is [ByGateway])
	// when DeleteAfter passed. A deleted message is purged after the retention.
	Deleted Mark
	Reply   uuid.UUID // the instance that the party replied with; zero = none
	// ArchiveReference is "AR" + digits once archived, else empty.
	ArchiveReference string
	Receipt          int32 // id of the receipt of its archiving; 0 = none

	Changed time.Time
	Version int64 // grows by one with every change; the ETag
}

// ByGateway is [Mark.By] and [Event.By] of what nobody did.
const ByGateway = "system"

// Mark says that something was done, when and by whom. The zero Mark = not done.
type Mark struct {
	At time.Time
	By string // Caller.Name
}

// Done says whether it was done.
func (m Mark) Done() bool { return !m.At.IsZero() }

// CorrespondenceStatus is how far a message has come.
type CorrespondenceStatus int

// Statuses of correspondences, each outranking those before it.
const (
	MessageSent CorrespondenceStatus = iota + 1
	MessageRead
	MessageReplied
	MessageConfirmed
	MessageArchived
	MessageDeleted
)

// Status is how far the message has come.
func (c *Correspondence) Status() CorrespondenceStatus {
	switch {
	case c.Deleted.Done():
		return MessageDeleted
	case c.Archived.Done():
		return MessageArchived
	case c.Confirmed.Done():
		return MessageConfirmed
	case c.Replied.Done():
		return MessageReplied
	case c.Read.Done():
		return MessageRead
	}
	return MessageSent
}

// StatusAt is when the message came as far as its Status says.
func (c *Correspondence) StatusAt() time.Time {
	for _, m := range []Mark{c.Deleted, c.Archived, c.Confirmed, c.Replied, c.Read} {
		if m.Done() {
			return m.At
		}
	}
	return c.Published
}

// MessageText is what a message says in one language.
type MessageText struct {
	Language string // "nb", "nn", "se", "en"
	Title    string
	Summary  string
	Body     string // text or HTML, as the sender wrote it
}

// Text is the message in a language, else its first.
func (c *Correspondence) Text(language string) MessageText {
	for _, t := range c.Texts {
		if t.Language == language {
			return t
		}
	}
	if len(c.Texts) > 0 {
		return c.Texts[0]
	}
	return MessageText{}
}

// LinkKind says what a link of a message leads to. The names are the wire's.
type LinkKind string

// Link kinds. All but LinkURL are ways to reply.
const (
	LinkURL     LinkKind = "ServiceURL"       // Target is an address
	LinkService LinkKind = "ServiceCode"      // Target is a service, "4501/1", to reply with
	LinkArchive LinkKind = "ArchiveReference" // Target is an archive reference
)

// Link is a link of a message, or a way to reply to it.
type Link struct {
	Kind   LinkKind
	Target string
	Text   string
	Reply  bool // it is a way to reply
}

// NotificationChannel is how somebody is told of a message.
type NotificationChannel string

// Channels of notifications.
const (
	BySMS   NotificationChannel = "sms"
	ByEmail NotificationChannel = "email"
)

// Notification tells somebody, by another channel, that a message has come. It
// goes to the outbox when the message is published.
type Notification struct {
	Channel NotificationChannel
	To      string // empty = the party's telephone, with BySMS only
	Text    string
	Sent    time.Time // when it went to the outbox; zero = not yet, or nowhere to send it
}

// Attachment is a file that messages bring. Several messages may share one.
type Attachment struct {
	ID          uuid.UUID
	Number      int32 // legacy number, unique among attachments and elements, never reused
	App         AppID
	FileName    string // sanitised
	Title       string // may be empty
	Reference   string // the sender's own reference; may be empty
	ContentType string
	Content     Content // Size 0 and no SHA256 = announced, its content has not come
	Created     time.Time
	CreatedBy   string
	Uploaded    time.Time // zero = announced only
}

// NewAttachment is an attachment to be kept. Content must be committed; nil
// announces an attachment whose content comes later.
type NewAttachment struct {
	App         AppID
	FileName    string
	Title       string
	Reference   string
	ContentType string // empty = by the file name's extension, else application/octet-stream
	Content     *Content
}

// NewCorrespondence is a message to be sent to some parties, each of which gets
// a correspondence of its own.
type NewCorrespondence struct {
	App        AppID      // may be zero when Service is set
	Service    ServiceRef // else
	Recipients []PartyRef
	Sender     string
	Reference  string
	Key        string

	Texts        []MessageText
	Links        []Link
	Existing     []uuid.UUID     // attachments that are kept already
	Attachments  []NewAttachment // attachments that come with the message; App is the message's
	Properties   map[string]string
	Confirmation bool
	Forwarding   bool
	Answers      string
	// Case is an open case of every recipient's, at an application of the
	// sender's; 0 = none.
	Case          int32
	Publish       time.Time // zero or past = at once
	Due           time.Time
	DeleteAfter   time.Time
	Notifications []Notification
}

// CorrespondenceQuery selects messages. Every set field narrows; the result is
// in the total order (Published, Number).
type CorrespondenceQuery struct {
	Org        string
	App        string // without org
	Party      PartyID
	Published  TimeRange
	Status     []CorrespondenceStatus // one of these; empty = any but MessageDeleted
	Answers    string                 // archive reference of what they answer to
	Reference  string
	Case       int32
	Descending bool
	Limit      int // 1..1000
	After      *Position
}

// CorrespondencePage is one page of a list of messages.
type CorrespondencePage struct {
	Messages []Correspondence
	Next     *Position // nil = the last page
}

// Correspondences is the life of messages. Absent and not allowed are both
// NotFound; deleted is Gone. A party sees a message from when it is published.
// Reading needs the right Read, everything else that the party does Write; both
// on the message's service. match is as in [Instances].
type Correspondences interface {
	// AddAttachment keeps an attachment, as application owner, for messages to
	// come. One that no message has after 30 days is removed.
	AddAttachment(ctx context.Context, c Caller, n NewAttachment) (*Attachment, error)
	// FillAttachment gives an announced attachment its content. Conflict when it has some.
	FillAttachment(ctx context.Context, c Caller, id uuid.UUID, content Content) (*Attachment, error)
	// Attachment is an attachment of the caller's own, as application owner,
	// with the ids of the messages that have it.
	Attachment(ctx context.Context, c Caller, id uuid.UUID) (*Attachment, []uuid.UUID, error)
	// AttachmentContent opens a kept attachment's bytes for the application
	// owner. The caller closes it.
	AttachmentContent(ctx context.Context, c Caller, id uuid.UUID) (*Attachment, io.ReadSeekCloser, error)
	// RemoveAttachment removes an attachment. Conflict while a message has it.
	RemoveAttachment(ctx context.Context, c Caller, id uuid.UUID) error

	// SendCorrespondence sends a message as application owner, to all recipients or to none.
	// sent is in the order of the recipients; repeated says that every one of
	// them had it already, under the same key. A Case that is not what [NewCorrespondence]
	// says is Invalid ("case-unknown"), one that has ended Conflict ("case-closed").
	SendCorrespondence(ctx context.Context, c Caller, n NewCorrespondence) (sent []Correspondence, repeated bool, err error)
	Correspondence(ctx context.Context, c Caller, id uuid.UUID) (*Correspondence, error)
	CorrespondenceByNumber(ctx context.Context, c Caller, number int32) (*Correspondence, error)
	// Correspondences lists what the caller may read: as application owner what
	// was sent, published or not, else what its parties got.
	Correspondences(ctx context.Context, c Caller, q CorrespondenceQuery) (CorrespondencePage, error)
	CorrespondenceEvents(ctx context.Context, c Caller, id uuid.UUID) ([]Event, error)
	// CorrespondenceContent opens the bytes of one of the message's attachments.
	// The caller closes it.
	CorrespondenceContent(ctx context.Context, c Caller, id, attachment uuid.UUID) (*Attachment, io.ReadSeekCloser, error)

	// MarkCorrespondenceRead says that the party has read the message. The right Read is
	// enough; for an application owner it does nothing. Idempotent.
	MarkCorrespondenceRead(ctx context.Context, c Caller, id uuid.UUID) (*Correspondence, error)
	// ConfirmCorrespondence says that the party has taken note of the message, which implies
	// having read it. Idempotent.
	ConfirmCorrespondence(ctx context.Context, c Caller, id uuid.UUID, match int64) (*Correspondence, error)
	// ReplyToCorrespondence says that the party has replied with an instance of its own.
	// Conflict when it replied with another one.
	ReplyToCorrespondence(ctx context.Context, c Caller, id, instance uuid.UUID, match int64) (*Correspondence, error)
	// ArchiveCorrespondence archives a message, and makes a receipt of it. Conflict (code
	// "confirmation-needed") before a confirmation that is asked for. Idempotent:
	// the receipt is the first one's.
	ArchiveCorrespondence(ctx context.Context, c Caller, id uuid.UUID, match int64) (*Correspondence, *Receipt, error)
	// DeleteCorrespondence deletes a message: as its party once it is published, with the same
	// Conflict as ArchiveCorrespondence, or as application owner before that.
	DeleteCorrespondence(ctx context.Context, c Caller, id uuid.UUID, match int64) (*Correspondence, error)
}

// Event types of correspondences.
const (
	EventMessageSent      EventType = messageEvents + "Sent"
	EventMessagePublished EventType = messageEvents + "Published"
	EventMessageNotified  EventType = messageEvents + "Notified"
	EventMessageRead      EventType = messageEvents + "Read"
	EventMessageReplied   EventType = messageEvents + "Replied"
	EventMessageConfirmed EventType = messageEvents + "Confirmed"
	EventMessageArchived  EventType = messageEvents + "Archived"
	EventMessageDeleted   EventType = messageEvents + "Deleted"
	EventMessageExpired   EventType = messageEvents + "Expired" // deleted by the gateway
)

const messageEvents = "Correspondence"

// OfCorrespondence says that the event tells of a correspondence.
func (e EventType) OfCorrespondence() bool { return strings.HasPrefix(string(e), messageEvents) }

// ReceiptCorrespondence is the kind of a receipt of a message's archiving.
const ReceiptCorrespondence ReceiptKind = "Correspondence"
