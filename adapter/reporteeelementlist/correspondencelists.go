package reporteeelementlist

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
	"overgang/wsdl"
)

// GetCorrespondenceListForReportee lists a reportee's messages, the latest first.
type GetCorrespondenceListForReportee struct {
	credential.SYS
	credential.USR
	Reportee   string
	FromDate   *time.Time
	ToDate     *time.Time
	LanguageID int32
}

// GetCorrespondenceListForArchiveRef lists messages that have an archive
// reference, or that answer what has it.
type GetCorrespondenceListForArchiveRef struct {
	credential.SYS
	credential.USR
	Reportee         string
	ArchiveReference string
	FromDate         *time.Time
	ToDate           *time.Time
	LanguageID       int32
}

// GetCorrespondenceListResponse is the list; it may be empty. Basic and WS have
// it in its first shape, EC2 in the second.
type GetCorrespondenceListResponse struct{ Result []Element }

func (s *service) getCorrespondenceListForReportee(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetCorrespondenceListForReportee)
	page, err := s.core.Inbox(ctx, credential.Of(call), rest.InboxQuery{
		Party: reportee(in.Reportee), Kinds: []rest.InboxKind{rest.InboxMessage}, Changed: between(in.FromDate, in.ToDate), Descending: true, Limit: mostElements,
	})
	if err != nil {
		return nil, err
	}
	return s.messages(ctx, call, page.Entries, in.LanguageID)
}

func (s *service) getCorrespondenceListForArchiveRef(ctx context.Context, call *soap.Call, req any) (any, error) {
	in, c := req.(*GetCorrespondenceListForArchiveRef), credential.Of(call)
	reference := strings.ToUpper(strings.TrimSpace(in.ArchiveReference))
	if reference == "" {
		return nil, rest.Errorf(rest.Invalid, "archive-reference-missing", "An archive reference is needed.")
	}
	when := between(in.FromDate, in.ToDate)
	q := rest.InboxQuery{Party: reportee(in.Reportee), Kinds: []rest.InboxKind{rest.InboxMessage}, Changed: when, Archive: reference, Limit: mostElements}
	var list []rest.InboxEntry
	for { // all whose reference begins like this one
		page, err := s.core.Inbox(ctx, c, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Entries {
			if e.Message.ArchiveReference == reference {
				list = append(list, e)
			}
		}
		if q.After = page.Next; page.Next == nil {
			break
		}
	}
	party, err := s.core.Party(ctx, q.Party)
	if err != nil {
		return nil, err
	}
	answers, err := s.core.Correspondences(ctx, c, rest.CorrespondenceQuery{Party: party.ID, Answers: reference, Descending: true, Limit: mostElements})
	if err != nil {
		return nil, err
	}
	for i := range answers.Messages {
		m := &answers.Messages[i]
		if at := m.Shown(); m.ArchiveReference != reference && at.After(when.From) && (when.To.IsZero() || at.Before(when.To)) {
			list = append(list, rest.InboxEntry{Message: m})
		}
	}
	slices.SortFunc(list, func(a, b rest.InboxEntry) int {
		return cmp.Or(b.Place().At.Compare(a.Place().At), cmp.Compare(b.Place().Number, a.Place().Number))
	})
	return s.messages(ctx, call, list, in.LanguageID)
}

func (s *service) messages(ctx context.Context, call *soap.Call, entries []rest.InboxEntry, languageID int32) (any, error) {
	list, err := s.elements(ctx, call, entries, languageID)
	if err != nil {
		return nil, err
	}
	if call.Endpoint == nil || call.Endpoint.Flavour != wsdl.EC2 {
		asFirst(list)
	}
	return &GetCorrespondenceListResponse{list}, nil
}

// between is the time after one date and before another, as it is documented.
func between(from, to *time.Time) (r rest.TimeRange) {
	if from != nil && !from.IsZero() {
		r.From, r.OpenFrom = *from, true
	}
	if to != nil && !to.IsZero() {
		r.To, r.OpenTo = *to, true
	}
	return r
}
