package sqlstore

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// TestMessagePlans asks SQLite how it runs lists of messages: every part comes
// from an index in the list's order, and a page begins at its place, also among
// many messages of one time.
func TestMessagePlans(t *testing.T) {
	s := openInternal(t)
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	app := rest.AppID{Org: "ttd", App: "melding"}
	err := s.Update(t.Context(), func(tx store.Tx) error {
		for range 20 {
			c := rest.Correspondence{ID: uuid.New(), App: app, Party: 50001, Answers: "AR1", Reference: "R", Case: 3, Published: at, Created: at, Changed: at, Version: 1}
			if err := tx.CreateCorrespondence(&c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	parties := []rest.PartyID{50001, 50002}
	within := rest.TimeRange{From: at.Add(-time.Hour), To: at.Add(time.Hour)}
	for name, c := range map[string]struct {
		query   rest.CorrespondenceQuery
		parties []rest.PartyID
		parts   int
	}{
		"parties":        {rest.CorrespondenceQuery{}, parties, 10},
		"unread":         {rest.CorrespondenceQuery{Party: 50001, Status: []rest.CorrespondenceStatus{rest.MessageSent}}, parties, 1},
		"party, app":     {rest.CorrespondenceQuery{Party: 50001, Org: "ttd", App: "melding"}, parties, 5},
		"owner":          {rest.CorrespondenceQuery{Org: "ttd"}, nil, 5},
		"all":            {rest.CorrespondenceQuery{}, nil, 5},
		"answers":        {rest.CorrespondenceQuery{Answers: "AR1"}, parties, 1},
		"case":           {rest.CorrespondenceQuery{Case: 3}, parties, 1},
		"reference":      {rest.CorrespondenceQuery{Org: "ttd", Reference: "R"}, nil, 1},
		"dates":          {rest.CorrespondenceQuery{Published: within}, parties, 10},
		"answers, dates": {rest.CorrespondenceQuery{Answers: "AR1", Published: within}, parties, 1},
	} {
		for _, after := range []*rest.Position{nil, {At: at, Number: 1_000_010}} {
			for _, descending := range []bool{false, true} {
				q := c.query
				q.After, q.Descending = after, descending
				parts := 0
				err := s.View(t.Context(), func(sr store.Reader) error {
					r := sr.(*reader)
					r.seen = func(text string, args []any) {
						parts++
						steps := strings.Join(plan(t, r.c, text, args...), "\n")
						seeks := strings.Contains(steps, "published>? AND published<?") || after != nil && (strings.Contains(steps, "published=? AND rowid>?") || strings.Contains(steps, "published=? AND rowid<?"))
						if !strings.HasPrefix(steps, "SEARCH correspondence USING") || strings.Contains(steps, "TEMP B-TREE") || strings.Contains(steps, "AUTOMATIC") || !seeks {
							t.Errorf("%s: %s\n\t%s", name, steps, text)
						}
					}
					_, err := r.Correspondences(q, c.parties)
					return err
				})
				want := c.parts
				if after != nil {
					want *= 2
				}
				if err != nil || parts != want {
					t.Errorf("%s: %d parts, want %d, %v", name, parts, want, err)
				}
			}
		}
	}
}
