package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"overgang/rest"
)

// Sizes of a page.
const (
	defaultSize = 100
	maxSize     = 1000
)

// maxOffset is how deep page × size reaches: a deeper page would scan what it skips.
const maxOffset = 100_000

// ListInstances implements [StrictServerInterface].
func (s *server) ListInstances(ctx context.Context, r ListInstancesRequestObject) (ListInstancesResponseObject, error) {
	p := r.Params
	q, err := filters(p)
	if err != nil {
		return nil, err
	}
	if err := s.queryOwner(ctx, p, &q); err != nil {
		return nil, err
	}
	x := of(ctx)
	bound, err := boundTo(q, x.caller)
	if err != nil {
		return nil, err
	}
	if err := s.position(p, &q, bound); err != nil {
		return nil, err
	}
	page, err := s.core.Query(ctx, x.caller, q)
	if err != nil {
		return nil, err
	}
	view, err := s.view(x.request, q, page, bound, x.later)
	if err != nil {
		return nil, err
	}
	return s.ok(ctx, s.words(ctx).page(view), ""), nil
}

// filters reads everything that narrows and orders.
func filters(p ListInstancesParams) (rest.Query, error) {
	f := form{}
	q := rest.Query{
		Labels: p.Label, Org: p.Org,
		Step:        f.either("workflow.currentStep", p.WorkflowCurrentStep, "process.currentTask", p.ProcessCurrentTask),
		Archive:     p.ArchiveReference,
		Number:      f.number("number", p.Number),
		Search:      f.either("search", p.Search, "searchString", p.SearchString),
		Completed:   f.boolean("workflow.isCompleted", f.either("workflow.isCompleted", p.WorkflowIsCompleted, "process.isComplete", p.ProcessIsComplete)),
		Archived:    f.boolean("status.isArchived", p.StatusIsArchived),
		SoftDeleted: f.boolean("status.isSoftDeleted", p.StatusIsSoftDeleted),
		HardDeleted: f.boolean("status.isMarkedForHardDelete", f.either("status.isMarkedForHardDelete", p.StatusIsMarkedForHardDelete, "status.isHardDeleted", p.StatusIsHardDeleted)),
		Confirmed:   f.boolean("confirmed", p.Confirmed),
		Created:     f.dates("createdDateTime", p.CreatedDateTime, "created", p.Created),
		Changed:     f.dates("lastChangedDateTime", p.LastChangedDateTime, "lastChanged", p.LastChanged),
		Due:         f.dates("dueDateTime", p.DueDateTime, "dueBefore", p.DueBefore),
		Visible:     f.dates("visibleDateTime", p.VisibleDateTime, "visibleAfter", p.VisibleAfter),
	}
	q.Reference, q.SenderReference = p.ExternalShipmentReference, p.SendersReference
	if p.AppId != "" {
		org, app, ok := strings.Cut(p.AppId, "/")
		if !ok || org == "" || app == "" || strings.Contains(app, "/") {
			f.fail("app-invalid", "appId is org/app.")
		}
		if q.Org != "" && q.Org != org {
			f.fail("app-invalid", "appId and org name different organisations.")
		}
		q.Org, q.App = org, app
	}
	switch strings.TrimPrefix(p.Sort, "-") {
	case "", "lastChangedDateTime":
	case "createdDateTime":
		q.SortCreated = true
	default:
		f.fail("sort-invalid", "sort is one of lastChangedDateTime, -lastChangedDateTime, createdDateTime, -createdDateTime.")
	}
	q.Descending = strings.HasPrefix(p.Sort, "-")
	if p.Sort == "-" {
		f.fail("sort-invalid", "sort is one of lastChangedDateTime, -lastChangedDateTime, createdDateTime, -createdDateTime.")
	}
	return q, f.err
}

// queryOwner narrows to a party that is named by id, or in a header by its
// number. One that is unknown reads the same as one whose instances the caller
// may not see.
func (s *server) queryOwner(ctx context.Context, p ListInstancesParams, q *rest.Query) (err error) {
	f := form{}
	id := f.either("instanceOwnerId", p.InstanceOwnerId, "instanceOwner.partyId", p.InstanceOwnerPartyId)
	header := f.either("X-Instance-Owner", p.XInstanceOwner, "X-Ai-InstanceOwnerIdentifier", p.XAiInstanceOwnerIdentifier)
	if id != "" && header != "" {
		f.fail("owner-twice", "Name the owner by instanceOwnerId or by the header, not both.")
	}
	if f.err != nil || id == "" && header == "" {
		return f.err
	}
	if id != "" {
		q.Owner, err = partyID(id, "instanceOwnerId")
		return err
	}
	ref, err := OwnerHeader(header)
	if err != nil {
		return err
	}
	party, err := s.core.Party(ctx, ref)
	if err != nil && rest.KindOf(err) == rest.NotFound {
		party.ID, err = rest.Nobody, nil
	}
	q.Owner = party.ID
	return err
}

// boundTo is what a cursor is bound to: everything that narrows and orders,
// and who asks.
func boundTo(q rest.Query, c rest.Caller) (string, error) {
	b, err := json.Marshal(q)
	return string(b) + "\n" + c.Name(), err
}

// position reads where the page starts and how long it is.
func (s *server) position(p ListInstancesParams, q *rest.Query, bound string) error {
	f := form{}
	cursor := f.either("cursor", p.Cursor, "continuationToken", p.ContinuationToken)
	if count := f.boolean("count", p.Count); count != nil {
		q.Count = *count
	}
	if cursor != "" && p.Page != "" {
		f.fail("page-and-cursor", "page and cursor exclude each other.")
	}
	if f.err != nil {
		return f.err
	}
	var err error
	if q.Limit, err = pageSize(p.Size); err != nil {
		return err
	}
	if p.Page != "" {
		page, err := strconv.Atoi(p.Page)
		if err != nil || page < 0 || page > maxOffset/q.Limit {
			return rest.Errorf(rest.Invalid, "page-invalid", "page is a number from 0; page × size reaches to %d: go on with the next link.", maxOffset)
		}
		q.Offset = page * q.Limit
	}
	if cursor != "" {
		q.After, err = s.cursors.open(cursor, bound)
	}
	return err
}

func pageSize(text string) (int, error) {
	if text == "" {
		return defaultSize, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxSize {
		return 0, rest.Errorf(rest.Invalid, "size-invalid", "size is a number from 1 to %d.", maxSize)
	}
	return n, nil
}

// view adds the links. They hold the query as it was asked, never the header's number.
func (s *server) view(r *http.Request, q rest.Query, page rest.Page, bound string, later bool) (pageView, error) {
	asked, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return pageView{}, err
	}
	v := pageView{instances: page.Instances, total: -1, self: asked.Encode()}
	base := url.Values{}
	for name, values := range asked {
		if name != "page" && name != "cursor" && name != "continuationToken" {
			base[name] = values
		}
	}
	if page.Next != nil {
		cursor, err := s.cursors.seal(*page.Next, bound)
		if err != nil {
			return pageView{}, err
		}
		name := "cursor"
		if later {
			name = "continuationToken"
		}
		v.next = with(base, name, cursor)
	}
	if q.Count {
		v.total = page.Total
		if last := max(0, (page.Total-1)/int64(q.Limit)); last <= int64(maxOffset/q.Limit) {
			v.last = with(base, "page", strconv.FormatInt(last, 10))
		}
	}
	return v, nil
}

func with(base url.Values, name, value string) string {
	values := url.Values{name: {value}}
	for k, v := range base {
		values[k] = v
	}
	return values.Encode()
}
