package rest

import (
	"maps"
	"slices"
)

// movedTo begins the later platform's name of a step that was entered; the
// step's own name ends it.
const movedTo = "app.instance.process.movedTo."

// cloudTypes are the later platform's names of what happened, where it has
// one, and names of the same kind where it has none.
var cloudTypes = map[EventType]string{
	EventCreated:           "app.instance.created",
	EventChanged:           "app.instance.changed",
	EventStepChanged:       movedTo,
	EventArchived:          "app.instance.process.completed",
	EventSigned:            "app.instance.signed",
	EventDeleted:           "app.instance.deleted",
	EventUndeleted:         "app.instance.undeleted",
	EventElementCreated:    "app.instance.data.created",
	EventElementReplaced:   "app.instance.data.replaced",
	EventElementDeleted:    "app.instance.data.deleted",
	EventElementLocked:     "app.instance.data.locked",
	EventElementUnlocked:   "app.instance.data.unlocked",
	EventElementDownloaded: "app.instance.data.downloaded",
	EventDownloadConfirmed: "app.instance.data.downloadConfirmed",
	EventInstanceConfirmed: "app.instance.confirmed",
	EventUnsigned:          otherType,
	EventDelegated:         otherType,

	EventTransferInitialized:  "no.altinn.broker.filetransferinitialized",
	EventTransferProcessing:   "no.altinn.broker.uploadprocessing",
	EventTransferPublished:    "no.altinn.broker.published",
	EventTransferDownloaded:   "no.altinn.broker.downloaded",
	EventTransferConfirmed:    "no.altinn.broker.downloadconfirmed",
	EventTransferAllConfirmed: "no.altinn.broker.allconfirmeddownloaded",
	EventTransferCancelled:    "no.altinn.broker.cancelled",
	EventTransferFailed:       "no.altinn.broker.uploadfailed",
	EventTransferPurged:       "no.altinn.broker.filepurged",
	EventTransferExpired:      "no.altinn.broker.fileneverconfirmeddownloaded",

	EventMessageSent:      "no.altinn.correspondence.correspondenceinitialized",
	EventMessagePublished: "no.altinn.correspondence.correspondencepublished",
	EventMessageNotified:  "no.altinn.correspondence.correspondencenotified",
	EventMessageRead:      "no.altinn.correspondence.correspondencereceiverread",
	EventMessageReplied:   "no.altinn.correspondence.correspondencereceiverreplied",
	EventMessageConfirmed: "no.altinn.correspondence.correspondencereceiverconfirmed",
	EventMessageArchived:  "no.altinn.correspondence.correspondencereceiverarchived",
	EventMessageDeleted:   "no.altinn.correspondence.correspondencepurged",
	EventMessageExpired:   "no.altinn.correspondence.correspondenceexpired",

	EventLookupAdded:   "app.lookup.created",
	EventLookupDeleted: "app.lookup.deleted",
}

// otherType is the name of what has none.
const otherType = "app.instance.other"

// CloudType is the later platform's name of what happened: the type of a CloudEvent.
func (e Event) CloudType() string {
	kind, ok := cloudTypes[e.Type]
	switch {
	case !ok:
		return otherType
	case e.Type == EventStepChanged:
		return kind + e.Step
	}
	return kind
}

// CloudTypes lists the names that [Event.CloudType] gives, sorted. One that
// ends with a dot stands for all that begin with it.
func CloudTypes() []string {
	return slices.Sorted(maps.Values(cloudTypes))
}
