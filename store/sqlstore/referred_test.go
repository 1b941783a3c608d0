package sqlstore

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// TestCommonReference: a reference that very many instances have is asked of rows
// that were found otherwise, with the same result.
func TestCommonReference(t *testing.T) {
	s := openInternal(t)
	const all = manyRows + 40
	var want []int32 // of party 2
	err := s.Update(t.Context(), func(tx store.Tx) error {
		want = nil
		for n := range all {
			at := listsStart.Add(time.Duration(n/3) * time.Second)
			i := rest.Instance{
				ID: uuid.New(), App: rest.AppID{Org: "ttd", App: "melding"}, Owner: 1, Version: 1, Created: at, Changed: at, Step: "FormFilling",
				Sender: rest.SystemID(1 + n), Reference: "1",
				Elements: []rest.Element{{ID: uuid.New(), SenderReference: "skjema", Created: at, Changed: at, Version: 1}},
			}
			if n%500 == 0 {
				i.Owner = 2
			}
			if err := tx.CreateInstance(&i); err != nil {
				return err
			}
			if i.Owner == 2 {
				want = append(want, i.Number)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []rest.Query{{Reference: "1"}, {SenderReference: "skjema"}, {Reference: "1", SenderReference: "skjema"}} {
		err := s.View(t.Context(), func(tx store.Reader) error {
			r := tx.(*reader)
			for _, w := range referred(q) {
				if set, err := r.byReference(w); err != nil || set != nil {
					t.Errorf("%+v: the set %+v, %v", q, set, err)
				}
			}
			of := q
			of.Owner, of.Limit, of.Count = 2, 10, true
			var got []int32
			for {
				page, err := r.Instances(of, nil)
				if err != nil {
					return err
				}
				if page.Total != int64(len(want)) {
					t.Errorf("%+v: %d in all, want %d", q, page.Total, len(want))
				}
				for i := range page.Instances {
					got = append(got, page.Instances[i].Number)
				}
				if page.Next == nil {
					break
				}
				of.After = page.Next
			}
			if !slices.Equal(got, want) {
				return fmt.Errorf("%+v: %v, want %v", q, got, want)
			}
			q.Org, q.App, q.Limit, q.Count = "ttd", "melding", 5, true
			page, err := r.Instances(q, nil)
			if err == nil && (len(page.Instances) != 5 || page.Total != all) {
				t.Errorf("%+v: %d of %d", q, len(page.Instances), page.Total)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
