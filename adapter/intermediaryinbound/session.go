package intermediaryinbound

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/upload"
	"overgang/rest"
	"overgang/soap"
)

// session is one request of this service: who calls, for which application
// (nil = not known), and what its attachments may still hold.
type session struct {
	credential.Session
	app         *rest.Application
	attachments upload.Budget
}

// begin finds out who calls.
func (s *service) begin(ctx context.Context, call *soap.Call, req any) (rest.Caller, error) {
	if err := credential.Begin(s.core)(ctx, call, req); err != nil {
		return rest.Caller{}, err
	}
	sn := &session{Session: credential.Session{Caller: credential.Of(call)}, attachments: upload.Budget{Limit: s.maxAttachments}}
	call.Caller = sn
	return sn.Caller, nil
}

// sessionOf is what begin left.
func sessionOf(call *soap.Call) *session { return call.Caller.(*session) }
