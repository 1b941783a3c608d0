package api

import (
	"crypto/x509"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// draft renders the model in the words of the 2019 draft.
type draft struct {
	links  links
	reader rest.Caller
}

func (draft) mediaType() string         { return draftType }
func (draft) etag(version int64) string { return quoteVersion(version, "") }

func (d draft) instance(i *rest.Instance) any { return d.instanceOf(i) }

func (d draft) instanceOf(i *rest.Instance) Instance {
	out := Instance{
		Id:                  instanceID(i.Owner, i.ID),
		Number:              i.Number,
		SelfLinks:           d.links.instance(i),
		AppId:               i.App.String(),
		InstanceOwnerId:     ownerID(i.Owner),
		Labels:              list(i.Labels),
		CreatedDateTime:     utc(i.Created),
		CreatedBy:           i.CreatedBy,
		LastChangedDateTime: utc(i.Changed),
		LastChangedBy:       i.ChangedBy,
		DueDateTime:         utc(i.Due),
		VisibleDateTime:     utc(i.Visible),
		PresentationField:   i.Presentation,
		ArchiveReference:    i.ArchiveReference,
		ReceiptId:           i.Receipt,
		CaseNumber:          i.Case,

		ExternalShipmentReference: i.Reference,
		EncryptedKeys:             keysOf(i.KeysFor(d.reader)),
		Workflow:                  Workflow{CurrentStep: i.Step, IsCompleted: !i.Archived.IsZero()},
		Status: Status{
			IsArchived: !i.Archived.IsZero(), ArchivedDateTime: utc(i.Archived),
			IsSoftDeleted: !i.SoftDeleted.IsZero(), SoftDeletedDateTime: utc(i.SoftDeleted),
			IsMarkedForHardDelete: !i.HardDeleted.IsZero(), MarkedForHardDeleteDateTime: utc(i.HardDeleted),
			ConfirmedDateTime: utc(i.Confirmed),
		},
	}
	out.Data = d.elementsOf(i)
	for _, s := range i.Signatures {
		out.Signatures = append(out.Signatures, signatureOf(s))
	}
	return out
}

func signatureOf(s rest.Signature) Signature {
	by := rest.Caller{System: s.System, Person: s.Person}
	out := Signature{By: by.Name(), At: utc(s.At), Step: s.Step, Text: s.Text, Data: make([]SignedData, 0, len(s.Elements))}
	for k, id := range s.Elements {
		data := SignedData{DataId: id}
		if k < len(s.Hashes) {
			data.Sha256 = hex.EncodeToString(s.Hashes[k][:])
		}
		out.Data = append(out.Data, data)
	}
	if cert, err := x509.ParseCertificate(s.Certificate); err == nil {
		out.Certificate = SignatureCertificate{
			Subject: cert.Subject.String(), Issuer: cert.Issuer.String(), Thumbprint: rest.ThumbprintOf(cert.Raw).String(),
			ValidFrom: utc(cert.NotBefore), ValidTo: utc(cert.NotAfter), Certificate: cert.Raw,
		}
	}
	return out
}

func (d draft) element(i *rest.Instance, e *rest.Element) any { return d.elementOf(i, e) }

func (d draft) elementOf(i *rest.Instance, e *rest.Element) DataElement {
	return DataElement{
		Id:                  e.ID,
		Number:              e.Number,
		FormId:              e.Type,
		ContentType:         e.ContentType,
		StorageUrl:          i.App.String() + "/" + i.ID.String() + "/data/" + e.ID.String(),
		DataLinks:           d.links.element(i, e.ID),
		FileName:            e.FileName,
		SendersReference:    e.SenderReference,
		CreatedDateTime:     utc(e.Created),
		CreatedBy:           e.CreatedBy,
		LastChangedDateTime: utc(e.Changed),
		LastChangedBy:       e.ChangedBy,
		FileSize:            e.Content.Size,
		Sha256:              hexSum(e),
		IsLocked:            e.Locked,
		Encrypted:           e.Encrypted,
		ApplicationOwner:    ApplicationOwner{Downloaded: utcs(e.Downloaded), DownloadConfirmed: utcs(e.Confirmed)},
	}
}

func (d draft) elements(i *rest.Instance) any { return d.elementsOf(i) }

func (d draft) elementsOf(i *rest.Instance) []DataElement {
	out := make([]DataElement, 0, len(i.Elements))
	for k := range i.Elements {
		out = append(out, d.elementOf(i, &i.Elements[k]))
	}
	return out
}

func (draft) process(p *rest.Process) any {
	return Process{CurrentStep: p.Current, IsCompleted: !p.Ended.IsZero(), Started: utc(p.Started), Ended: utc(p.Ended), Steps: steps(p.Steps), Delegation: delegationOf(p)}
}

func steps(in []rest.Step) []Step {
	out := make([]Step, 0, len(in))
	for _, s := range in {
		out = append(out, Step{Id: s.ID, Kind: string(s.Kind), Optional: s.Optional, Actions: s.Actions(), Parallel: s.Parallel, Whole: s.Whole})
	}
	return out
}

func (draft) history(p *rest.Process) any {
	out := ProcessHistory{History: make([]Visit, 0, len(p.Visits))}
	for _, v := range p.Visits {
		out.History = append(out.History, Visit{Step: v.Step, Entered: utc(v.Entered), Left: utc(v.Left), By: v.By})
	}
	return out
}

func (d draft) instanceEvents(i *rest.Instance, events []rest.Event) any {
	out := make([]Event, 0, len(events))
	for _, e := range events {
		out = append(out, d.event(e, i))
	}
	return out
}

// event renders one event; i is its instance, nil when it is gone.
func (d draft) event(e rest.Event, i *rest.Instance) Event {
	out := Event{
		Id: decimal(e.ID), At: utc(e.At), AppId: e.App.String(), InstanceOwnerId: ownerID(e.Owner),
		InstanceLink: d.links.instance(&rest.Instance{ID: e.Instance, Owner: e.Owner, App: e.App}).Platform,
		DataLinks:    []EventData{}, EventType: string(e.Type), WorkflowStep: e.Step, UserId: e.By,
	}
	if e.Type.OfTransfer() {
		out.InstanceLink = d.links.transfer(e.Transfer)
	}
	if e.Type.OfCorrespondence() {
		out.InstanceLink = d.links.correspondence(e.Correspondence)
	}
	if e.Type.OfLookup() {
		out.InstanceLink = d.links.lookup(e.Lookup)
	}
	if e.Element != uuid.Nil {
		out.DataId = e.Element.String()
	}
	if i != nil {
		for _, el := range i.Elements {
			out.DataLinks = append(out.DataLinks, EventData{FormId: el.Type, DataLink: d.links.element(i, el.ID).Platform})
		}
	}
	return out
}

func (d draft) application(a *rest.Application) any { return d.applicationOf(a) }

func (draft) applicationOf(a *rest.Application) Application {
	out := Application{
		Id: a.ID.String(), Org: a.ID.Org, App: a.ID.App, Titles: a.Titles,
		Service:    Service{Code: a.Service.Code, Edition: a.Service.Edition},
		Validation: string(a.Validation), Steps: steps(a.Steps()), DataTypes: []DataType{},
	}
	if out.Titles == nil {
		out.Titles = map[string]string{}
	}
	if out.Validation == "" {
		out.Validation = string(rest.ValidationOff)
	}
	for _, t := range a.DataTypes {
		out.DataTypes = append(out.DataTypes, DataType{
			Id: t.ID, ContentTypes: list(t.ContentTypes), Extensions: t.Extensions, MaxSize: t.MaxSize,
			MinCount: int32(t.MinCount), MaxCount: int32(t.MaxCount), DataFormatId: t.DataFormatID,
			DataFormatVersion: t.DataFormatVersion, AttachmentTypeName: t.AttachmentTypeName, HasSchema: len(t.Schema) > 0,
		})
	}
	for i := range a.Certificates {
		c := &a.Certificates[i]
		out.Certificates = append(out.Certificates, ServiceCertificate{
			Number: c.Number(), Thumbprint: rest.ThumbprintOf(c.DER).String(), Label: c.Label,
			ValidFrom: c.ValidFrom.UTC(), ValidTo: c.ValidTo.UTC(), Certificate: c.DER,
		})
	}
	return out
}

func (d draft) applications(all []*rest.Application) any {
	out := Applications{Applications: make([]Application, 0, len(all))}
	for _, a := range all {
		out.Applications = append(out.Applications, d.applicationOf(a))
	}
	return out
}

// page is HAL, with links relative to the list's own address, as the draft has them.
func (d draft) page(v pageView) any {
	href := func(query string) Href {
		if query == "" {
			return Href{}
		}
		return Href{Href: v.place() + "?" + query}
	}
	out := InstancePage{
		UnderscoreLinks:    PageLinks{Self: href(v.self), Next: href(v.next), Last: href(v.last)},
		UnderscoreEmbedded: EmbeddedInstances{Instances: make([]Instance, 0, len(v.instances))},
	}
	if v.self == "" {
		out.UnderscoreLinks.Self.Href = v.place()
	}
	if v.total >= 0 {
		out.TotalCount = &v.total
	}
	for k := range v.instances {
		out.UnderscoreEmbedded.Instances = append(out.UnderscoreEmbedded.Instances, d.instanceOf(&v.instances[k]))
	}
	return out
}

// utc is the time as answers show it; the zero time stays absent.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

func utcs(in []time.Time) []time.Time {
	out := make([]time.Time, 0, len(in))
	for _, t := range in {
		out = append(out, t.UTC())
	}
	return out
}

// list is in, never nil: lists are there even when empty.
func list(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}
