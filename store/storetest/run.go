package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Run checks a driver of [store.Store]. open gives an empty store and closes it
// at the test's end; closing it twice is no error.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, s store.Store)
	}{
		{"Parties", testParties},
		{"Applications", testApplications},
		{"Accounts", testAccounts},
		{"Grants", testGrants},
		{"Enterprises", testEnterprises},
		{"Letters", testLetters},
		{"Sessions", testSessions},
		{"Lockouts", testLockouts},
		{"Outbox", testOutbox},
		{"OutboxStates", testOutboxStates},
		{"Repeats", testRepeats},
		{"Prefills", testPrefills},
		{"Cases", testCases},
		{"Delegations", testDelegations},
		{"InboxOfSigners", testInboxOfSigners},
		{"Subscriptions", testSubscriptions},
		{"Leases", testLeases},
		{"Deliveries", testDeliveries},
		{"Generation", testGeneration},
		{"Instances", testInstances},
		{"InstanceVersions", testInstanceVersions},
		{"ArchiveReferences", testArchiveReferences},
		{"Elements", testElements},
		{"Numbers", testNumbers},
		{"Purge", testPurge},
		{"Transfers", testTransfers},
		{"TransferSteps", testTransferSteps},
		{"TransferLists", testTransferLists},
		{"TransferWaiting", testTransferWaiting},
		{"PartialUploads", testPartialUploads},
		{"Visits", testVisits},
		{"Events", testEvents},
		{"EventsAdded", testEventsAdded},
		{"Filters", testFilters},
		{"Paging", testPaging},
		{"PagingUnderWrites", testPagingUnderWrites},
		{"Lists", testLists},
		{"WalkBetweenWrites", testWalkBetweenWrites},
		{"Receipts", testReceipts},
		{"ReceiptUpdates", testReceiptUpdates},
		{"ReceiptReferences", testReceiptReferences},
		{"ReceiptLists", testReceiptLists},
		{"ReceiptPages", testReceiptPages},
		{"Correspondences", testCorrespondences},
		{"CorrespondenceMarks", testCorrespondenceMarks},
		{"Attachments", testAttachments},
		{"CorrespondenceJobs", testCorrespondenceJobs},
		{"CorrespondenceLists", testCorrespondenceLists},
		{"Inbox", testInbox},
		{"InboxOfAppsTwice", testInboxOfAppsTwice},
		{"InboxPages", testInboxPages},
		{"Lookups", testLookups},
		{"LookupsEnd", testLookupsEnd},
		{"PartNumbers", testPartNumbers},
		{"Atomicity", testAtomicity},
		{"Neighbours", testNeighbours},
		{"OwnWrites", testOwnWrites},
		{"Panics", testPanics},
		{"Snapshots", testSnapshots},
		{"Cancellation", testCancellation},
		{"Backlog", testBacklog},
		{"Close", testClose},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// start is when the suite's rows were made: whole microseconds, which is as
// fine as stores keep time.
var start = time.Date(2026, 3, 4, 5, 6, 7, 891_000, time.UTC)

func update(t testing.TB, s store.Store, fn func(store.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

func view(t testing.TB, s store.Store, fn func(store.Reader) error) {
	t.Helper()
	if err := s.View(context.Background(), fn); err != nil {
		t.Fatalf("View: %v", err)
	}
}

// wantErr checks an error by errors.Is.
func wantErr(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: error %v, want %v", what, got, want)
	}
}

// wantUpdateErr runs one update that must fail.
func wantUpdateErr(t testing.TB, s store.Store, what string, want error, fn func(store.Tx) error) {
	t.Helper()
	wantErr(t, what, s.Update(context.Background(), fn), want)
}

// same compares what was stored with what came back.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

var (
	melding = rest.AppID{Org: "ttd", App: "melding"}
	skatt   = rest.AppID{Org: "skd", App: "skatt"}
)

// instance is a small valid instance, not stored yet.
func instance(app rest.AppID, owner rest.PartyID, at time.Time) rest.Instance {
	return rest.Instance{
		ID: uuid.New(), App: app, Owner: owner, Version: 1,
		Created: at, CreatedBy: "ttd", Changed: at, ChangedBy: "ttd", Step: "FormFilling", StepAt: at,
	}
}

// element is a small valid element with inline content, not stored yet.
func element(kind, text string, at time.Time) rest.Element {
	return rest.Element{
		ID: uuid.New(), Type: kind, FileName: kind + ".xml", ContentType: "application/xml", Version: 1,
		Content: rest.Content{Size: int64(len(text)), SHA256: [32]byte{1, 2, 3}, Inline: []byte(text)},
		Created: at, CreatedBy: "ttd", Changed: at, ChangedBy: "ttd",
	}
}

// listed is an instance as reads return it: without inline content.
func listed(i rest.Instance) rest.Instance {
	i.Elements = append([]rest.Element(nil), i.Elements...)
	for e := range i.Elements {
		i.Elements[e].Content.Inline = nil
	}
	return i
}

// create stores instances in one update each.
func create(t testing.TB, s store.Store, list ...*rest.Instance) {
	t.Helper()
	for _, i := range list {
		update(t, s, func(tx store.Tx) error { return tx.CreateInstance(i) })
	}
}
