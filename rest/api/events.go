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
	events, err := s.core.InstanceEvents(ctx, of(ctx).caller, r.Guid)
	if err != nil {
		return nil, err
	}
	return s.ok(ctx, s.words(ctx).instanceEvents(i, events), ""), nil
}

// ListApplicationEvents implements [StrictServerInterface].
func (s *server) ListApplicationEvents(ctx context.Context, r ListApplicationEventsRequestObject) (ListApplicationEventsResponseObject, error) {
	size, err := pageSize(r.Params.Size)
	if err != nil {
		return nil, err
	}
	after, since, err := feedStart(r.Params.After)
	if err != nil {
		return nil, err
	}
	app := rest.AppID{Org: r.Org, App: r.App}
	events, more, err := s.feed(ctx, app, after, since, r.Params.WorkflowCurrentStep, size)
	if err != nil {
		return nil, err
	}
	// The feed has one rendering yet, the draft's, whatever Accept prefers.
	words := draft{s.links}
	out := make([]Event, 0, len(events))
	instances := map[uuid.UUID]*rest.Instance{}
	for _, e := range events {
		i, seen := instances[e.Instance]
		if !seen {
			i, err = s.core.Instance(ctx, of(ctx).caller, e.Instance)
			if kind := rest.KindOf(err); err != nil && kind != rest.Gone && kind != rest.NotFound {
				return nil, err
			} else if err != nil {
				i = nil
			}
			instances[e.Instance] = i
		}
		out = append(out, words.event(e, i))
	}
	answer := reply{status: 200, kind: draftType, body: out}
	if more {
		q := url.Values{"after": {decimal(events[len(events)-1].ID)}, "size": {strconv.Itoa(size)}}
		if r.Params.WorkflowCurrentStep != "" {
			q.Set("workflow.currentStep", r.Params.WorkflowCurrentStep)
		}
		answer.link = "<" + s.links.platform + "/storage/applications/" + url.PathEscape(r.Org) + "/" + url.PathEscape(r.App) +
			"/events?" + q.Encode() + `>; rel="next"`
	}
	return answer, nil
}

// feed reads up to size events at the wanted step ("" = any), and says
// whether there are more.
func (s *server) feed(ctx context.Context, app rest.AppID, after int64, since time.Time, step string, size int) ([]rest.Event, bool, error) {
	const batch = 1000
	var found []rest.Event
	for {
		limit := size + 1
		if step != "" {
			limit = batch
		}
		events, err := s.core.AppEvents(ctx, of(ctx).caller, app, after, since, limit)
		if err != nil {
			return nil, false, err
		}
		for _, e := range events {
			after = e.ID
			if step != "" && e.Step != step {
				continue
			}
			if len(found) == size {
				return found, true, nil
			}
			found = append(found, e)
		}
		if len(events) < limit {
			return found, false, nil
		}
	}
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
