package api

import (
	"context"

	"github.com/google/uuid"
)

// ConfirmElement implements [StrictServerInterface].
func (s *server) ConfirmElement(ctx context.Context, r ConfirmElementRequestObject) (ConfirmElementResponseObject, error) {
	if r.DataGuid == uuid.Nil { // to the core it means all of them
		return nil, elementNotFound()
	}
	return s.confirm(ctx, address{owner: r.Owner, guid: r.Guid}, r.DataGuid, r.Params.IfMatch)
}

// ConfirmElements implements [StrictServerInterface].
func (s *server) ConfirmElements(ctx context.Context, r ConfirmElementsRequestObject) (ConfirmElementsResponseObject, error) {
	return s.confirm(ctx, address{owner: r.Owner, guid: r.Guid}, uuid.Nil, r.Params.IfMatch)
}

func (s *server) confirm(ctx context.Context, a address, element uuid.UUID, match string) (reply, error) {
	version, err := s.version(ctx, a, match)
	if err != nil {
		return reply{}, err
	}
	i, err := s.core.ConfirmElement(ctx, of(ctx).caller, a.guid, element, version)
	if err != nil {
		return reply{}, err
	}
	return s.changed(ctx, i), nil
}

// CompleteInstance implements [StrictServerInterface].
func (s *server) CompleteInstance(ctx context.Context, r CompleteInstanceRequestObject) (CompleteInstanceResponseObject, error) {
	return s.complete(ctx, address{owner: r.Owner, guid: r.Guid}, r.Params.IfMatch)
}

// CompleteAppInstance implements [StrictServerInterface].
func (s *server) CompleteAppInstance(ctx context.Context, r CompleteAppInstanceRequestObject) (CompleteAppInstanceResponseObject, error) {
	return s.complete(ctx, address{r.Org, r.App, r.Owner, r.Guid}, r.Params.IfMatch)
}

func (s *server) complete(ctx context.Context, a address, match string) (reply, error) {
	version, err := s.version(ctx, a, match)
	if err != nil {
		return reply{}, err
	}
	i, err := s.core.ConfirmInstance(ctx, of(ctx).caller, a.guid, version)
	if err != nil {
		return reply{}, err
	}
	return s.changed(ctx, i), nil
}
