package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"overgang/rest"
)

// CreateInstance implements [StrictServerInterface].
func (s *server) CreateInstance(ctx context.Context, r CreateInstanceRequestObject) (CreateInstanceResponseObject, error) {
	app, err := s.core.Application(ctx, rest.AppID{Org: r.Org, App: r.App})
	if err != nil {
		return nil, err
	}
	in := &intake{core: s.core}
	defer in.abort()
	var n rest.NewInstance
	switch {
	case r.JSONBody != nil:
		n, err = s.createFromJSON(ctx, in, app, r.JSONBody)
	case r.MultipartBody != nil:
		n, err = s.createFromParts(ctx, in, app, r.MultipartBody)
	default:
		err = rest.Errorf(rest.Unsupported, "content-type", "Content-Type application/json or multipart/form-data is wanted here.")
	}
	if err != nil {
		return nil, err
	}
	if n.Elements, err = in.commit(ctx); err != nil {
		return nil, err
	}
	i, err := s.core.CreateInstance(ctx, of(ctx).caller, n)
	status := http.StatusCreated
	if errors.Is(err, rest.ErrRepeated) {
		status, err = http.StatusOK, nil
	}
	if err != nil {
		return nil, err
	}
	w := s.words(ctx)
	return reply{status: status, kind: w.mediaType(), body: w.instance(i),
		etag: w.etag(i.Version), location: s.links.instance(i).Apps}, nil
}

func (s *server) createFromJSON(ctx context.Context, in *intake, app *rest.Application, body *NewInstance) (rest.NewInstance, error) {
	n, err := template(app.ID, body)
	if err != nil {
		return n, err
	}
	if body.Parts != nil {
		return n, errParts
	}
	if len(body.Data) > s.limits.Elements {
		return n, rest.Errorf(rest.TooLarge, "elements-many", "At most %d data elements at once.", s.limits.Elements)
	}
	for _, d := range body.Data {
		f := form{}
		id := f.either("formId", d.FormId, "dataType", d.DataType)
		if f.err != nil {
			return n, f.err
		}
		t, err := dataType(app, id)
		if err != nil {
			return n, err
		}
		e := rest.NewElement{Type: t.ID, FileName: d.FileName, ContentType: d.ContentType, Encrypted: d.Encrypted, SenderReference: d.SendersReference}
		if err := in.take(ctx, e, bytes.NewReader(d.Content), s.limit(t)); err != nil {
			return n, err
		}
	}
	return n, nil
}

// template reads all but the data of a new instance.
func template(app rest.AppID, body *NewInstance) (rest.NewInstance, error) {
	f := form{}
	n := rest.NewInstance{
		App: app, Owner: f.owner(body), Labels: body.Labels, Presentation: body.PresentationField,
		Due:     f.time("dueDateTime", body.DueDateTime, "dueBefore", body.DueBefore),
		Visible: f.time("visibleDateTime", body.VisibleDateTime, "visibleAfter", body.VisibleAfter),
	}
	n.Case, n.Keys, n.Reference = body.CaseNumber, keysIn(body.EncryptedKeys), body.ExternalShipmentReference
	return n, f.err
}

func (f *form) time(name string, value time.Time, laterName string, laterValue time.Time) time.Time {
	if !value.IsZero() && !laterValue.IsZero() {
		f.fail("parameter-twice", name+" and "+laterName+" are the same; give one.")
	}
	if value.IsZero() {
		return laterValue
	}
	return value
}

const ownerForms = "Name the party by exactly one of reportee.ssn, reportee.organizationNumber, reportee.userName and instanceOwnerId."

// owner reads the party, which is named in exactly one way.
func (f *form) owner(body *NewInstance) rest.PartyRef {
	var ref rest.PartyRef
	given := 0
	take := func(value string, read func()) {
		if value != "" {
			given++
			read()
		}
	}
	id := func(value, field string) func() {
		return func() {
			var err error
			if ref.ID, err = partyID(value, field); err != nil && f.err == nil {
				f.err = err
			}
		}
	}
	number := func(value string, digits int, field string) func() {
		return func() {
			r, ok := rest.RefByNumber(value)
			if !ok || len(value) != digits {
				f.fail("party-invalid", field+" has the wrong number of digits.")
			}
			ref = r
		}
	}
	o, l := body.Reportee, body.InstanceOwner
	take(o.Ssn, number(o.Ssn, 11, "reportee.ssn"))
	take(l.PersonNumber, number(l.PersonNumber, 11, "instanceOwner.personNumber"))
	take(o.OrganizationNumber, number(o.OrganizationNumber, 9, "reportee.organizationNumber"))
	take(l.OrganisationNumber, number(l.OrganisationNumber, 9, "instanceOwner.organisationNumber"))
	take(o.UserName, func() { ref.UserName = o.UserName })
	take(l.Username, func() { ref.UserName = l.Username })
	take(body.InstanceOwnerId, id(body.InstanceOwnerId, "instanceOwnerId"))
	take(l.PartyId, id(l.PartyId, "instanceOwner.partyId"))
	if given != 1 {
		f.fail("party-ambiguous", ownerForms)
	}
	return ref
}
