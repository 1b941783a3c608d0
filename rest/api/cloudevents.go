package api

import (
	"github.com/google/uuid"

	"overgang/rest"
)

// cloudTypes are the later platform's names of what happened, where it has
// one, and names of the same kind where it has none. A step that was entered
// is named at the end.
var cloudTypes = map[rest.EventType]string{
	rest.EventCreated:           "app.instance.created",
	rest.EventChanged:           "app.instance.changed",
	rest.EventStepChanged:       "app.instance.process.movedTo.",
	rest.EventArchived:          "app.instance.process.completed",
	rest.EventSigned:            "app.instance.signed",
	rest.EventDeleted:           "app.instance.deleted",
	rest.EventUndeleted:         "app.instance.undeleted",
	rest.EventElementCreated:    "app.instance.data.created",
	rest.EventElementReplaced:   "app.instance.data.replaced",
	rest.EventElementDeleted:    "app.instance.data.deleted",
	rest.EventElementLocked:     "app.instance.data.locked",
	rest.EventElementUnlocked:   "app.instance.data.unlocked",
	rest.EventElementDownloaded: "app.instance.data.downloaded",
	rest.EventDownloadConfirmed: "app.instance.data.downloadConfirmed",
	rest.EventInstanceConfirmed: "app.instance.confirmed",
}

// cloudEvent renders an event as a CloudEvent 1.0 (JSON format §3).
func (l links) cloudEvent(e rest.Event) CloudEvent {
	kind, ok := cloudTypes[e.Type]
	switch {
	case !ok:
		kind = "app.instance.other"
	case e.Type == rest.EventStepChanged:
		kind += e.Step
	}
	out := CloudEvent{
		Specversion: "1.0", Id: decimal(e.ID), Type: kind, Time: utc(e.At),
		Source:           l.instance(&rest.Instance{ID: e.Instance, Owner: e.Owner, App: e.App}).Apps,
		Subject:          "/party/" + ownerID(e.Owner),
		Resource:         "urn:altinn:resource:app_" + e.App.Org + "_" + e.App.App,
		Resourceinstance: instanceID(e.Owner, e.Instance),
		Datacontenttype:  "application/json",
		Data:             CloudEventData{EventType: string(e.Type), WorkflowStep: e.Step, UserId: e.By},
	}
	if e.Element != uuid.Nil {
		out.Data.DataId = e.Element.String()
	}
	return out
}
