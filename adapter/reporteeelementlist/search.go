package reporteeelementlist

import (
	"context"
	"slices"
	"strings"
	"time"

	"overgang/rest"
)

// Search is ExternalSearchBE and ExternalSearchBEV2. What is not set does not
// narrow; of the four that ask for a state, one that is true is enough.
type Search struct {
	ArchiveReference      string // or a part of one
	CaseID                int32  // V2
	CollectionPages       bool   // V2: collaborations, which are cases
	EDialogue             bool   // V2: the same
	FromDate              *time.Time
	RecievedMessages      bool // V1
	Reportee              string
	SearchName            string // of a search that the portal kept
	SearchString          string // part of a service's name
	SentAndArchived       bool
	ServiceCodeList       []string
	ServiceOwnerCode      string
	ToBeProcessed         bool
	ToBeProcessedByOthers bool
	ToDate                *time.Time
}

// mostElements bounds one answer.
const mostElements = 1000

// query is what the core is asked for.
func (in *Search) query(ctx context.Context, registry rest.Registry) (rest.InboxQuery, error) {
	q := rest.InboxQuery{
		Party: reportee(in.Reportee), Archive: strings.TrimSpace(in.ArchiveReference), Case: in.CaseID, Search: strings.TrimSpace(in.SearchString),
		Changed: period(in.FromDate, in.ToDate), Descending: true, Limit: mostElements,
	}
	for _, state := range []struct {
		wanted bool
		is     rest.InboxState
	}{
		{in.ToBeProcessed, rest.InboxOpen}, {in.ToBeProcessedByOthers, rest.InboxElsewhere},
		{in.RecievedMessages, rest.InboxReceived}, {in.SentAndArchived, rest.InboxArchived},
	} {
		if state.wanted {
			q.States = append(q.States, state.is)
		}
	}
	for _, code := range in.ServiceCodeList {
		if code = strings.TrimSpace(code); code != "" {
			q.Services = append(q.Services, code)
		}
	}
	if code := strings.TrimSpace(in.ServiceOwnerCode); code != "" {
		apps, err := registry.Applications(ctx)
		if err != nil {
			return q, err
		}
		q.Org = code // which is nobody's, unless it is one in other letters
		if i := slices.IndexFunc(apps, func(a *rest.Application) bool { return strings.EqualFold(a.ID.Org, code) }); i >= 0 {
			q.Org = apps[i].ID.Org
		}
	}
	return q, nil
}

// period is the time between two dates, whichever is given first: the
// documentation has their meanings exchanged. A date without a time of day, if
// it is the later one, is the whole day.
func period(from, to *time.Time) (r rest.TimeRange) {
	if from != nil {
		r.From = *from
	}
	if to != nil {
		r.To = *to
	}
	if !r.From.IsZero() && !r.To.IsZero() && r.From.After(r.To) {
		r.From, r.To = r.To, r.From
	}
	if h, m, s := r.To.Clock(); !r.To.IsZero() && h+m+s+r.To.Nanosecond() == 0 && r.To.Year() < 9999 {
		r.To, r.OpenTo = r.To.AddDate(0, 0, 1), true
	}
	return r
}
