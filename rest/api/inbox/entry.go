package inbox

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

// lister shows the entries of one answer, and looks every application up once.
type lister struct {
	*server
	language string
	apps     map[rest.AppID]*rest.Application
}

// messageStatuses are the later platform's names.
var messageStatuses = map[rest.CorrespondenceStatus]string{
	rest.MessageSent: "Published", rest.MessageRead: "Read", rest.MessageReplied: "Replied", rest.MessageConfirmed: "Confirmed", rest.MessageArchived: "Archived",
}

// entry shows an entry.
func (l lister) entry(ctx context.Context, e rest.InboxEntry) (Entry, error) {
	app, err := l.app(ctx, e.App())
	if err != nil {
		return Entry{}, err
	}
	place := e.Place()
	out := Entry{
		Number: place.Number, LastChangedDateTime: place.At.UTC(), ResourceId: app.ID.String(), ServiceCode: app.Service.Code, ServiceEdition: app.Service.Edition,
		Title: cmp.Or(app.Titles[l.language], app.Titles["nb"], app.ID.App),
	}
	switch e.Kind() {
	case rest.InboxMessage:
		l.message(&out, e.Message)
	case rest.InboxLookup:
		l.lookup(&out, e.Lookup)
	case rest.InboxCase:
		l.file(&out, e.Case)
	default:
		l.instance(&out, e.Instance)
	}
	return out, nil
}

// app is an application by its id. One that is no longer registered has nothing
// but its name.
func (l lister) app(ctx context.Context, id rest.AppID) (*rest.Application, error) {
	if a := l.apps[id]; a != nil {
		return a, nil
	}
	a, err := l.core.Application(ctx, id)
	if rest.KindOf(err) == rest.NotFound && err != nil {
		a, err = &rest.Application{ID: id}, nil
	}
	if err != nil {
		return nil, err
	}
	l.apps[id] = a
	return a, nil
}

func (l lister) instance(out *Entry, in *rest.Instance) {
	out.Kind, out.Id, out.Party, out.Status = "instance", in.ID, api.PartyURN(in.Owner), in.Step
	if in.Presentation != "" {
		out.Title += " - " + in.Presentation
	}
	out.IsArchived, out.ArchiveReference, out.CaseNumber = !in.Archived.IsZero(), in.ArchiveReference, in.Case
	if !out.IsArchived {
		out.DueDateTime = utc(in.Due)
	}
	out.Href = l.base + "/storage/instances/" + strconv.Itoa(int(in.Owner)) + "/" + in.ID.String()
}

func (l lister) message(out *Entry, m *rest.Correspondence) {
	out.Kind, out.Id, out.Party, out.Status = "correspondence", m.ID, api.PartyURN(m.Party), messageStatuses[m.Status()]
	out.Title, out.IsArchived, out.ArchiveReference, out.CaseNumber = m.Text(l.language).Title, m.Archived.Done(), m.ArchiveReference, m.Case
	if !out.IsArchived {
		out.DueDateTime = utc(m.Due)
	}
	out.Href = l.address("correspondence", m.ID)
}

func (l lister) lookup(out *Entry, in *rest.Lookup) {
	out.Kind, out.Id, out.Party, out.Status = "lookup", in.ID, api.PartyURN(in.Party), rest.Archived
	out.Title, out.IsArchived, out.ArchiveReference = in.Title, true, in.ArchiveReference
	out.Href = l.address("lookup", in.ID)
}

func (l lister) file(out *Entry, c *rest.Case) {
	out.Kind, out.Party, out.Status, out.DueDateTime = "case", api.PartyURN(c.Party), "Open", utc(c.Due)
	if c.Archived.Done() {
		out.Status, out.IsArchived, out.DueDateTime = rest.Archived, true, time.Time{}
	}
	out.Href = l.base + "/case/api/v1/case/" + strconv.Itoa(int(c.Number))
}

// address is a record's in the API of its kind.
func (l lister) address(face string, id uuid.UUID) string {
	return l.base + "/" + face + "/api/v1/" + face + "/" + id.String()
}

// utc is the time as answers show it; the zero time stays absent.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}
