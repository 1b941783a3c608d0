package core

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"overgang/rest"
	"overgang/store"
)

// prefillReads counts how often the contents of prefill are read inside updates.
type prefillReads struct {
	store.Store
	n int
}

type prefillTx struct {
	store.Tx
	c *prefillReads
}

func (c *prefillReads) Update(ctx context.Context, fn func(store.Tx) error) error {
	return c.Store.Update(ctx, func(tx store.Tx) error { return fn(prefillTx{tx, c}) })
}

func (t prefillTx) Prefills(app rest.AppID, party rest.PartyID, after *rest.Position, each func(rest.Prefill, rest.Position) bool) error {
	t.c.n++
	return t.Tx.Prefills(app, party, after, each)
}

// A party's prefill may be a hundred megabytes, and everybody waits for an update.
func TestPutPrefillReadsNoOther(t *testing.T) {
	w := newWorld(t)
	reads := &prefillReads{Store: w.store}
	c, err := New(Config{Store: reads, Blobs: w.blobs, Secret: testSecret, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	put := func(reference string) error {
		_, err := c.PutPrefill(w.ctx, w.owner, rest.NewPrefill{App: rest.AppID{Org: "ttd", App: "melding"}, Party: rest.PartyRef{OrgNumber: orgA}, Prefill: rest.Prefill{Reference: reference,
			Forms: []rest.PrefillForm{{DataFormatID: "1000", DataFormatVersion: 1, Data: "<a>" + strings.Repeat("x", 100) + "</a>"}}}})
		return err
	}
	for n := range maxPrefills {
		if err := put(fmt.Sprint("r", n)); err != nil {
			t.Fatal(err)
		}
	}
	wantKind(t, put("one too many"), rest.Conflict)
	if err := put("r7"); err != nil {
		t.Errorf("replacing: %v", err)
	}
	if reads.n != 0 {
		t.Errorf("what is there was read %d times", reads.n)
	}
}
