package core

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
)

func TestTransferLife(t *testing.T) {
	for name, text := range map[string]string{"small": "hei", "large": large} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			tr := p.initiate(func(n *rest.NewTransfer) {
				n.Recipients = append(n.Recipients, rest.PartyRef{OrgNumber: orgA})
				n.Properties = []rest.Property{{Key: "k", Value: "v"}}
				n.Files = []rest.TransferFile{{Name: "inni.xml", Checksum: "1"}}
			})
			want := []string{"OK " + textInitiated, "OK " + textInitiated, "OK " + textInitiated}
			if diff := cmp.Diff(want, p.told(tr)); diff != "" {
				t.Error(diff)
			}
			waits := func(want bool) {
				t.Helper()
				got, err := p.TransferWaiting(p.ctx, p.theirs, rest.TransferPoll{Recipients: []rest.PartyRef{{OrgNumber: orgA}, {OrgNumber: orgB}}, Service: filesService})
				if err != nil || got != want {
					t.Errorf("waiting %v, %v; want %v", got, err, want)
				}
			}
			waits(false)
			p.clock.add(time.Hour)
			tr, err := p.send(tr.ID, text)
			if err != nil {
				t.Fatal(err)
			}
			if tr.Status != rest.TransferPublished || tr.Content.Size != int64(len(text)) || !tr.Expires.Equal(p.clock.now().Add(48*time.Hour)) {
				t.Errorf("%+v", tr)
			}
			waits(true)
			up := "OK Upload of file a.zip was successful. Recipients can now download the file."
			if diff := cmp.Diff([]string{up, "OK " + textAvailable, "OK " + textAvailable}, p.told(tr)); diff != "" {
				t.Error(diff)
			}
			if got, err := p.fetch(p.theirs, tr.ID); err != nil || got != text {
				t.Errorf("%d bytes came, %v", len(got), err)
			}
			waits(true)
			for range 2 {
				if _, err := p.ConfirmTransfer(p.ctx, p.theirs, tr.ID, 0); err != nil {
					t.Fatal(err)
				}
			}
			waits(false)
			if diff := cmp.Diff([]string{up, "OK " + textConfirmed, "OK " + textAvailable}, p.told(tr)); diff != "" {
				t.Error(diff)
			}
			got, err := p.ConfirmTransfer(p.ctx, p.mine, tr.ID, p.org.ID) // without a download, as it was
			if err != nil || got.Status != rest.TransferAllConfirmed {
				t.Fatalf("%+v, %v", got, err)
			}
			if n := p.run(p.endDue); n != 0 {
				t.Errorf("%d ended within the grace", n)
			}
			if _, err := p.fetch(p.theirs, tr.ID); err != nil {
				t.Errorf("within the grace: %v", err)
			}
			p.clock.add(25 * time.Hour)
			if n := p.run(p.endDue); n != 1 {
				t.Errorf("%d ended", n)
			}
			_, err = p.fetch(p.theirs, tr.ID)
			wantKind(t, err, rest.Gone)
			p.wantFiles(0, 0)
			if _, err := p.ConfirmTransfer(p.ctx, p.theirs, tr.ID, 0); err != nil {
				t.Errorf("confirming what is confirmed: %v", err)
			}
			if got := p.see(tr.ID); got.Status != rest.TransferPurged || got.Content.Size != int64(len(text)) || got.Recipients[0].Downloaded.IsZero() {
				t.Errorf("%+v", got)
			}
			wantEvents := []rest.EventType{rest.EventTransferInitialized, rest.EventTransferPublished, rest.EventTransferDownloaded,
				rest.EventTransferConfirmed, rest.EventTransferConfirmed, rest.EventTransferAllConfirmed, rest.EventTransferPurged}
			if diff := cmp.Diff(wantEvents, p.events()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTransferStrangers: whoever takes no part finds nothing, and each part
// may do its own only.
func TestTransferStrangers(t *testing.T) {
	p := newPost(t)
	waiting, sent := p.initiate(), p.sent("hei")
	try := func(caller rest.Caller, id uuid.UUID) (kinds []rest.Kind) {
		_, err1 := p.Transfer(p.ctx, caller, id)
		_, _, err2 := p.TransferSteps(p.ctx, caller, id)
		_, err3 := p.fetch(caller, id)
		_, err4 := p.UploadTransfer(p.ctx, caller, id, rest.TransferUploadOptions{})
		_, err5 := p.StartPartial(p.ctx, caller, id, 10, rest.TransferUploadOptions{})
		_, err6 := p.CancelTransfer(p.ctx, caller, id)
		_, err7 := p.ConfirmTransfer(p.ctx, caller, id, 0)
		_, err8 := p.PartialUpload(p.ctx, caller, id)
		for _, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8} {
			kinds = append(kinds, rest.Kind(-1))
			if err != nil {
				kinds[len(kinds)-1] = rest.KindOf(err)
			}
		}
		return kinds
	}
	nothing := slices.Repeat([]rest.Kind{rest.NotFound}, 8)
	for _, c := range []rest.Caller{p.third, p.owner, {Person: p.person.ID, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}} {
		for _, id := range []uuid.UUID{waiting.ID, sent.ID, uuid.New()} {
			if diff := cmp.Diff(nothing, try(c, id)); diff != "" {
				t.Errorf("%s: %s", c.Name(), diff)
			}
		}
		page, err := p.Transfers(p.ctx, c, rest.TransferQuery{})
		if err != nil || len(page.Transfers) != 0 {
			t.Errorf("%s lists %d, %v", c.Name(), len(page.Transfers), err)
		}
		if is, err := p.TransferWaiting(p.ctx, c, rest.TransferPoll{Recipients: []rest.PartyRef{{OrgNumber: orgB}}}); is || err != nil {
			t.Errorf("%s: waiting %v, %v", c.Name(), is, err)
		}
		_, err = p.Receipt(p.ctx, c, rest.ReceiptSearch{ID: sent.Receipt})
		wantKind(t, err, rest.NotFound)
	}
	if diff := cmp.Diff(nothing, try(p.theirs, waiting.ID)); diff != "" {
		t.Errorf("recipient, not published: %s", diff)
	}
	const fine = rest.Kind(-1)
	own := []rest.Kind{fine, fine, fine, rest.Forbidden, rest.Forbidden, rest.Forbidden, fine, rest.Forbidden}
	if diff := cmp.Diff(own, try(p.theirs, sent.ID)); diff != "" {
		t.Errorf("recipient: %s", diff)
	}
	// Who may only read for the recipient fetches, and confirms nothing.
	reader := rest.Caller{System: 1025}
	p.grant(rest.SystemSubject(reader.System), p.other.ID, filesService, rest.Read)
	if err := p.Refresh(p.ctx); err != nil {
		t.Fatal(err)
	}
	own[6] = rest.Forbidden
	if diff := cmp.Diff(own, try(reader, p.sent("hei").ID)); diff != "" {
		t.Errorf("recipient's reader: %s", diff)
	}
	_, err := p.OpenTransferOf(p.mine, sent.ID)
	wantKind(t, err, rest.Forbidden)
}

// OpenTransferOf opens as whoever it is for.
func (p *post) OpenTransferOf(caller rest.Caller, id uuid.UUID) (string, error) {
	return p.fetch(caller, id)
}

// TestTransferViews: the sender sees all recipients, each recipient itself.
func TestTransferViews(t *testing.T) {
	p := newPost(t)
	tr := p.initiate(func(n *rest.NewTransfer) { n.Recipients = append(n.Recipients, rest.PartyRef{OrgNumber: orgA}) })
	if _, err := p.send(tr.ID, "hei"); err != nil {
		t.Fatal(err)
	}
	got, steps, err := p.TransferSteps(p.ctx, p.theirs, tr.ID)
	if err != nil || len(got.Recipients) != 1 || got.Recipients[0].Party != p.other.ID || got.Receipt != 0 || len(steps) != 3 {
		t.Errorf("recipient sees %+v, %d steps, %v", got, len(steps), err)
	}
	r, err := p.Receipt(p.ctx, p.theirs, rest.ReceiptSearch{ID: got.Recipients[0].Receipt})
	if err != nil || r.Parent != tr.Receipt || len(r.Sub) != 0 || r.Party != p.other.ID {
		t.Errorf("its receipt %+v, %v", r, err)
	}
	r, err = p.Receipt(p.ctx, p.theirs, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefSender, Value: "S-1"}}})
	if err != nil || r.ID != got.Recipients[0].Receipt {
		t.Errorf("by reference %+v, %v", r, err)
	}
	_, err = p.Receipt(p.ctx, p.theirs, rest.ReceiptSearch{ID: tr.Recipients[1].Receipt})
	wantKind(t, err, rest.NotFound)
	if _, err := p.ChangeReceipt(p.ctx, p.theirs, rest.ReceiptChange{ID: got.Recipients[0].Receipt, Text: "Takk"}); err != nil {
		t.Error(err)
	}
	if told := p.told(tr); !strings.Contains(told[1], "Takk") {
		t.Errorf("the sender reads %v", told)
	}
}

