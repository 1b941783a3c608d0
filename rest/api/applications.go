package api

import (
	"context"

	"overgang/rest"
)

// ListApplications implements [StrictServerInterface].
func (s *server) ListApplications(ctx context.Context, _ ListApplicationsRequestObject) (ListApplicationsResponseObject, error) {
	all, err := s.core.Applications(ctx)
	if err != nil {
		return nil, err
	}
	return s.ok(ctx, s.words(ctx).applications(all), ""), nil
}

// GetApplication implements [StrictServerInterface].
func (s *server) GetApplication(ctx context.Context, r GetApplicationRequestObject) (GetApplicationResponseObject, error) {
	app, err := s.core.Application(ctx, rest.AppID{Org: r.Org, App: r.App})
	if err != nil {
		return nil, err
	}
	return s.ok(ctx, s.words(ctx).application(app), ""), nil
}
