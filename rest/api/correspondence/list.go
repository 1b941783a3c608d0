package correspondence

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

// Sizes of a page.
const (
	defaultSize = 100
	maxSize     = 1000
)

// ListCorrespondences implements [StrictServerInterface].
func (s *server) ListCorrespondences(ctx context.Context, r ListCorrespondencesRequestObject) (ListCorrespondencesResponseObject, error) {
	q, none, err := s.query(ctx, r.Params)
	if err != nil {
		return nil, err
	}
	caller := api.CallerOf(ctx)
	bound := bounds(r.Params, caller)
	if r.Params.Cursor != "" {
		if q.After, err = s.face.OpenCursor(r.Params.Cursor, bound); err != nil {
			return nil, err
		}
	}
	out := Correspondences{Ids: []uuid.UUID{}}
	if none {
		return answer{api.Answer{Status: http.StatusOK, Body: out}}, nil
	}
	page, err := s.core.Correspondences(ctx, caller, q)
	if err != nil {
		return nil, err
	}
	for i := range page.Messages {
		out.Ids = append(out.Ids, page.Messages[i].ID)
	}
	var link string
	if out.Next, link, err = s.face.Next(ctx, s.base+"/correspondence", page.Next, bound); err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: out, Link: link}}, nil
}

// bounds is what a cursor is bound to: the query that it goes on with, and the caller.
func bounds(p ListCorrespondencesParams, c rest.Caller) string {
	p.Cursor, p.Size = "", ""
	statuses := slices.Clone(p.Status)
	slices.Sort(statuses)
	p.Status = nil
	return fmt.Sprintf("correspondence %q %q %+v %q", c.Name(), c.Issuer, p, statuses)
}

// query reads the filters. none says that nothing can match.
func (s *server) query(ctx context.Context, p ListCorrespondencesParams) (q rest.CorrespondenceQuery, none bool, err error) {
	q = rest.CorrespondenceQuery{Answers: p.AnswersTo, Reference: p.SendersReference, Limit: defaultSize}
	if p.ResourceId != "" {
		app, err := resource(p.ResourceId)
		if err != nil {
			return q, false, err
		}
		q.Org, q.App = app.Org, app.App
	}
	switch p.Sort {
	case "", "published":
	case "-published":
		q.Descending = true
	default:
		return q, false, rest.Errorf(rest.Invalid, "sort-invalid", "sort is published or -published.")
	}
	if p.Size != "" {
		if q.Limit, err = strconv.Atoi(p.Size); err != nil || q.Limit < 1 || q.Limit > maxSize {
			return q, false, rest.Errorf(rest.Invalid, "size-invalid", "size is a number from 1 to %d.", maxSize)
		}
	}
	if q.Published.From, err = date("from", p.From); err != nil {
		return q, false, err
	}
	if q.Published.To, err = date("to", p.To); err != nil {
		return q, false, err
	}
	q.Published.OpenTo = true
	if none, err = s.filterStatus(p.Status, &q, api.CallerOf(ctx)); err != nil || none {
		return q, none, err
	}
	if p.Recipient == "" {
		return q, false, nil
	}
	if strings.HasPrefix(p.Recipient, bySSN) {
		return q, false, rest.Errorf(rest.Invalid, "recipient-invalid", "Identity numbers stay out of addresses: name a person by %s.", byPartyID)
	}
	ref, err := partyRef(p.Recipient)
	if err != nil {
		return q, false, err
	}
	party, err := s.core.Party(ctx, ref)
	if err != nil && rest.KindOf(err) == rest.NotFound {
		party.ID, err = rest.Nobody, nil
	}
	q.Party = party.ID
	return q, false, err
}

func date(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, rest.Errorf(rest.Invalid, "date-invalid", "%s: a date is 2026-02-01 (00:00Z) or RFC 3339, for example 2026-02-01T12:00:00Z.", name)
	}
	return t, nil
}

// filterStatus reads the statuses. Published and ReadyForPublish are one status,
// which the publishing time tells apart; lists don't tell by whom a message was
// deleted.
func (s *server) filterStatus(names []string, q *rest.CorrespondenceQuery, caller rest.Caller) (none bool, err error) {
	if caller.Owner != "" && len(names) == 0 {
		for status := range statuses {
			q.Status = append(q.Status, status)
		}
		return false, nil
	}
	now := s.face.Now()
	var ahead, published bool
	for _, name := range names {
		found := false
		for status, known := range statuses {
			if name == known || name == "PurgedByAltinn" && status == rest.MessageDeleted || name == "ReadyForPublish" && status == rest.MessageSent {
				q.Status, found = append(q.Status, status), true
			}
		}
		if !found {
			return false, rest.Errorf(rest.Invalid, "status-invalid", "status is one of ReadyForPublish, Published, Read, Replied, Confirmed, Archived, PurgedByRecipient and PurgedByAltinn.")
		}
		ahead, published = ahead || name == "ReadyForPublish", published || name == "Published"
	}
	switch {
	case ahead && len(names) > 1 && !published:
		return false, rest.Errorf(rest.Invalid, "status-invalid", "ReadyForPublish is asked for alone, or with Published.")
	case ahead == published:
		return false, nil
	case ahead:
		if q.Published.From.Before(now) {
			q.Published.From, q.Published.OpenFrom = now, true
		}
		return caller.Owner == "", nil
	}
	if q.Published.To.IsZero() || q.Published.To.After(now) {
		q.Published.To, q.Published.OpenTo = now, false
	}
	return false, nil
}
