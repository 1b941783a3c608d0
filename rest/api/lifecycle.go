package api

import (
	"context"
	"net/http"
	"time"

	"overgang/rest"
)

// ChangeInstance implements [StrictServerInterface].
func (s *server) ChangeInstance(ctx context.Context, r ChangeInstanceRequestObject) (ChangeInstanceResponseObject, error) {
	i, err := s.find(ctx, address{r.Org, r.App, r.Owner, r.Guid})
	if err != nil {
		return nil, err
	}
	patch := (*InstancePatch)(r.ApplicationMergePatchPlusJSONBody)
	if patch == nil {
		patch = (*InstancePatch)(r.JSONBody)
	}
	if patch == nil {
		return nil, rest.Errorf(rest.Unsupported, "content-type", "Content-Type %s is wanted here.", mergePatch)
	}
	match, err := instanceVersion(r.Params.IfMatch, i)
	if err != nil {
		return nil, err
	}
	change, err := instanceChange(patch)
	if err != nil {
		return nil, err
	}
	i, err = s.core.ChangeInstance(ctx, of(ctx).caller, i.ID, change, match)
	if err != nil {
		return nil, err
	}
	return s.changed(ctx, i), nil
}

func instanceChange(p *InstancePatch) (rest.InstanceChange, error) {
	f := form{}
	c := rest.InstanceChange{
		Labels: p.Labels, Presentation: p.PresentationField,
		Due:     f.moment("dueDateTime", p.DueDateTime, "dueBefore", p.DueBefore),
		Visible: f.moment("visibleDateTime", p.VisibleDateTime, "visibleAfter", p.VisibleAfter),
	}
	c.Case = p.CaseNumber
	return c, f.err
}

// moment returns the one of two names' values that is given, nil = neither.
func (f *form) moment(name string, value *time.Time, laterName string, laterValue *time.Time) *time.Time {
	if value != nil && laterValue != nil {
		f.fail("parameter-twice", name+" and "+laterName+" are the same; give one.")
	}
	if value == nil {
		return laterValue
	}
	return value
}

// findDeleted returns the instance that is really at the address, deleted or not.
func (s *server) findDeleted(ctx context.Context, a address) (*rest.Instance, error) {
	i, err := s.core.InstanceOrDeleted(ctx, of(ctx).caller, a.guid)
	if err != nil {
		return nil, err
	}
	return i, a.holds(i)
}

// DeleteAppInstance implements [StrictServerInterface].
func (s *server) DeleteAppInstance(ctx context.Context, r DeleteAppInstanceRequestObject) (DeleteAppInstanceResponseObject, error) {
	return s.delete(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.Params.Hard, r.Params.IfMatch)
}

// DeleteInstance implements [StrictServerInterface].
func (s *server) DeleteInstance(ctx context.Context, r DeleteInstanceRequestObject) (DeleteInstanceResponseObject, error) {
	return s.delete(ctx, address{owner: r.Owner, guid: r.Guid}, r.Params.Hard, r.Params.IfMatch)
}

func (s *server) delete(ctx context.Context, a address, hard, header string) (reply, error) {
	i, err := s.findDeleted(ctx, a)
	if err != nil {
		return reply{}, err
	}
	f := form{}
	forGood := f.boolean("hard", hard)
	if f.err != nil {
		return reply{}, f.err
	}
	match, err := instanceVersion(header, i)
	if err != nil {
		return reply{}, err
	}
	i, err = s.core.DeleteInstance(ctx, of(ctx).caller, i.ID, forGood != nil && *forGood, match)
	if err != nil {
		return reply{}, err
	}
	return s.changed(ctx, i), nil
}

// UndeleteAppInstance implements [StrictServerInterface].
func (s *server) UndeleteAppInstance(ctx context.Context, r UndeleteAppInstanceRequestObject) (UndeleteAppInstanceResponseObject, error) {
	return s.undelete(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.Params.IfMatch)
}

// UndeleteInstance implements [StrictServerInterface].
func (s *server) UndeleteInstance(ctx context.Context, r UndeleteInstanceRequestObject) (UndeleteInstanceResponseObject, error) {
	return s.undelete(ctx, address{owner: r.Owner, guid: r.Guid}, r.Params.IfMatch)
}

func (s *server) undelete(ctx context.Context, a address, header string) (reply, error) {
	i, err := s.findDeleted(ctx, a)
	if err != nil {
		return reply{}, err
	}
	match, err := instanceVersion(header, i)
	if err != nil {
		return reply{}, err
	}
	i, err = s.core.UndeleteInstance(ctx, of(ctx).caller, i.ID, match)
	if err != nil {
		return reply{}, err
	}
	return s.changed(ctx, i), nil
}

// DeleteElement implements [StrictServerInterface].
func (s *server) DeleteElement(ctx context.Context, r DeleteElementRequestObject) (DeleteElementResponseObject, error) {
	i, e, err := s.findElement(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.DataGuid)
	if err != nil {
		return nil, err
	}
	match, err := elementVersion(r.Params.IfMatch, i, e)
	if err != nil {
		return nil, err
	}
	i, err = s.core.DeleteElement(ctx, of(ctx).caller, i.ID, e.ID, match)
	if err != nil {
		return nil, err
	}
	return s.changed(ctx, i), nil
}

// LockElement implements [StrictServerInterface].
func (s *server) LockElement(ctx context.Context, r LockElementRequestObject) (LockElementResponseObject, error) {
	return s.lock(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.DataGuid, true, r.Params.IfMatch, r.Params.Prefer)
}

// UnlockElement implements [StrictServerInterface].
func (s *server) UnlockElement(ctx context.Context, r UnlockElementRequestObject) (UnlockElementResponseObject, error) {
	return s.lock(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.DataGuid, false, r.Params.IfMatch, r.Params.Prefer)
}

func (s *server) lock(ctx context.Context, a address, id Guid, locked bool, header, prefer string) (reply, error) {
	i, e, err := s.findElement(ctx, a, id)
	if err != nil {
		return reply{}, err
	}
	match, err := elementVersion(header, i, e)
	if err != nil {
		return reply{}, err
	}
	i, e, err = s.core.LockElement(ctx, of(ctx).caller, i.ID, e.ID, locked, match)
	if err != nil {
		return reply{}, err
	}
	return s.written(ctx, i, e, prefer), nil
}

// The operations that reply answers.

func (r reply) VisitChangeInstanceResponse(w http.ResponseWriter) error      { return r.write(w) }
func (r reply) VisitDeleteAppInstanceResponse(w http.ResponseWriter) error   { return r.write(w) }
func (r reply) VisitDeleteElementResponse(w http.ResponseWriter) error       { return r.write(w) }
func (r reply) VisitDeleteInstanceResponse(w http.ResponseWriter) error      { return r.write(w) }
func (r reply) VisitLockElementResponse(w http.ResponseWriter) error         { return r.write(w) }
func (r reply) VisitUndeleteAppInstanceResponse(w http.ResponseWriter) error { return r.write(w) }
func (r reply) VisitUndeleteInstanceResponse(w http.ResponseWriter) error    { return r.write(w) }
func (r reply) VisitUnlockElementResponse(w http.ResponseWriter) error       { return r.write(w) }
