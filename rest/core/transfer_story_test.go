package core

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
)

// TestReceiptsTellEachStep follows a sender's receipt and those of two recipients
// through every change of a transfer, and reads the whole story from their
// histories at the end.
func TestReceiptsTellEachStep(t *testing.T) {
	up := "Upload of file a.zip was successful. Recipients can now download the file."
	clean := func(context.Context, string) (Verdict, error) { return Verdict{Clean: true}, nil }
	down := func(context.Context, string) (Verdict, error) { return Verdict{}, errors.New("the scanner is down") }
	late := func(p *post, tr *rest.Transfer) { p.clock.add(49 * time.Hour); p.run(p.endDue) }
	send := func(p *post, tr *rest.Transfer) {
		if _, err := p.send(tr.ID, "hei"); err != nil {
			p.t.Fatal(err)
		}
	}
	published := func(p *post, tr *rest.Transfer) { p.eventually(tr, rest.TransferPublished) }
	fetch := func(p *post, tr *rest.Transfer) {
		if _, err := p.fetch(p.theirs, tr.ID); err != nil {
			p.t.Fatal(err)
		}
	}
	confirm := func(p *post, tr *rest.Transfer) {
		if _, err := p.ConfirmTransfer(p.ctx, p.theirs, tr.ID, 0); err != nil {
			p.t.Fatal(err)
		}
	}
	confirmMine := func(p *post, tr *rest.Transfer) {
		if _, err := p.ConfirmTransfer(p.ctx, p.mine, tr.ID, p.org.ID); err != nil {
			p.t.Fatal(err)
		}
	}
	cancel := func(p *post, tr *rest.Transfer) {
		if _, err := p.CancelTransfer(p.ctx, p.mine, tr.ID); err != nil {
			p.t.Fatal(err)
		}
	}
	never := func(p *post, tr *rest.Transfer) {
		p.heldBack(tr)
		p.clock.add(49 * time.Hour)
		p.transfers.wakeScanner()
		p.eventually(tr, rest.TransferFailed)
	}
	type step struct {
		name                 string
		do                   func(*post, *rest.Transfer)
		sender, theirs, mine string // the receipts' statuses and texts
	}
	open := step{"initiated", func(*post, *rest.Transfer) {}, "OK " + textInitiated, "OK " + textInitiated, "OK " + textInitiated}
	there := step{"uploaded", send, "OK " + up, "OK " + textAvailable, "OK " + textAvailable}
	for name, c := range map[string]struct {
		scan  func(context.Context, string) (Verdict, error)
		steps []step
	}{
		"to the end": {nil, []step{open, there,
			{"downloaded", fetch, "OK " + up, "OK " + textDownloaded, "OK " + textAvailable},
			{"confirmed", confirm, "OK " + up, "OK " + textConfirmed, "OK " + textAvailable},
			{"all confirmed", confirmMine, "OK " + textAllDone, "OK " + textConfirmed, "OK " + textConfirmed},
			{"purged", late, "OK " + textPurged, "OK " + textConfirmed, "OK " + textConfirmed},
		}},
		"scanned": {clean, []step{open,
			{"clean", func(p *post, tr *rest.Transfer) { send(p, tr); published(p, tr) }, "OK " + up, "OK " + textAvailable, "OK " + textAvailable},
		}},
		"never scanned": {down, []step{open,
			{"held back", send, "OK " + textProcessing, "OK " + textProcessing, "OK " + textProcessing},
			{"failed", never, "Rejected " + textNotScanned, "Rejected " + textNotScanned, "Rejected " + textNotScanned},
		}},
		"expired with one who had it": {nil, []step{open, there,
			{"confirmed", confirm, "OK " + up, "OK " + textConfirmed, "OK " + textAvailable},
			{"expired", late, "OK " + textExpired, "OK " + textConfirmed, "Rejected " + textExpiredHere},
		}},
		"never uploaded": {nil, []step{open, {"failed", late, "Rejected " + textNeverCame, "Rejected " + textNeverCame, "Rejected " + textNeverCame}}},
		"cancelled with one who had it": {nil, []step{open, there,
			{"confirmed", confirm, "OK " + up, "OK " + textConfirmed, "OK " + textAvailable},
			{"cancelled", cancel, "Rejected " + textCancelled, "OK " + textConfirmed, "Rejected " + textCancelled},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			if c.scan != nil {
				p, _ = guarded(t, c.scan)
			}
			tr := p.initiate(func(n *rest.NewTransfer) { n.Recipients = append(n.Recipients, rest.PartyRef{OrgNumber: orgA}) })
			var told [3][]string // as they changed: sender, theirs, mine
			for _, s := range c.steps {
				s.do(p, tr)
				want := []string{s.sender, s.theirs, s.mine}
				if diff := cmp.Diff(want, p.told(tr)); diff != "" {
					t.Errorf("%s: %s", s.name, diff)
				}
				for i, line := range want {
					_, text, _ := strings.Cut(line, " ")
					if n := len(told[i]); n == 0 || told[i][n-1] != text {
						told[i] = append(told[i], text)
					}
				}
				r, err := p.Receipt(p.ctx, p.theirs, rest.ReceiptSearch{ID: p.see(tr.ID).Recipients[0].Receipt})
				if err != nil || string(r.Status)+" "+r.Text != s.theirs || len(r.Sub) != 0 {
					t.Errorf("%s: the recipient reads %+v, %v", s.name, r, err)
				}
				if _, err := p.Receipt(p.ctx, p.third, rest.ReceiptSearch{ID: tr.Receipt}); rest.KindOf(err) != rest.NotFound {
					t.Errorf("%s: a stranger: %v", s.name, err)
				}
			}
			r, err := p.Receipt(p.ctx, p.mine, rest.ReceiptSearch{ID: tr.Receipt})
			if err != nil {
				t.Fatal(err)
			}
			for i, receipt := range []rest.Receipt{*r, r.Sub[0], r.Sub[1]} {
				for _, text := range told[i][:len(told[i])-1] {
					if !strings.Contains(receipt.History, text) {
						t.Errorf("the history lacks %q: %s", text, receipt.History)
					}
				}
			}
		})
	}
}
