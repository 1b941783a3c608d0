package reporteeelementlist

import (
	"context"
	"slices"

	"overgang/adapter/language"
	"overgang/adapter/optional"
	"overgang/rest"
)

// states are a step's status and task status, by its kind.
var states = map[rest.StepKind]struct{ status, task string }{
	rest.Fill: {"FillIn", "FormFilling"}, rest.Signing: {"SignIn", "Signing"}, rest.Send: {"SendIn", "SendIn"},
}

// inParallel is the task status of a parallel step.
const inParallel = "ParallelSigning"

// caseActive names the one state of a case that is not archived, for which the
// enumeration of statuses has no value.
const caseActive = "Active"

// statusNames are the texts of statuses. Sami has none.
var statusNames = map[string]map[string]string{
	"FillIn":                     {"nb": "Utfylling", "nn": "Utfylling", "en": "Form filling"},
	"SignIn":                     {"nb": "Signering", "nn": "Signering", "en": "Signing"},
	"SendIn":                     {"nb": "Innsending", "nn": "Innsending", "en": "Sending in"},
	caseActive:                   {"nb": "Aktiv", "nn": "Aktiv", "en": "Active"},
	inArchive:                    {"nb": "Arkivert", "nn": "Arkivert", "en": "Archived"},
	"NotOpenedNoConfirmationReq": {"nb": "Ulest", "nn": "Ulesen", "en": "Unread"},
	"NotOpenedConfirmationReq":   {"nb": "Ulest, skal bekreftes", "nn": "Ulesen, skal stadfestast", "en": "Unread, to be confirmed"},
	"OpenedNoConfirmedReq":       {"nb": "Lest", "nn": "Lesen", "en": "Read"},
	"OpenedNotConfirmed":         {"nb": "Lest, skal bekreftes", "nn": "Lesen, skal stadfestast", "en": "Read, to be confirmed"},
	"Confirmed":                  {"nb": "Bekreftet", "nn": "Stadfesta", "en": "Confirmed"},
}

// forms writes an instance.
func (l *lister) forms(ctx context.Context, e *Element, in *rest.Instance) error {
	o, err := l.begin(ctx, e, in.App, in.Owner, in.Number, in.ArchiveReference)
	if err != nil {
		return err
	}
	if err := l.inCase(ctx, e, in.Case); err != nil {
		return err
	}
	e.ReporteeElementType, e.CorrespondenceStatus, e.EndUserSystemID = typeForms, unset, int32(max(in.Sender, 0))
	e.Title = o.title
	if in.Presentation != "" {
		e.Title += " - " + in.Presentation
	}
	if in.Archived.IsZero() {
		step := rest.Step{Kind: rest.Fill}
		for _, s := range o.app.Steps() {
			if s.ID == in.Step {
				step = s
			}
		}
		e.Status, e.TaskStatus, e.LastChangeType = states[step.Kind].status, states[step.Kind].task, "Saved"
		e.DueDate, e.RoleRequirement = optional.Of(in.Due), "ReadButNotPerformNextStep"
		var may bool
		if step.Parallel {
			e.TaskStatus = inParallel
			may, err = l.signs(ctx, in)
		} else {
			may, err = l.leaves(ctx, o, in.Owner, step)
		}
		if err != nil {
			return err
		}
		if may {
			e.RoleRequirement = "ReadAndPerformNextStep"
		}
	} else {
		e.Status, e.TaskStatus, e.LastChangeType = inArchive, inArchive, isArchived
	}
	e.StatusName = language.Pick(statusNames[e.Status], l.language)
	return l.changed(ctx, e, in.Changed, in.ChangedBy)
}

// leaves says that the caller has the role and the right that a step takes.
func (l *lister) leaves(ctx context.Context, o *offered, party rest.PartyID, step rest.Step) (bool, error) {
	if may, ok := o.leaves[step.ID]; ok {
		return may, nil
	}
	may := len(step.Roles) == 0 || slices.ContainsFunc(step.Roles, l.caller.Has)
	var err error
	if may {
		may, err = l.core.Allowed(ctx, l.caller, party, o.app, step.Needs())
	}
	o.leaves[step.ID] = may
	return may, err
}

