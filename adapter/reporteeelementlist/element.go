package reporteeelementlist

import (
	"context"
	"strings"
	"time"

	"overgang/adapter/actor"
	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/adapter/servicemetadata"
	"overgang/rest"
	"overgang/soap"
)

// Element is ReporteeElementBEV2, and what ReporteeElementBE has of it. What
// only Altinn I had is never there.
type Element struct {
	AllowDelete                   bool // the caller may write for the reportee
	AllowNewCopy                  bool // there are no copies
	Altinn1ArchiveUnitId          *int64
	Altinn1FormCode               *int32
	Altinn1FormId                 *int32
	Altinn1FormInstanceID         *int64
	Altinn1FormORNo               *int64
	Altinn1ParticipantID          *string
	Altinn1ReferenceType          *int32
	Altinn1WorkflowProcessId      *int64
	ArchiveId                     *int32 // the same number, when archived
	ArchiveReference              *string
	CaseID                        int32  // V2; 0 = none
	CorrespondenceStatus          string // "Default" of what is no message
	DueDate                       *time.Time
	EndUserSystemID               int32 // the system that sent it; 0 = none
	ExternalServiceCode           string
	IsCaseArchived                bool // V2: the case that it is, or is in
	IsMatched                     bool // internal: false, as recorded
	LastChangeType                string
	LastChangedBy                 string
	LastChangedByID               int32
	LastChangedDate               time.Time
	Notice                        *string // V2
	ParentCaseName                *string // V2: of the case that it is in
	ReporteeElementId             int32
	ReporteeElementOwner          int32
	ReporteeElementType           string
	ReporteeName                  string
	RoleRequirement               string // "Default" of what is archived
	RoleRequirementAltinn1Element *string
	SEReporteeElementID           int32 // V2: the number before it was archived, which is the same
	ServiceEditionVersion         int32 // V2
	ServiceOwner                  int32 // owners have no numbers: 0
	ServiceOwnerCode              string
	ServiceOwnerDescription       string // V2: the code
	Status                        string
	StatusName                    string
	TaskStatus                    string // "Default" of what is no form task
	Title                         string

	beforeArchive string // CorrespondenceStatus
}

const (
	typeMessage = "Correspondence"
	typeForms   = "FormTask"
	typeLookup  = "LookUp" // V2
	typeCase    = "Collaboration"
	unset       = "Default"
	inArchive   = "Archive"
	isArchived  = "Archived"
)

// asFirst makes elements of the first version, which has one status less, and one
// task status.
func asFirst(list []Element) {
	for i := range list {
		if list[i].TaskStatus == inParallel {
			list[i].TaskStatus = states[rest.Signing].task
		}
		if list[i].CorrespondenceStatus == isArchived {
			list[i].CorrespondenceStatus = list[i].beforeArchive
		}
	}
}

// lister writes the elements of one answer, and looks everything up once.
type lister struct {
	*service
	caller   rest.Caller
	language int32
	services map[offer]*offered
	names    map[rest.PartyID]string
	cases    map[int32]*rest.Case
}

// offer is a service for a party: who signs has others' elements among its own.
type offer struct {
	app   rest.AppID
	party rest.PartyID
}

// offered is an element's service, and what the caller may do there.
type offered struct {
	app    *rest.Application
	title  string
	writes bool
	leaves map[string]bool // by step
}

// elements are entries of one reportee's inbox.
func (s *service) elements(ctx context.Context, call *soap.Call, entries []rest.InboxEntry, languageID int32) ([]Element, error) {
	l := &lister{service: s, caller: credential.Of(call), language: language.For(call, languageID), services: map[offer]*offered{}, names: map[rest.PartyID]string{}, cases: map[int32]*rest.Case{}}
	list := make([]Element, len(entries))
	for i, e := range entries {
		var err error
		switch e.Kind() {
		case rest.InboxMessage:
			err = l.message(ctx, &list[i], e.Message)
		case rest.InboxLookup:
			err = l.lookup(ctx, &list[i], e.Lookup)
		case rest.InboxCase:
			err = l.collaboration(ctx, &list[i], e.Case)
		default:
			err = l.forms(ctx, &list[i], e.Instance)
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// begin sets what elements of every type have.
func (l *lister) begin(ctx context.Context, e *Element, id rest.AppID, party rest.PartyID, number int32, reference string) (*offered, error) {
	o, err := l.offer(ctx, id, party)
	if err != nil {
		return nil, err
	}
	e.ReporteeName, err = l.name(ctx, party)
	owner := strings.ToUpper(id.Org)
	e.AllowDelete, e.ReporteeElementId, e.SEReporteeElementID, e.ReporteeElementOwner = o.writes, number, number, int32(party)
	e.ServiceOwnerCode, e.ServiceOwnerDescription, e.RoleRequirement = owner, owner, unset
	if o.app.Service.Code != "" {
		e.ExternalServiceCode, e.ServiceEditionVersion = o.app.Service.Code, servicemetadata.EditionVersion(o.app.Service)
	}
	if reference != "" {
		e.ArchiveId, e.ArchiveReference = &number, &reference
	}
	return o, err
}

// offer is an application by its id. One that is no longer registered has
// nothing but its name.
func (l *lister) offer(ctx context.Context, id rest.AppID, party rest.PartyID) (*offered, error) {
	if o := l.services[offer{id, party}]; o != nil {
		return o, nil
	}
	app, err := l.core.Application(ctx, id)
	if rest.KindOf(err) == rest.NotFound {
		app, err = &rest.Application{ID: id}, nil
	}
	if err != nil {
		return nil, err
	}
	o := &offered{app: app, title: language.Pick(app.Titles, l.language), leaves: map[string]bool{}}
	if o.title == "" {
		o.title = id.App
	}
	l.services[offer{id, party}] = o
	o.writes, err = l.core.Allowed(ctx, l.caller, party, app, rest.Write)
	return o, err
}

// name is a party's name; one that is no longer registered has none.
func (l *lister) name(ctx context.Context, id rest.PartyID) (string, error) {
	if name, ok := l.names[id]; ok {
		return name, nil
	}
	p, err := l.core.Party(ctx, rest.PartyRef{ID: id})
	if err != nil && rest.KindOf(err) != rest.NotFound {
		return "", err
	}
	l.names[id] = p.Name
	return p.Name, nil
}

// inCase tells of the case that an element is in; 0 = none. Of one that the caller
// may not read there is but the number.
func (l *lister) inCase(ctx context.Context, e *Element, number int32) error {
	e.CaseID = number
	if number == 0 {
		return nil
	}
	c, looked := l.cases[number]
	if !looked {
		var err error
		if c, err = l.core.Case(ctx, l.caller, number); err != nil && rest.KindOf(err) != rest.NotFound {
			return err
		}
		l.cases[number] = c
	}
	if c == nil {
		return nil
	}
	o, err := l.offer(ctx, c.App, c.Party)
	if err != nil {
		return err
	}
	e.IsCaseArchived, e.ParentCaseName = c.Archived.Done(), &o.title
	return nil
}

// changed says who made the last change: a person by name, everybody else as
// events have them.
func (l *lister) changed(ctx context.Context, e *Element, at time.Time, by string) error {
	e.LastChangedDate, e.LastChangedBy = at, by
	e.LastChangedByID = actor.Number(by)
	if id := actor.Person(by); id != 0 {
		name, err := l.name(ctx, rest.PartyID(id))
		if err != nil {
			return err
		}
		e.LastChangedBy = name
	}
	return nil
}
