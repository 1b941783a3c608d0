package storetest

import (
	"testing"
	"time"

	"overgang/store"
)

func testRepeats(t *testing.T, s store.Store) {
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	list := []store.Repeat{
		{Caller: "ttd", Key: "a", At: at(0), Request: []byte{1}, Answer: []byte("one"), Needs: []byte("[]")},
		{Caller: "ttd", Key: "b", At: at(1)},
		{Caller: "person:1", Key: "a", At: at(2), Request: []byte{2}, Answer: []byte("two")},
	}
	update(t, s, func(tx store.Tx) error {
		for _, r := range list {
			if err := tx.PutRepeat(r); err != nil {
				return err
			}
		}
		return nil
	})
	list[1].At, list[1].Request, list[1].Answer, list[1].Needs = at(3), []byte{3}, []byte("three"), []byte("[3]")
	update(t, s, func(tx store.Tx) error { return tx.PutRepeat(list[1]) })
	view(t, s, func(r store.Reader) error {
		for _, want := range list {
			got, err := r.Repeat(want.Caller, want.Key)
			if err != nil {
				return err
			}
			same(t, "Repeat", got, want)
		}
		for most, want := range map[int]int{1: 1, 2: 2, 9: 2} {
			if n, err := r.CountRepeats("ttd", most); n != want || err != nil {
				t.Errorf("CountRepeats up to %d: %d, %v", most, n, err)
			}
		}
		_, err := r.Repeat("person:1", "b")
		wantErr(t, "another caller's key", err, store.ErrNotFound)
		return nil
	})
	for _, want := range []int{1, 1, 0} { // the one at minute 0, then the one at 2; the third is younger
		update(t, s, func(tx store.Tx) error {
			n, err := tx.DropRepeats(at(3), 1)
			if n != want {
				t.Errorf("dropped %d, want %d", n, want)
			}
			return err
		})
	}
	view(t, s, func(r store.Reader) error {
		_, err := r.Repeat("ttd", "b")
		return err
	})
}