func TestTransferRefusals(t *testing.T) {
	p := newPost(t)
	for name, c := range map[string]struct {
		change func(*rest.NewTransfer)
		kind   rest.Kind
		code   string
	}{
		"no service":        {func(n *rest.NewTransfer) { n.App.App = "ukjent" }, rest.NotFound, "service-unknown"},
		"a form service":    {func(n *rest.NewTransfer) { n.App.App = "melding" }, rest.NotFound, "service-unknown"},
		"by code":           {func(n *rest.NewTransfer) { n.App, n.Service = rest.AppID{}, rest.ServiceRef{Code: "4600", Edition: 2} }, rest.NotFound, "service-unknown"},
		"unknown sender":    {func(n *rest.NewTransfer) { n.Sender.OrgNumber = "310000035" }, rest.Forbidden, "party"},
		"another's sender":  {func(n *rest.NewTransfer) { n.Sender.OrgNumber = orgB }, rest.Forbidden, "party"},
		"nobody":            {func(n *rest.NewTransfer) { n.Recipients = nil }, rest.Invalid, "recipients-missing"},
		"unknown recipient": {func(n *rest.NewTransfer) { n.Recipients[0].OrgNumber = "310000035" }, rest.Invalid, "recipient-unknown"},
		"a person":          {func(n *rest.NewTransfer) { n.Recipients[0] = rest.PartyRef{SSN: ssnA} }, rest.Invalid, "recipient-unknown"},
		"twice":             {func(n *rest.NewTransfer) { n.Recipients = append(n.Recipients, n.Recipients[0]) }, rest.Invalid, "recipient-twice"},
		"too many":          {func(n *rest.NewTransfer) { n.Recipients = slices.Repeat(n.Recipients, 1001) }, rest.Invalid, "recipients-many"},
		"checksum":          {func(n *rest.NewTransfer) { n.Checksum = "abc" }, rest.Invalid, "checksum-malformed"},
		"empty key":         {func(n *rest.NewTransfer) { n.Properties = []rest.Property{{Value: "x"}} }, rest.Invalid, "property"},
		"control character": {func(n *rest.NewTransfer) { n.Properties = []rest.Property{{Key: "k", Value: "\x00"}} }, rest.Invalid, "property"},
	} {
		n := p.newTransfer()
		c.change(&n)
		_, err := p.InitiateTransfer(p.ctx, p.mine, n)
		if e, ok := err.(*rest.Error); !ok || e.Kind != c.kind || e.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := p.InitiateTransfer(p.ctx, p.owner, p.newTransfer())
	wantKind(t, err, rest.Forbidden)
	if len(p.events()) != 0 {
		t.Error("a refused transfer left something behind")
	}
	_, err = p.CreateInstance(p.ctx, p.owner, rest.NewInstance{App: filesApp, Owner: rest.PartyRef{OrgNumber: orgA}})
	wantKind(t, err, rest.NotFound)
	out, err := p.Submit(p.ctx, p.mine, rest.NewSubmission{Service: filesService, Instance: rest.NewInstance{Owner: rest.PartyRef{OrgNumber: orgA}}})
	if err != nil || out.Instance != nil || out.Receipt.Status == rest.StatusOK {
		t.Errorf("an instance of a service of files: %+v, %v", out, err)
	}
	name := p.initiate(func(n *rest.NewTransfer) { n.FileName = "../../etc/\u202epasswd" })
	if name.FileName != "passwd" {
		t.Errorf("file name %q", name.FileName)
	}
}

// TestTwoUploads: of two to one transfer exactly one wins, however they end.
func TestTwoUploads(t *testing.T) {
	p := newPost(t)
	tr := p.initiate()
	first, err := p.UploadTransfer(p.ctx, p.mine, tr.ID, rest.TransferUploadOptions{FileName: "b.zip"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.UploadTransfer(p.ctx, p.mine, tr.ID, rest.TransferUploadOptions{})
	wantKind(t, err, rest.Conflict)
	_, err = p.StartPartial(p.ctx, p.mine, tr.ID, 10, rest.TransferUploadOptions{})
	wantKind(t, err, rest.Conflict)
	fmt.Fprint(first, large)
	first.Abort()
	p.wantFiles(0, 0)
	if got := p.see(tr.ID); got.Status != rest.TransferUploadStarted {
		t.Errorf("after an aborted upload: %s", got.Status)
	}
	if _, err := p.send(tr.ID, large); err != nil {
		t.Fatal(err)
	}
	_, err = p.send(tr.ID, large)
	wantKind(t, err, rest.Conflict)
	p.wantFiles(1, 0)

	// Should two processes serve one store, the store decides.
	tr = p.initiate()
	u, err := p.UploadTransfer(p.ctx, p.mine, tr.ID, rest.TransferUploadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(u, large)
	p.transfers.underway.free(tr.ID)
	if _, err := p.send(tr.ID, large); err != nil {
		t.Fatal(err)
	}
	_, err = u.Commit()
	wantKind(t, err, rest.Conflict)
	p.wantFiles(2, 0)
}

func TestFilesThatAreRefused(t *testing.T) {
	p := newPost(t)
	sum := md5.Sum([]byte(large))
	tr := p.initiate(func(n *rest.NewTransfer) { n.Checksum = base64.StdEncoding.EncodeToString(sum[:]) })
	for text, kind := range map[string]rest.Kind{large + "x": rest.Invalid, "": rest.Invalid, strings.Repeat(large, 9): rest.TooLarge} {
		_, err := p.send(tr.ID, text)
		wantKind(t, err, kind)
		p.wantFiles(0, 0)
	}
	if _, err := p.send(tr.ID, large); err != nil {
		t.Errorf("then the right one: %v", err)
	}
}

func TestTransfersThatEnd(t *testing.T) {
	p := newPost(t)
	never, unfetched, cancelled := p.initiate(), p.sent(large), p.sent(large)
	if _, err := p.StartPartial(p.ctx, p.mine, never.ID, 10, rest.TransferUploadOptions{}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := p.CancelTransfer(p.ctx, p.mine, cancelled.ID); err != nil || got.Status != rest.TransferCancelled {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	p.wantFiles(1, 1)
	p.clock.add(47 * time.Hour)
	if n := p.run(p.endDue); n != 0 {
		t.Errorf("%d ended too early", n)
	}
	p.clock.add(time.Hour)
	if n := p.run(p.endDue); n != 2 {
		t.Errorf("%d ended", n)
	}
	p.wantFiles(0, 0)
	for _, c := range []struct {
		tr     *rest.Transfer
		status rest.TransferStatus
		told   []string
	}{
		{never, rest.TransferFailed, []string{"Rejected " + textNeverCame, "Rejected " + textNeverCame}},
		{unfetched, rest.TransferPurged, []string{"OK " + textExpired, "Rejected " + textExpiredHere}},
		{cancelled, rest.TransferCancelled, []string{"Rejected " + textCancelled, "Rejected " + textCancelled}},
	} {
		if got := p.see(c.tr.ID); got.Status != c.status {
			t.Errorf("%s, want %s", got.Status, c.status)
		}
		if diff := cmp.Diff(c.told, p.told(c.tr)); diff != "" {
			t.Error(diff)
		}
		_, err := p.send(c.tr.ID, "x")
		wantKind(t, err, rest.Gone)
	}
	_, err := p.ConfirmTransfer(p.ctx, p.theirs, unfetched.ID, 0)
	wantKind(t, err, rest.Gone)
	_, err = p.CancelTransfer(p.ctx, p.mine, unfetched.ID)
	wantKind(t, err, rest.Conflict)
	wantKind(t, p.admin.RemoveService(p.ctx, filesApp), rest.Conflict)
}

func TestTransferPages(t *testing.T) {
	p := newPost(t)
	var want []uuid.UUID
	for range 7 {
		want = append(want, p.sent("hei").ID)
	}
	p.initiate()
	for _, q := range []rest.TransferQuery{{Role: rest.AsRecipient}, {Role: rest.AsRecipient, Party: rest.PartyRef{OrgNumber: orgB}, Service: filesService}, {}} {
		q.Limit = 3
		var got []uuid.UUID
		for {
			page, err := p.Transfers(p.ctx, p.theirs, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, tr := range page.Transfers {
				got = append(got, tr.ID)
			}
			if q.After = page.Next; page.Next == nil {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	for name, c := range map[string]struct {
		caller rest.Caller
		q      rest.TransferQuery
		want   int
	}{
		"as sender":       {p.mine, rest.TransferQuery{Role: rest.AsSender}, 8},
		"waiting":         {p.mine, rest.TransferQuery{Status: []rest.TransferStatus{rest.TransferInitialized}}, 1},
		"another service": {p.mine, rest.TransferQuery{Service: rest.ServiceRef{Code: "4501", Edition: 1}}, 0},
		"another's party": {p.mine, rest.TransferQuery{Party: rest.PartyRef{OrgNumber: orgB}}, 0},
		"unknown party":   {p.mine, rest.TransferQuery{Party: rest.PartyRef{OrgNumber: "310000035"}}, 0},
		"nothing sent":    {p.theirs, rest.TransferQuery{Role: rest.AsSender}, 0},
	} {
		page, err := p.Transfers(p.ctx, c.caller, c.q)
		if err != nil || len(page.Transfers) != c.want {
			t.Errorf("%s: %d, %v", name, len(page.Transfers), err)
		}
	}
	_, err := p.Transfers(p.ctx, p.mine, rest.TransferQuery{Limit: 1001})
	wantKind(t, err, rest.Invalid)
}

// A receipt may have a thousand recipients, and a search may find a thousand
// receipts: what a stranger asks for does not cost their product.
func TestReceiptIsJudgedByOneLookAtItsTransfer(t *testing.T) {
	counted := &counting{}
	p := newPost(t, func(c *Config) {
		if counted.Store == nil {
			counted.Store = c.Store
		}
		c.Store = counted
	})
	tr := p.initiate(func(n *rest.NewTransfer) { n.Recipients = []rest.PartyRef{{OrgNumber: orgA}, {OrgNumber: orgB}} })
	_, err := p.Receipt(p.ctx, p.third, rest.ReceiptSearch{ID: tr.Receipt})
	wantKind(t, err, rest.NotFound)
	if counted.transfers != 1 {
		t.Errorf("the transfer was read %d times", counted.transfers)
	}
	got, err := p.Receipt(p.ctx, p.theirs, rest.ReceiptSearch{ID: tr.Receipt})
	if err != nil || got.ID != tr.Recipients[1].Receipt {
		t.Errorf("%+v, %v", got, err)
	}
}
