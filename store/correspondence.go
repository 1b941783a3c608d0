package store

import (
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// CorrespondenceReader reads messages and their attachments.
type CorrespondenceReader interface {
	// Correspondence returns a message with its attachments, whose
	// Content.Inline is left nil: AttachmentContent has it.
	Correspondence(id uuid.UUID) (*rest.Correspondence, error)
	CorrespondenceByNumber(number int32) (*rest.Correspondence, error)
	// CorrespondenceByKey finds what an application's owner sent to a party
	// under its own key.
	CorrespondenceByKey(app rest.AppID, party rest.PartyID, key string) (*rest.Correspondence, error)
	// Correspondences lists in q's order. Parties narrows when not nil; an empty
	// non-nil one matches nothing.
	Correspondences(q rest.CorrespondenceQuery, parties []rest.PartyID) (rest.CorrespondencePage, error)
	// CorrespondenceEvents are the message's, oldest first.
	CorrespondenceEvents(id uuid.UUID) ([]rest.Event, error)
	// UnannouncedCorrespondences lists messages that were published by then and
	// are not Announced, the earliest first, at most limit.
	UnannouncedCorrespondences(by time.Time, limit int) ([]uuid.UUID, error)
	// ExpiredCorrespondences lists messages whose DeleteAfter has passed by
	// then and that are neither archived, nor deleted, nor waiting for a
	// confirmation, the earliest first, at most limit.
	ExpiredCorrespondences(by time.Time, limit int) ([]uuid.UUID, error)
	// PurgeableCorrespondences lists messages deleted before a time, the
	// earliest first, at most limit.
	PurgeableCorrespondences(before time.Time, limit int) ([]uuid.UUID, error)

	Attachment(id uuid.UUID) (*rest.Attachment, error)
	// AttachmentContent returns an attachment's content with Inline set.
	AttachmentContent(id uuid.UUID) (rest.Content, error)
	// AttachmentUses are the ids of the messages that have the attachment.
	AttachmentUses(id uuid.UUID) ([]uuid.UUID, error)
	// UnusedAttachments lists attachments that were made before a time and that
	// no message has, at most limit.
	UnusedAttachments(before time.Time, limit int) ([]uuid.UUID, error)
}

// CorrespondenceWriter writes them.
type CorrespondenceWriter interface {
	// CreateCorrespondence stores a new message and refers to its Attachments,
	// which are there. It assigns Number. ErrExists when its Key is taken at
	// (App, Party); ErrNotFound when an attachment is not there.
	CreateCorrespondence(c *rest.Correspondence) error
	// UpdateCorrespondence stores the marks, Reply, Receipt, Notifications,
	// Announced, Changed and Version of c, where the stored version is
	// c.Version-1; the rest never changes. It assigns ArchiveReference when
	// Archived is set. ErrNotFound otherwise.
	UpdateCorrespondence(c *rest.Correspondence) error
	// PurgeCorrespondence removes a message and its events, and those of its
	// attachments that no other message has, whose blobs it returns. Its
	// receipts stay; its numbers are never given again.
	PurgeCorrespondence(id uuid.UUID) (blobs []string, err error)
	// AddCorrespondenceEvent assigns the event's ID; e.Correspondence is the
	// message. The application's feed has it, too, also when the message is purged.
	AddCorrespondenceEvent(e *rest.Event) error

	// CreateAttachment assigns Number.
	CreateAttachment(a *rest.Attachment) error
	// FillAttachment gives an attachment the content and the ContentType, FileName
	// and Uploaded of a. ErrNotFound when it is not there or has content.
	FillAttachment(a *rest.Attachment) error
	// DeleteAttachment removes an attachment and returns its blob, if it has
	// one. ErrExists while a message has it.
	DeleteAttachment(id uuid.UUID) (blob string, err error)
}