// signs says that the caller is one of those who are named to sign an instance at
// its parallel step, and has not.
func (l *lister) signs(ctx context.Context, in *rest.Instance) (bool, error) {
	if l.caller.Person == 0 {
		return false, nil
	}
	p, err := l.core.Process(ctx, l.caller, in.ID)
	if err != nil {
		return false, err
	}
	return p.Delegation.Left(in.Signatures, l.caller.Person) > 0, nil
}

// correspondenceStatuses are the wire's names.
var correspondenceStatuses = map[rest.CorrespondenceStatus]string{
	rest.MessageSent: "Created", rest.MessageRead: "Read", rest.MessageReplied: "Replied", rest.MessageConfirmed: "Confirmed",
	rest.MessageArchived: isArchived, rest.MessageDeleted: "DeletedByUser",
}

// message writes a message.
func (l *lister) message(ctx context.Context, e *Element, m *rest.Correspondence) error {
	if _, err := l.begin(ctx, e, m.App, m.Party, m.Number, m.ArchiveReference); err != nil {
		return err
	}
	before := *m
	before.Archived = rest.Mark{}
	if err := l.inCase(ctx, e, m.Case); err != nil {
		return err
	}
	e.ReporteeElementType, e.TaskStatus = typeMessage, unset
	e.CorrespondenceStatus, e.beforeArchive = correspondenceStatuses[m.Status()], correspondenceStatuses[before.Status()]
	e.Title = m.Text(language.Tag(l.language)).Title
	e.Status = messageStatus(m)
	e.StatusName = language.Pick(statusNames[e.Status], l.language)
	if m.Archived.Done() {
		e.LastChangeType = isArchived
	} else {
		e.RoleRequirement, e.DueDate, e.LastChangeType = "Read", optional.Of(m.Due), "Saved"
	}
	by := m.CreatedBy
	for _, mark := range []rest.Mark{m.Archived, m.Confirmed, m.Replied, m.Read} {
		if mark.Done() {
			by = mark.By
			break
		}
	}
	if by == m.CreatedBy {
		e.LastChangeType = "Sent"
	}
	return l.changed(ctx, e, m.Shown(), by)
}

// messageStatus is whether a message was opened, and whether it must be confirmed.
func messageStatus(m *rest.Correspondence) string {
	switch {
	case m.Archived.Done():
		return inArchive
	case m.Confirmed.Done():
		return "Confirmed"
	case m.Read.Done() || m.Replied.Done():
		if m.Confirmation {
			return "OpenedNotConfirmed"
		}
		return "OpenedNoConfirmedReq"
	case m.Confirmation:
		return "NotOpenedConfirmationReq"
	}
	return "NotOpenedNoConfirmationReq"
}

// lookup writes a lookup, which is always archived and is never deleted.
func (l *lister) lookup(ctx context.Context, e *Element, in *rest.Lookup) error {
	if _, err := l.begin(ctx, e, in.App, in.Party, in.Number, in.ArchiveReference); err != nil {
		return err
	}
	e.ReporteeElementType, e.CorrespondenceStatus, e.TaskStatus, e.AllowDelete = typeLookup, unset, unset, false
	e.Title, e.Status, e.LastChangeType = in.Title, inArchive, isArchived
	e.StatusName = language.Pick(statusNames[e.Status], l.language)
	return l.changed(ctx, e, in.Archived, in.CreatedBy)
}

// collaboration writes a case. It is deleted over HTTP only.
func (l *lister) collaboration(ctx context.Context, e *Element, c *rest.Case) error {
	o, err := l.begin(ctx, e, c.App, c.Party, c.Number, "")
	if err != nil {
		return err
	}
	e.ReporteeElementType, e.CorrespondenceStatus, e.TaskStatus, e.AllowDelete = typeCase, unset, unset, false
	e.Title, e.CaseID, e.DueDate, e.Status, e.LastChangeType = o.title, c.Number, optional.Of(c.Due), unset, "Saved"
	by, name := c.CreatedBy, caseActive
	if c.Archived.Done() {
		by, name, e.IsCaseArchived, e.DueDate, e.Status, e.LastChangeType = c.Archived.By, inArchive, true, nil, inArchive, isArchived
	}
	e.StatusName = language.Pick(statusNames[name], l.language)
	return l.changed(ctx, e, c.Shown(), by)
}
