package api

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// TestLookupEvents: an event of a lookup leads to the lookup, in
// every form of the feed.
func TestLookupEvents(t *testing.T) {
	id := uuid.MustParse("01a2019c-7211-7f19-9598-32266aab9f5f")
	e := rest.Event{ID: 7, At: time.Unix(0, 0), Type: rest.EventLookupAdded, App: rest.AppID{Org: "ttd", App: "brev"}, Owner: 50001, Lookup: id, By: "system"}
	const address = "https://p.example/lookup/api/v1/lookup/01a2019c-7211-7f19-9598-32266aab9f5f"
	l := links{apps: "https://a.example", platform: "https://p.example"}
	if got := (draft{links: l}).event(e, nil); got.InstanceLink != address || got.DataId != "" || got.WorkflowStep != "" {
		t.Errorf("%+v", got)
	}
	if got := l.cloudEvent(e); got.Source != address || got.Type != "app.lookup.created" || got.Resourceinstance != id.String() {
		t.Errorf("%+v", got)
	}
}
