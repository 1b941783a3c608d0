package api

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// ListInstanceEvents implements [StrictServerInterface].
func (s *server) ListInstanceEvents(ctx context.Context, r ListInstanceEventsRequestObject) (ListInstanceEventsResponseObject, error) {
	i, err := s.find(ctx, address{owner: r.Owner, guid: r.Guid})
	if err != nil {
		return nil, err
	}
	q, err := eventPage(r.Params.After, r.Params.Size)
	if err != nil {
		return nil, err
	}
	events, err := s.core.InstanceEvents(ctx, of(ctx).caller, r.Guid, q)
	if err != nil {
		return nil, err
	}
	links := s.links
	links.later = of(ctx).later
	events, next := cutPage(events, q, links.instance(i).Platform+"/events")
	answer := s.ok(ctx, s.words(ctx).instanceEvents(i, events), "")
	answer.link = next
	return answer, nil
}

// eventPage is the query for a page of events, and for one more, which tells
// that another page follows.
func eventPage(after, size string) (q rest.EventQuery, err error) {
	if q.Limit, err = pageSize(size); err != nil {
		return q, err
	}
	q.Limit++
	q.After, q.Since, err = feedStart(after)
	return q, err
}

// cutPage cuts the one more off. Where there was one, next is the Link that leads
// on from the last event, at the page's address.
func cutPage(events []rest.Event, q rest.EventQuery, at string) (page []rest.Event, next string) {
	size := q.Limit - 1
	if len(events) <= size {
		return events, ""
	}
	events = events[:size]
	query := url.Values{"after": {decimal(events[size-1].ID)}, "size": {strconv.Itoa(size)}}
	if q.Step != "" {
		query.Set("workflow.currentStep", q.Step)
	}
	return events, "<" + at + "?" + query.Encode() + `>; rel="next"`
}

// ListApplicationEvents implements [StrictServerInterface].
func (s *server) ListApplicationEvents(ctx context.Context, r ListApplicationEventsRequestObject) (ListApplicationEventsResponseObject, error) {
	q, err := eventPage(r.Params.After, r.Params.Size)
	if err != nil {
		return nil, err
	}
	q.Step = r.Params.WorkflowCurrentStep
	form := feedFormOf(of(ctx).request)
	app := rest.AppID{Org: r.Org, App: r.App}
	if form.open {
		return s.openFeed(ctx, app, q, form, r.Params.Size)
	}
	events, err := s.core.AppEvents(ctx, of(ctx).caller, app, q)
	if err != nil {
		return nil, err
	}
	events, next := cutPage(events, q, s.links.platform+"/storage/applications/"+url.PathEscape(r.Org)+"/"+url.PathEscape(r.App)+"/events")
	out, err := s.feed(ctx, events, form)
	if err != nil {
		return nil, err
	}
	return reply{status: 200, kind: form.mediaType, body: out, link: next}, nil
}

// feed renders events. Those whose instance is gone stay, without its data.
func (s *server) feed(ctx context.Context, events []rest.Event, form feedForm) ([]any, error) {
	out := make([]any, 0, len(events))
	instances := map[uuid.UUID]*rest.Instance{}
	for _, e := range events {
		if form.cloud {
			out = append(out, s.links.cloudEvent(e))
			continue
		}
		i, seen := instances[e.Instance]
		if !seen && !e.Type.OfTransfer() && !e.Type.OfCorrespondence() && !e.Type.OfLookup() {
			var err error
			i, err = s.core.Instance(ctx, of(ctx).caller, e.Instance)
			if kind := rest.KindOf(err); err != nil && kind != rest.Gone && kind != rest.NotFound {
				return nil, err
			} else if err != nil {
				i = nil
			}
			instances[e.Instance] = i
		}
		out = append(out, draft{links: s.links}.event(e, i))
	}
	return out, nil
}

// feedStart reads the parameter after: an event's id, or a date.
func feedStart(text string) (after int64, since time.Time, err error) {
	if text == "" {
		return 0, time.Time{}, nil
	}
	if id, err := strconv.ParseInt(text, 10, 64); err == nil && id >= 0 {
		return id, time.Time{}, nil
	}
	since, ok := parseDate(text)
	if !ok {
		return 0, time.Time{}, rest.Errorf(rest.Invalid, "after-invalid", "after wants an event's id or a date: %s.", dateForms)
	}
	return 0, since, nil
}
