package api

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// TestTransferEvents: an event of a file transfer leads to the transfer, in
// every form of the feed.
func TestTransferEvents(t *testing.T) {
	id := uuid.MustParse("01a2019c-7211-7f19-9598-32266aab9f5f")
	e := rest.Event{ID: 7, At: time.Unix(0, 0), Type: rest.EventTransferPublished, App: rest.AppID{Org: "ttd", App: "filer"}, Owner: 50001, Transfer: id, Step: "Published", By: "system"}
	const address = "https://p.example/broker/api/v1/filetransfer/01a2019c-7211-7f19-9598-32266aab9f5f"
	l := links{apps: "https://a.example", platform: "https://p.example"}
	if got := (draft{links: l}).event(e, nil); got.InstanceLink != address || got.DataId != "" || got.WorkflowStep != "Published" {
		t.Errorf("%+v", got)
	}
	if got := l.cloudEvent(e); got.Source != address || got.Type != "no.altinn.broker.published" || got.Resourceinstance != id.String() {
		t.Errorf("%+v", got)
	}
}
