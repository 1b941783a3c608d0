package api

import (
	"context"

	"overgang/rest"
)

func (s *server) findProcess(ctx context.Context, a address) (*rest.Process, error) {
	if _, err := s.find(ctx, a); err != nil {
		return nil, err
	}
	return s.core.Process(ctx, of(ctx).caller, a.guid)
}

func (s *server) showProcess(ctx context.Context, a address) (reply, error) {
	p, err := s.findProcess(ctx, a)
	if err != nil {
		return reply{}, err
	}
	w := s.words(ctx)
	return s.ok(ctx, w.process(p), w.etag(p.Version)), nil
}

func (s *server) showHistory(ctx context.Context, a address) (reply, error) {
	p, err := s.findProcess(ctx, a)
	if err != nil {
		return reply{}, err
	}
	return s.ok(ctx, s.words(ctx).history(p), ""), nil
}

// GetAppProcess implements [StrictServerInterface].
func (s *server) GetAppProcess(ctx context.Context, r GetAppProcessRequestObject) (GetAppProcessResponseObject, error) {
	return s.showProcess(ctx, address{r.Org, r.App, r.Owner, r.Guid})
}

// GetProcess implements [StrictServerInterface].
func (s *server) GetProcess(ctx context.Context, r GetProcessRequestObject) (GetProcessResponseObject, error) {
	return s.showProcess(ctx, address{owner: r.Owner, guid: r.Guid})
}

// GetAppProcessHistory implements [StrictServerInterface].
func (s *server) GetAppProcessHistory(ctx context.Context, r GetAppProcessHistoryRequestObject) (GetAppProcessHistoryResponseObject, error) {
	return s.showHistory(ctx, address{r.Org, r.App, r.Owner, r.Guid})
}

// GetProcessHistory implements [StrictServerInterface].
func (s *server) GetProcessHistory(ctx context.Context, r GetProcessHistoryRequestObject) (GetProcessHistoryResponseObject, error) {
	return s.showHistory(ctx, address{owner: r.Owner, guid: r.Guid})
}
