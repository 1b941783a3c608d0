package correspondence

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

// match is the version that If-Match asks for; 0 = any. It reads the message
// only when there is such a header.
func (s *server) match(ctx context.Context, id uuid.UUID) (int64, error) {
	if api.RequestOf(ctx).Header.Get("If-Match") == "" {
		return 0, nil
	}
	m, err := s.core.Correspondence(ctx, api.CallerOf(ctx), id)
	if err != nil {
		return 0, err
	}
	return api.IfMatch(ctx, m.Version, "message")
}

// MarkCorrespondenceAsRead implements [StrictServerInterface].
func (s *server) MarkCorrespondenceAsRead(ctx context.Context, r MarkCorrespondenceAsReadRequestObject) (MarkCorrespondenceAsReadResponseObject, error) {
	m, err := s.core.MarkCorrespondenceRead(ctx, api.CallerOf(ctx), r.CorrespondenceId)
	return s.shown(ctx, m, err)
}

// ConfirmCorrespondence implements [StrictServerInterface].
func (s *server) ConfirmCorrespondence(ctx context.Context, r ConfirmCorrespondenceRequestObject) (ConfirmCorrespondenceResponseObject, error) {
	match, err := s.match(ctx, r.CorrespondenceId)
	if err != nil {
		return nil, err
	}
	m, err := s.core.ConfirmCorrespondence(ctx, api.CallerOf(ctx), r.CorrespondenceId, match)
	return s.shown(ctx, m, err)
}

// ArchiveCorrespondence implements [StrictServerInterface].
func (s *server) ArchiveCorrespondence(ctx context.Context, r ArchiveCorrespondenceRequestObject) (ArchiveCorrespondenceResponseObject, error) {
	match, err := s.match(ctx, r.CorrespondenceId)
	if err != nil {
		return nil, err
	}
	m, _, err := s.core.ArchiveCorrespondence(ctx, api.CallerOf(ctx), r.CorrespondenceId, match)
	return s.shown(ctx, m, err)
}

// PurgeCorrespondence implements [StrictServerInterface].
func (s *server) PurgeCorrespondence(ctx context.Context, r PurgeCorrespondenceRequestObject) (PurgeCorrespondenceResponseObject, error) {
	match, err := s.match(ctx, r.CorrespondenceId)
	if err != nil {
		return nil, err
	}
	m, err := s.core.DeleteCorrespondence(ctx, api.CallerOf(ctx), r.CorrespondenceId, match)
	return s.shown(ctx, m, err)
}

// ReplyToCorrespondence implements [StrictServerInterface].
func (s *server) ReplyToCorrespondence(ctx context.Context, r ReplyToCorrespondenceRequestObject) (ReplyToCorrespondenceResponseObject, error) {
	_, guid, owned := strings.Cut(r.Body.InstanceId, "/")
	if !owned {
		guid = r.Body.InstanceId
	}
	instance, err := uuid.Parse(guid)
	if err != nil {
		return nil, rest.Errorf(rest.Invalid, "instance-id", "instanceId is an instance's {owner}/{guid}, or its guid.")
	}
	match, err := s.match(ctx, r.CorrespondenceId)
	if err != nil {
		return nil, err
	}
	m, err := s.core.ReplyToCorrespondence(ctx, api.CallerOf(ctx), r.CorrespondenceId, instance, match)
	return s.shown(ctx, m, err)
}
