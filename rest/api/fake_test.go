package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// fake is a core in memory: small, but it keeps the contract of rest.Core as
// far as the API leans on it. fail makes the named method fail.
type fake struct {
	mu        sync.Mutex
	parties   []rest.Party
	apps      []*rest.Application
	instances []*rest.Instance
	contents  map[uuid.UUID][]byte
	events    []rest.Event
	fail      map[string]error
	clock     time.Time
	open      int // uploads neither committed nor aborted
	committed int
	downloads chan uuid.UUID
	matched   int64 // what the last confirmation depended on
	repeats   map[string]*fakeClaim
	added     chan struct{} // closed at the next event; nil = nobody waits
	// damaged makes contents end half way, as a broken disk would.
	damaged bool
}

var demo = rest.AppID{Org: "ttd", App: "melding"}

const (
	person  = rest.PartyID(50001) // acts for itself and for company
	company = rest.PartyID(50002)
	other   = rest.PartyID(50003) // nobody's business

	// schema allows any content in one element.
	schema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="melding" type="xs:anyType"/></xs:schema>`

	personSSN  = "12247918309"
	companyOrg = "910000001"
)

func newFake() *fake {
	return &fake{
		parties: []rest.Party{
			{ID: person, Kind: rest.PersonParty, SSN: personSSN, UserName: "kari", Name: "Kari"},
			{ID: company, Kind: rest.OrganisationParty, OrgNumber: companyOrg, Name: "Firma"},
			{ID: other, Kind: rest.PersonParty, SSN: "01017012345", Name: "Ola"},
		},
		apps: []*rest.Application{{
			ID: demo, Service: rest.ServiceRef{Code: "4501", Edition: 1}, Titles: map[string]string{"nb": "Melding"},
			DataTypes: []rest.DataType{
				{ID: "default", ContentTypes: []string{"application/xml"}, MaxSize: 1 << 20, MaxCount: 1, DataFormatID: "5000", DataFormatVersion: 1, Schema: []byte(schema)},
				{ID: "vedlegg", MaxSize: 4 << 20},
			},
		}},
		contents: map[uuid.UUID][]byte{}, fail: map[string]error{}, downloads: make(chan uuid.UUID, 10),
		clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

func (f *fake) now() time.Time { f.clock = f.clock.Add(time.Second); return f.clock }

// lock is around every method; it returns the error that a test asks for.
func (f *fake) lock(method string) (func(), error) {
	f.mu.Lock()
	return f.mu.Unlock, f.fail[method]
}

func (f *fake) Party(_ context.Context, ref rest.PartyRef) (rest.Party, error) {
	unlock, err := f.lock("Party")
	defer unlock()
	if err != nil {
		return rest.Party{}, err
	}
	for _, p := range f.parties {
		if ref.ID == p.ID || ref.SSN != "" && ref.SSN == p.SSN || ref.OrgNumber != "" && ref.OrgNumber == p.OrgNumber ||
			ref.UserName != "" && ref.UserName == p.UserName {
			return p, nil
		}
	}
	return rest.Party{}, rest.Errorf(rest.NotFound, "party-unknown", "There is no such party.")
}

func (f *fake) Application(_ context.Context, id rest.AppID) (*rest.Application, error) {
	unlock, err := f.lock("Application")
	defer unlock()
	if err != nil {
		return nil, err
	}
	for _, a := range f.apps {
		if a.ID == id {
			return a, nil
		}
	}
	return nil, rest.Errorf(rest.NotFound, "application-unknown", "There is no such application.")
}

func (f *fake) Service(context.Context, rest.ServiceRef) (*rest.Application, error) {
	return nil, rest.Errorf(rest.NotFound, "", "The API names applications by org and app.")
}

func (f *fake) Applications(context.Context) ([]*rest.Application, error) {
	unlock, err := f.lock("Applications")
	defer unlock()
	return f.apps, err
}

func (f *fake) Allowed(_ context.Context, c rest.Caller, party rest.PartyID, app *rest.Application, _ rest.Right) (bool, error) {
	return f.may(c, party, app.ID), nil
}

func (f *fake) may(c rest.Caller, party rest.PartyID, app rest.AppID) bool {
	if c.Owner != "" {
		return c.Owner == app.Org
	}
	return c.Person == person && (party == person || party == company)
}

// upload is an upload in memory.
type upload struct {
	f    *fake
	buf  bytes.Buffer
	max  int64
	done bool
}

func (f *fake) Upload(_ context.Context, o rest.UploadOptions) (rest.Upload, error) {
	unlock, err := f.lock("Upload")
	defer unlock()
	if err != nil {
		return nil, err
	}
	f.open++
	return &upload{f: f, max: o.MaxSize}, nil
}

func (f *fake) Discard(context.Context, ...rest.Content) {}

func (u *upload) Write(p []byte) (int, error) {
	if int64(u.buf.Len()+len(p)) > u.max {
		return 0, rest.Errorf(rest.TooLarge, "content-too-large", "At most %d bytes.", u.max)
	}
	if err := u.f.fail["Write"]; err != nil {
		return 0, err
	}
	return u.buf.Write(p)
}

func (u *upload) Settle() error { return nil }

func (u *upload) Commit() (rest.Content, error) {
	u.end()
	unlock, err := u.f.lock("Commit")
	defer unlock()
	if err != nil {
		return rest.Content{}, err
	}
	u.f.committed++
	return rest.Content{Size: int64(u.buf.Len()), SHA256: sha256.Sum256(u.buf.Bytes()), Inline: u.buf.Bytes()}, nil
}

func (u *upload) Abort() { u.end() }

func (u *upload) end() {
	u.f.mu.Lock()
	defer u.f.mu.Unlock()
	if !u.done {
		u.done = true
		u.f.open--
	}
}

func (f *fake) add(i *rest.Instance, n rest.NewElement, by string) (*rest.Element, error) {
	t := f.apps[0].Type(n.Type)
	if n.ContentType == "" {
		n.ContentType = "application/octet-stream"
		if len(t.ContentTypes) > 0 {
			n.ContentType = t.ContentTypes[0]
		}
	}
	if len(t.ContentTypes) > 0 && !slices.Contains(t.ContentTypes, n.ContentType) {
		return nil, rest.Errorf(rest.Unsupported, "content-type", "Not allowed for this type.")
	}
	if bytes.Contains(n.Content.Inline, []byte("invalid")) {
		return nil, &rest.Error{Kind: rest.Unprocessable, Code: "validation", Detail: "The form data failed validation.",
			Issues: []rest.Issue{{Severity: rest.SeverityError, Code: "schema", Field: "/melding", Line: 1, Description: "not allowed"}}}
	}
	if same := slices.DeleteFunc(slices.Clone(i.Elements), func(e rest.Element) bool { return e.Type != n.Type }); t.MaxCount > 0 && len(same) >= t.MaxCount {
		return nil, rest.Errorf(rest.Conflict, "count", "Too many.")
	}
	at := f.now()
	e := rest.Element{ID: uuid.New(), Type: n.Type, Form: t.IsForm(), FileName: n.FileName, ContentType: n.ContentType, Content: n.Content, Encrypted: n.Encrypted,
		Created: at, CreatedBy: by, Changed: at, ChangedBy: by, Version: 1}
	f.contents[e.ID] = n.Content.Inline
	e.Content.Inline = nil
	i.Elements = append(i.Elements, e)
	return &i.Elements[len(i.Elements)-1], nil
}

func (f *fake) event(i *rest.Instance, kind rest.EventType, element uuid.UUID, by string) {
	f.events = append(f.events, rest.Event{ID: int64(len(f.events) + 1), At: f.clock, Type: kind, App: i.App, Owner: i.Owner,
		Instance: i.ID, Element: element, Step: i.Step, By: by})
	if f.added != nil {
		close(f.added)
		f.added = nil
	}
}

func (f *fake) CreateInstance(ctx context.Context, c rest.Caller, n rest.NewInstance) (*rest.Instance, error) {
	party, err := f.Party(ctx, n.Owner)
	unlock, failed := f.lock("CreateInstance")
	defer unlock()
	if failed != nil {
		return nil, failed
	}
	if err != nil || !f.may(c, party.ID, n.App) {
		return nil, rest.Errorf(rest.Forbidden, "party", "The party is unknown, or you may not act for it.")
	}
	at := f.now()
	i := &rest.Instance{ID: uuid.New(), Number: int32(len(f.instances) + 1), App: n.App, Owner: party.ID, Labels: n.Labels, Presentation: n.Presentation,
		Keys: n.Keys, Due: n.Due, Visible: n.Visible, Created: at, CreatedBy: c.Name(), Changed: at, ChangedBy: c.Name(), Version: 1, Step: "FormFilling", StepAt: at}
	for _, e := range n.Elements {
		if _, err := f.add(i, e, c.Name()); err != nil {
			return nil, err
		}
	}
	f.instances = append(f.instances, i)
	f.event(i, rest.EventCreated, uuid.Nil, c.Name())
	return clone(i), nil
}

func clone(i *rest.Instance) *rest.Instance {
	c := *i
	c.Elements = slices.Clone(i.Elements)
	return &c
}

// find returns the instance itself; the caller holds the lock.
func (f *fake) find(c rest.Caller, id uuid.UUID) (*rest.Instance, error) {
	for _, i := range f.instances {
		if i.ID == id && f.may(c, i.Owner, i.App) {
			if !i.SoftDeleted.IsZero() {
				return nil, rest.Errorf(rest.Gone, "instance-deleted", "The instance was deleted.")
			}
			return i, nil
		}
	}
	return nil, rest.Errorf(rest.NotFound, "instance-unknown", "There is no such instance.")
}

func (f *fake) Instance(_ context.Context, c rest.Caller, id uuid.UUID) (*rest.Instance, error) {
	unlock, err := f.lock("Instance")
	defer unlock()
	if err != nil {
		return nil, err
	}
	i, err := f.find(c, id)
	if err != nil {
		return nil, err
	}
	return clone(i), nil
}

func (f *fake) InstanceByNumber(context.Context, rest.Caller, int32) (*rest.Instance, error) {
	return nil, rest.Errorf(rest.NotFound, "", "The API knows no numbers.")
}

func (f *fake) Query(_ context.Context, c rest.Caller, q rest.Query) (rest.Page, error) {
	unlock, err := f.lock("Query")
	defer unlock()
	if err != nil {
		return rest.Page{}, err
	}
	if c.Owner != "" && q.Org != "" && q.Org != c.Owner {
		return rest.Page{}, rest.Errorf(rest.Forbidden, "org", "You may list your own instances only.")
	}
	page := rest.Page{Total: -1}
	var all []rest.Instance
	for _, i := range f.instances { // in the order of Created, and of Changed as long as nothing changes
		if f.may(c, i.Owner, i.App) && selects(q, i) {
			all = append(all, *clone(i))
		}
	}
	if q.Descending {
		slices.Reverse(all)
	}
	if q.Count {
		page.Total = int64(len(all))
	}
	if q.After != nil {
		at := slices.IndexFunc(all, func(i rest.Instance) bool { return i.Number == q.After.Number })
		all = all[at+1:]
	}
	all = all[min(q.Offset, len(all)):]
	if len(all) > q.Limit {
		all = all[:q.Limit]
		last := all[q.Limit-1]
		page.Next = &rest.Position{At: last.Changed, Number: last.Number}
	}
	page.Instances = all
	return page, nil
}

func selects(q rest.Query, i *rest.Instance) bool {
	has := func(want *bool, is bool) bool { return want == nil || *want == is }
	for _, l := range q.Labels {
		if !slices.Contains(i.Labels, l) {
			return false
		}
	}
	return (q.Org == "" || q.Org == i.App.Org) && (q.App == "" || q.App == i.App.App) && (q.Owner == 0 || q.Owner == i.Owner) &&
		(q.Step == "" || q.Step == i.Step) && has(q.Completed, !i.Archived.IsZero()) && has(q.Archived, !i.Archived.IsZero()) &&
		has(q.SoftDeleted, !i.SoftDeleted.IsZero()) && has(q.HardDeleted, !i.HardDeleted.IsZero()) && has(q.Confirmed, !i.Confirmed.IsZero()) &&
		(q.Archive == "" || q.Archive == i.ArchiveReference) && strings.Contains(i.Presentation, q.Search) &&
		inside(q.Created, i.Created) && inside(q.Changed, i.Changed) && inside(q.Due, i.Due) && inside(q.Visible, i.Visible)
}

func inside(r rest.TimeRange, t time.Time) bool {
	if r == (rest.TimeRange{}) {
		return true
	}
	from := r.From.IsZero() || t.After(r.From) || !r.OpenFrom && t.Equal(r.From)
	to := r.To.IsZero() || t.Before(r.To) || !r.OpenTo && t.Equal(r.To)
	return from && to && !t.IsZero()
}

func (f *fake) ConfirmInstance(_ context.Context, c rest.Caller, id uuid.UUID, match int64) (*rest.Instance, error) {
	return f.confirm("ConfirmInstance", c, id, uuid.Nil, match)
}

func (f *fake) ConfirmElement(_ context.Context, c rest.Caller, id, element uuid.UUID, match int64) (*rest.Instance, error) {
	return f.confirm("ConfirmElement", c, id, element, match)
}

func (f *fake) confirm(method string, c rest.Caller, id, element uuid.UUID, match int64) (*rest.Instance, error) {
	unlock, err := f.lock(method)
	defer unlock()
	if err != nil {
		return nil, err
	}
	if c.Owner == "" {
		return nil, rest.Errorf(rest.Forbidden, "owner", "Only the application's owner confirms.")
	}
	i, err := f.find(c, id)
	if err != nil {
		return nil, err
	}
	f.matched = match
	found := element == uuid.Nil
	for k := range i.Elements {
		e := &i.Elements[k]
		if element != uuid.Nil && e.ID != element {
			continue
		}
		found = true
		if len(e.Downloaded) == 0 {
			return nil, rest.Errorf(rest.Conflict, "not-downloaded", "It was never downloaded.")
		}
		if len(e.Confirmed) == 0 {
			e.Confirmed = append(e.Confirmed, f.now())
		}
	}
	if !found {
		return nil, rest.Errorf(rest.NotFound, "element-unknown", "There is no such element.")
	}
	if method == "ConfirmInstance" && i.Confirmed.IsZero() {
		i.Confirmed = f.now()
	}
	i.Version++
	return clone(i), nil
}

func (f *fake) Process(_ context.Context, c rest.Caller, id uuid.UUID) (*rest.Process, error) {
	unlock, err := f.lock("Process")
	defer unlock()
	if err != nil {
		return nil, err
	}
	i, err := f.find(c, id)
	if err != nil {
		return nil, err
	}
	return &rest.Process{Current: i.Step, Steps: f.apps[0].Steps(), Started: i.Created, Ended: i.Archived, Version: i.Version,
		Visits: []rest.Visit{{Step: "FormFilling", Entered: i.Created, Left: i.Archived, By: i.CreatedBy}}}, nil
}

func (f *fake) mutable(c rest.Caller, id uuid.UUID) (*rest.Instance, error) {
	i, err := f.find(c, id)
	if err == nil && !i.Archived.IsZero() {
		err = rest.Errorf(rest.Locked, "archived", "The instance is archived.")
	}
	return i, err
}

func (f *fake) AddElement(_ context.Context, c rest.Caller, id uuid.UUID, n rest.NewElement) (*rest.Instance, *rest.Element, error) {
	unlock, err := f.lock("AddElement")
	defer unlock()
	if err != nil {
		return nil, nil, err
	}
	i, err := f.mutable(c, id)
	if err != nil {
		return nil, nil, err
	}
	e, err := f.add(i, n, c.Name())
	if err != nil {
		return nil, nil, err
	}
	i.Version++
	f.event(i, rest.EventElementCreated, e.ID, c.Name())
	copied := *e
	return clone(i), &copied, nil
}

func (f *fake) ReplaceElement(_ context.Context, c rest.Caller, id, element uuid.UUID, n rest.NewElement, match int64) (*rest.Instance, *rest.Element, error) {
	unlock, err := f.lock("ReplaceElement")
	defer unlock()
	if err != nil {
		return nil, nil, err
	}
	i, err := f.mutable(c, id)
	if err != nil {
		return nil, nil, err
	}
	k := slices.IndexFunc(i.Elements, func(e rest.Element) bool { return e.ID == element })
	e := &i.Elements[k]
	if match != 0 && match != e.Version {
		return nil, nil, rest.Errorf(rest.PreconditionFailed, "version-stale", "It has changed.")
	}
	f.contents[element] = n.Content.Inline
	e.Content, e.Content.Inline, e.Encrypted = n.Content, nil, n.Encrypted
	e.Version++
	i.Version++
	copied := *e
	return clone(i), &copied, nil
}

func (f *fake) Element(_ context.Context, c rest.Caller, id, element uuid.UUID) (*rest.Element, error) {
	e, _, err := f.Content(context.Background(), c, id, element)
	return e, err
}

type closer struct{ *bytes.Reader }

func (closer) Close() error { return nil }

func (f *fake) Content(_ context.Context, c rest.Caller, id, element uuid.UUID) (*rest.Element, io.ReadSeekCloser, error) {
	unlock, err := f.lock("Content")
	defer unlock()
	if err != nil {
		return nil, nil, err
	}
	i, err := f.find(c, id)
	if err != nil {
		return nil, nil, err
	}
	k := slices.IndexFunc(i.Elements, func(e rest.Element) bool { return e.ID == element })
	if k < 0 {
		return nil, nil, rest.Errorf(rest.NotFound, "element-unknown", "There is no such element.")
	}
	e, content := i.Elements[k], f.contents[element]
	if f.damaged {
		content = content[:len(content)/2]
	}
	return &e, closer{bytes.NewReader(content)}, nil
}

func (f *fake) Downloaded(_ context.Context, c rest.Caller, id uuid.UUID, of *rest.Element) error {
	unlock, err := f.lock("Downloaded")
	defer unlock()
	if err != nil || c.Owner == "" {
		return err
	}
	i, err := f.find(c, id)
	if err != nil {
		return err
	}
	k := slices.IndexFunc(i.Elements, func(e rest.Element) bool { return e.ID == of.ID })
	i.Elements[k].Downloaded = append(i.Elements[k].Downloaded, f.now())
	i.Elements[k].Version++
	i.Version++
	f.downloads <- of.ID
	return nil
}

func (f *fake) InstanceEvents(_ context.Context, c rest.Caller, id uuid.UUID, q rest.EventQuery) ([]rest.Event, error) {
	unlock, err := f.lock("InstanceEvents")
	defer unlock()
	if err != nil {
		return nil, err
	}
	return f.selected(q, func(e rest.Event) bool { return e.Instance == id }), nil
}

// selected are the events of one kind that a query is for.
func (f *fake) selected(q rest.EventQuery, of func(rest.Event) bool) []rest.Event {
	all := slices.DeleteFunc(slices.Clone(f.events), func(e rest.Event) bool {
		return !of(e) || e.ID <= q.After || e.At.Before(q.Since) || q.Step != "" && e.Step != q.Step
	})
	return all[:min(q.Limit, len(all))]
}

func (f *fake) AppEvents(_ context.Context, c rest.Caller, app rest.AppID, q rest.EventQuery) ([]rest.Event, error) {
	unlock, err := f.lock("AppEvents")
	defer unlock()
	if err != nil {
		return nil, err
	}
	if c.Owner != app.Org || app != demo {
		return nil, rest.Errorf(rest.NotFound, "application-unknown", "There is no such application.")
	}
	return f.selected(q, func(e rest.Event) bool { return e.App == app }), nil
}

func (f *fake) EventsAdded() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.added == nil {
		f.added = make(chan struct{})
	}
	return f.added
}

// fakeClaim is a key of a caller's with what became of its request.
type fakeClaim struct {
	f        *fake
	underway bool
	answer   *rest.FirstAnswer
}

func (f *fake) Claim(_ context.Context, c rest.Caller, key string) (rest.Claim, error) {
	unlock, err := f.lock("Claim")
	defer unlock()
	if err != nil {
		return nil, err
	}
	if f.repeats == nil {
		f.repeats = map[string]*fakeClaim{}
	}
	k := f.repeats[c.Name()+" "+key]
	if k == nil {
		k = &fakeClaim{f: f}
		f.repeats[c.Name()+" "+key] = k
	}
	if k.underway {
		return nil, rest.Errorf(rest.Conflict, "idempotency-underway", "Under way.")
	}
	k.underway = true
	return k, nil
}

func (k *fakeClaim) Earlier() *rest.FirstAnswer                 { return k.answer }
func (k *fakeClaim) Within(ctx context.Context) context.Context { return ctx }

func (k *fakeClaim) Answer(_ context.Context, a rest.FirstAnswer) error {
	k.f.mu.Lock()
	defer k.f.mu.Unlock()
	k.answer = &a
	return k.f.fail["Answer"]
}

func (k *fakeClaim) Release() {
	k.f.mu.Lock()
	defer k.f.mu.Unlock()
	k.underway = false
}
