package api

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"overgang/rest"
)

// later renders the model in the later platform's words.
type later struct {
	links  links
	reader rest.Caller
	// steps are an application's steps; nil when it is gone.
	steps func(rest.AppID) []rest.Step
}

func (later) mediaType() string         { return laterType }
func (later) etag(version int64) string { return quoteVersion(version, laterTag) }

func (l later) instance(i *rest.Instance) any { return l.instanceOf(i) }

func (l later) instanceOf(i *rest.Instance) LaterInstance {
	out := LaterInstance{
		Id: instanceID(i.Owner, i.ID), InstanceOwner: LaterOwner{PartyId: ownerID(i.Owner)},
		AppId: i.App.String(), Org: i.App.Org, SelfLinks: l.links.instance(i),
		DueBefore: utc(i.Due), VisibleAfter: utc(i.Visible), Process: l.processView(i),
		Status: LaterStatus{
			IsArchived: !i.Archived.IsZero(), Archived: utc(i.Archived),
			IsSoftDeleted: !i.SoftDeleted.IsZero(), SoftDeleted: utc(i.SoftDeleted),
			IsHardDeleted: !i.HardDeleted.IsZero(), HardDeleted: utc(i.HardDeleted),
		},
		CompleteConfirmations: []LaterConfirmation{}, Data: l.elementsOf(i),
		PresentationTexts: map[string]string{}, CaseNumber: i.Case, EncryptedKeys: keysOf(i.KeysFor(l.reader)),
		DataValues: dataValues(i),
		Created:    utc(i.Created), CreatedBy: i.CreatedBy, LastChanged: utc(i.Changed), LastChangedBy: i.ChangedBy,
	}
	if !i.Confirmed.IsZero() {
		out.CompleteConfirmations = append(out.CompleteConfirmations, LaterConfirmation{StakeholderId: i.App.Org, ConfirmedOn: utc(i.Confirmed)})
	}
	if i.Presentation != "" {
		out.PresentationTexts["presentationField"] = i.Presentation
	}
	return out
}

// dataValues are an instance's names in the legacy services, where the later
// platform has those of what was brought over to it.
func dataValues(i *rest.Instance) map[string]string {
	values := map[string]string{"number": decimal(int64(i.Number))}
	if i.ArchiveReference != "" {
		values["A2ArchRef"] = strings.TrimPrefix(i.ArchiveReference, "AR")
	}
	if i.Reference != "" {
		values["externalShipmentReference"] = i.Reference
	}
	if i.Receipt != 0 {
		values["receiptId"] = decimal(int64(i.Receipt))
	}
	return values
}

// metadata are an element's names.
func metadata(e *rest.Element) []LaterKeyValue {
	values := []LaterKeyValue{{Key: "number", Value: decimal(int64(e.Number))}}
	if e.SenderReference != "" {
		values = append(values, LaterKeyValue{Key: "sendersReference", Value: e.SenderReference})
	}
	return values
}

// processView is the process as far as the instance itself tells it.
func (l later) processView(i *rest.Instance) LaterProcess {
	out := LaterProcess{Started: utc(i.Created)}
	if !i.Archived.IsZero() {
		out.Ended, out.EndEvent = utc(i.Archived), rest.Archived
		return out
	}
	out.CurrentTask = task(i.Step, l.steps(i.App))
	out.CurrentTask.Started = utc(i.StepAt)
	return out
}

// taskTypes are the later names of the kinds of steps.
var taskTypes = map[rest.StepKind]string{rest.Fill: "data", rest.Signing: "signing", rest.Send: "confirmation"}

// task is the current step among an application's steps; flow 1 is the start event.
func task(current string, steps []rest.Step) *LaterTask {
	t := &LaterTask{ElementId: current, Name: current}
	for n, s := range steps {
		if s.ID == current {
			t.Flow, t.AltinnTaskType = n+2, taskTypes[s.Kind]
		}
	}
	return t
}

func (l later) element(i *rest.Instance, e *rest.Element) any { return l.elementOf(i, e) }

