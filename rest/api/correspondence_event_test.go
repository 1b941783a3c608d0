package api

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// TestCorrespondenceEvents: an event of a message leads to the message, in
// every form of the feed.
func TestCorrespondenceEvents(t *testing.T) {
	id := uuid.MustParse("01a2019c-7211-7f19-9598-32266aab9f5f")
	e := rest.Event{ID: 7, At: time.Unix(0, 0), Type: rest.EventMessagePublished, App: rest.AppID{Org: "ttd", App: "brev"}, Owner: 50001, Correspondence: id, By: "system"}
	const address = "https://p.example/correspondence/api/v1/correspondence/01a2019c-7211-7f19-9598-32266aab9f5f"
	l := links{apps: "https://a.example", platform: "https://p.example"}
	if got := (draft{links: l}).event(e, nil); got.InstanceLink != address || got.DataId != "" || got.WorkflowStep != "" {
		t.Errorf("%+v", got)
	}
	if got := l.cloudEvent(e); got.Source != address || got.Type != "no.altinn.correspondence.correspondencepublished" || got.Resourceinstance != id.String() {
		t.Errorf("%+v", got)
	}
}
