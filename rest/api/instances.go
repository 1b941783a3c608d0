package api

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"overgang/rest"
)

// address is what a path says of an instance; "" = the path does not say.
type address struct {
	org, app, owner string
	guid            uuid.UUID
}

// notFound is the one answer for what is absent, somebody else's, or not at
// this address.
func notFound() error {
	return rest.Errorf(rest.NotFound, "instance-unknown", "There is no such instance.")
}

// find returns the instance that is really at the address. A deleted one is
// gone from its own address only.
func (s *server) find(ctx context.Context, a address) (*rest.Instance, error) {
	i, err := s.core.Instance(ctx, of(ctx).caller, a.guid)
	if rest.KindOf(err) == rest.Gone {
		if deleted, failed := s.core.InstanceOrDeleted(ctx, of(ctx).caller, a.guid); failed == nil && a.holds(deleted) != nil {
			return nil, notFound()
		}
	}
	if err != nil {
		return nil, err
	}
	return i, a.holds(i)
}

// holds says whether the instance is really at the address.
func (a address) holds(i *rest.Instance) error {
	if a.owner != "" && a.owner != ownerID(i.Owner) || a.org != "" && i.App != (rest.AppID{Org: a.org, App: a.app}) {
		return notFound()
	}
	return nil
}

// version finds the instance and returns its version, if If-Match names it; 0 = any.
func (s *server) version(ctx context.Context, a address, match string) (int64, error) {
	i, err := s.find(ctx, a)
	if err != nil {
		return 0, err
	}
	return instanceVersion(match, i)
}

// findElement returns the element of the instance at the address.
func (s *server) findElement(ctx context.Context, a address, id uuid.UUID) (*rest.Instance, *rest.Element, error) {
	i, err := s.find(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	if e := element(i, id); e != nil {
		return i, e, nil
	}
	return nil, nil, elementNotFound()
}

func elementNotFound() error {
	return rest.Errorf(rest.NotFound, "element-unknown", "There is no such element.")
}

func element(i *rest.Instance, id uuid.UUID) *rest.Element {
	for k := range i.Elements {
		if i.Elements[k].ID == id {
			return &i.Elements[k]
		}
	}
	return nil
}

// partyID reads a party's id: decimal, positive, 32 bits. What was sent is not
// quoted: it may be an identity number sent by mistake.
func partyID(text, field string) (rest.PartyID, error) {
	id, err := strconv.ParseInt(text, 10, 32)
	if err != nil || id <= 0 {
		return 0, rest.Errorf(rest.Invalid, "party-invalid", "%s wants a party's id: a decimal number of at most ten digits.", field)
	}
	return rest.PartyID(id), nil
}

func (s *server) showInstance(ctx context.Context, a address) (reply, error) {
	i, err := s.find(ctx, a)
	if err != nil {
		return reply{}, err
	}
	w := s.words(ctx)
	return s.ok(ctx, w.instance(i), w.etag(i.Version)), nil
}

// GetAppInstance implements [StrictServerInterface].
func (s *server) GetAppInstance(ctx context.Context, r GetAppInstanceRequestObject) (GetAppInstanceResponseObject, error) {
	return s.showInstance(ctx, address{r.Org, r.App, r.Owner, r.Guid})
}

// GetInstance implements [StrictServerInterface].
func (s *server) GetInstance(ctx context.Context, r GetInstanceRequestObject) (GetInstanceResponseObject, error) {
	return s.showInstance(ctx, address{owner: r.Owner, guid: r.Guid})
}

// GetInstanceByGuid implements [StrictServerInterface].
func (s *server) GetInstanceByGuid(ctx context.Context, r GetInstanceByGuidRequestObject) (GetInstanceByGuidResponseObject, error) {
	return s.showInstance(ctx, address{guid: r.Guid})
}