func (l later) elementOf(i *rest.Instance, e *rest.Element) LaterDataElement {
	return LaterDataElement{
		Id: e.ID, InstanceGuid: i.ID, DataType: e.Type, Filename: e.FileName, ContentType: e.ContentType,
		BlobStoragePath: i.App.String() + "/" + i.ID.String() + "/data/" + e.ID.String(),
		SelfLinks:       l.links.element(i, e.ID), Size: e.Content.Size, ContentHash: hexSum(e), Locked: e.Locked, Encrypted: e.Encrypted,
		Metadata: metadata(e),
		Created:  utc(e.Created), CreatedBy: e.CreatedBy, LastChanged: utc(e.Changed), LastChangedBy: e.ChangedBy,
	}
}

func (l later) elements(i *rest.Instance) any {
	return LaterDataElements{DataElements: l.elementsOf(i)}
}

func (l later) elementsOf(i *rest.Instance) []LaterDataElement {
	out := make([]LaterDataElement, 0, len(i.Elements))
	for k := range i.Elements {
		out = append(out, l.elementOf(i, &i.Elements[k]))
	}
	return out
}

func (later) process(p *rest.Process) any {
	out := LaterProcess{Started: utc(p.Started), Ended: utc(p.Ended)}
	if !p.Ended.IsZero() {
		out.EndEvent = p.Current
		return out
	}
	out.CurrentTask = task(p.Current, p.Steps)
	if n := len(p.Visits); n > 0 {
		out.CurrentTask.Started = utc(p.Visits[n-1].Entered)
	}
	return out
}

func (later) history(p *rest.Process) any {
	out := LaterProcessHistory{ProcessHistory: make([]LaterProcessItem, 0, len(p.Visits))}
	for _, v := range p.Visits {
		out.ProcessHistory = append(out.ProcessHistory, LaterProcessItem{ElementId: v.Step, Started: utc(v.Entered), Ended: utc(v.Left), PerformedBy: v.By})
	}
	return out
}

func (later) instanceEvents(i *rest.Instance, events []rest.Event) any {
	out := LaterInstanceEvents{InstanceEvents: make([]LaterInstanceEvent, 0, len(events))}
	for _, e := range events {
		event := LaterInstanceEvent{
			Id: decimal(e.ID), InstanceId: instanceID(i.Owner, i.ID), InstanceOwnerPartyId: ownerID(i.Owner),
			EventType: string(e.Type), Created: utc(e.At), User: LaterUser{Id: e.By},
			ProcessInfo: LaterProcessInfo{CurrentTask: LaterTaskName{ElementId: e.Step}},
		}
		if e.Element != uuid.Nil {
			event.DataId = e.Element.String()
		}
		out.InstanceEvents = append(out.InstanceEvents, event)
	}
	return out
}

func (l later) application(a *rest.Application) any { return l.applicationOf(a) }

func (later) applicationOf(a *rest.Application) LaterApplication {
	out := LaterApplication{Id: a.ID.String(), Org: a.ID.Org, Title: a.Titles, DataTypes: make([]LaterDataType, 0, len(a.DataTypes))}
	if out.Title == nil {
		out.Title = map[string]string{}
	}
	for _, t := range a.DataTypes {
		out.DataTypes = append(out.DataTypes, LaterDataType{
			Id: t.ID, AllowedContentTypes: list(t.ContentTypes), MinCount: int32(t.MinCount), MaxCount: int32(t.MaxCount),
			MaxSize: (t.MaxSize + 1<<20 - 1) >> 20,
		})
	}
	return out
}

func (l later) applications(all []*rest.Application) any {
	out := LaterApplications{Applications: make([]LaterApplication, 0, len(all))}
	for _, a := range all {
		out.Applications = append(out.Applications, l.applicationOf(a))
	}
	return out
}

// page has absolute links, on the later platform's own path.
func (l later) page(v pageView) any {
	href := func(query string) string {
		if query != "" {
			query = "?" + query
		}
		if v.at != "" {
			return l.links.platform + "/storage/" + v.at + query
		}
		return l.links.platform + laterPrefix + "instances" + query
	}
	out := LaterInstancePage{Count: int64(len(v.instances)), Self: href(v.self), Instances: make([]LaterInstance, 0, len(v.instances))}
	if v.total >= 0 {
		out.Count = v.total
	}
	if v.next != "" {
		out.Next = href(v.next)
	}
	for k := range v.instances {
		out.Instances = append(out.Instances, l.instanceOf(&v.instances[k]))
	}
	return out
}

// hexSum is the content's SHA-256 in hexadecimal.
func hexSum(e *rest.Element) string { return hex.EncodeToString(e.Content.SHA256[:]) }

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
