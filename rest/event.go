package rest

import (
	"strings"
	"time"

	"github.com/google/uuid"
)

// Event is one entry of the audit trail and of the application's feed. IDs
// grow in commit order within one store.
type Event struct {
	ID       int64
	At       time.Time
	Type     EventType
	App      AppID
	Owner    PartyID
	Instance uuid.UUID
	Element  uuid.UUID // zero = the instance itself
	Transfer uuid.UUID // the file transfer that it tells of; Instance and Element are zero then, Step is its status
	Step     string    // step after the event
	By       string    // Caller.Name

	Correspondence uuid.UUID // the message that it tells of; Instance, Element and Step are zero then
	Lookup         uuid.UUID // the lookup that it tells of; the same
}

// About is the id of what the event tells of: an instance, a file transfer, a
// message or a lookup.
func (e *Event) About() uuid.UUID {
	switch {
	case e.Transfer != uuid.Nil:
		return e.Transfer
	case e.Correspondence != uuid.Nil:
		return e.Correspondence
	case e.Lookup != uuid.Nil:
		return e.Lookup
	}
	return e.Instance
}

// EventQuery selects events of an application or an instance, in the order of their ids.
// Every set field narrows.
type EventQuery struct {
	After int64     // only ids greater than this
	Since time.Time // only from then on
	Step  string    // only events that left the instance at this step
	Limit int       // at most so many
}

// EventType names what happened.
type EventType string

// Event types.
const (
	EventCreated           EventType = "InstanceCreated"
	EventChanged           EventType = "InstanceChanged"
	EventStepChanged       EventType = "WorkflowStateChange"
	EventArchived          EventType = "InstanceArchived"
	EventSigned            EventType = "InstanceSigned"
	EventUnsigned          EventType = "InstanceSignatureWithdrawn"
	EventDelegated         EventType = "InstanceSigningDelegated" // somebody was named to sign
	EventDeleted           EventType = "InstanceDeleted"
	EventUndeleted         EventType = "InstanceUndeleted"
	EventElementCreated    EventType = "ElementCreated"
	EventElementReplaced   EventType = "ElementReplaced"
	EventElementDeleted    EventType = "ElementDeleted"
	EventElementLocked     EventType = "ElementLocked"
	EventElementUnlocked   EventType = "ElementUnlocked"
	EventElementDownloaded EventType = "ElementDownloaded"
	EventDownloadConfirmed EventType = "DownloadConfirmed"
	EventInstanceConfirmed EventType = "InstanceConfirmed"
)

// Event types of file transfers. All of them begin alike.
const (
	EventTransferInitialized  EventType = transferEvents + "Initialized"
	EventTransferProcessing   EventType = transferEvents + "UploadProcessing"
	EventTransferPublished    EventType = transferEvents + "Published"
	EventTransferDownloaded   EventType = transferEvents + "Downloaded"
	EventTransferConfirmed    EventType = transferEvents + "DownloadConfirmed"
	EventTransferAllConfirmed EventType = transferEvents + "AllConfirmedDownloaded"
	EventTransferCancelled    EventType = transferEvents + "Cancelled"
	EventTransferFailed       EventType = transferEvents + "Failed"
	EventTransferPurged       EventType = transferEvents + "Purged"
	EventTransferExpired      EventType = transferEvents + "NeverConfirmedDownloaded" // purged, and not all had confirmed it
)

const transferEvents = "FileTransfer"

// OfTransfer says that the event tells of a file transfer.
func (e EventType) OfTransfer() bool { return strings.HasPrefix(string(e), transferEvents) }
