package api

import (
	"github.com/google/uuid"

	"overgang/rest"
)

// CloudEventOf renders an event as a CloudEvent 1.0, with its instance's address
// below appsURL as the source.
func CloudEventOf(appsURL string, e rest.Event) CloudEvent {
	return links{apps: trimSlash(appsURL)}.cloudEvent(e)
}

// cloudEvent renders an event as a CloudEvent 1.0 (JSON format §3).
func (l links) cloudEvent(e rest.Event) CloudEvent {
	out := CloudEvent{
		Specversion: "1.0", Id: decimal(e.ID), Type: e.CloudType(), Time: utc(e.At),
		Source:           l.instance(&rest.Instance{ID: e.Instance, Owner: e.Owner, App: e.App}).Apps,
		Subject:          "/party/" + ownerID(e.Owner),
		Resource:         "urn:altinn:resource:app_" + e.App.Org + "_" + e.App.App,
		Resourceinstance: instanceID(e.Owner, e.Instance),
		Datacontenttype:  "application/json",
		Data:             CloudEventData{EventType: string(e.Type), WorkflowStep: e.Step, UserId: e.By},
	}
	if e.Type.OfTransfer() {
		out.Source, out.Resourceinstance = l.transfer(e.Transfer), e.Transfer.String()
	}
	if e.Type.OfCorrespondence() {
		out.Source, out.Resourceinstance = l.correspondence(e.Correspondence), e.Correspondence.String()
	}
	if e.Type.OfLookup() {
		out.Source, out.Resourceinstance = l.lookup(e.Lookup), e.Lookup.String()
	}
	if e.Element != uuid.Nil {
		out.Data.DataId = e.Element.String()
	}
	return out
}
