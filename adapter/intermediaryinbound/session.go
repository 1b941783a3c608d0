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

// begin authenticates the system and, where the call names one, the person;
// operations that act for none pass nil.
func (s *service) begin(ctx context.Context, call *soap.Call, sys *credential.SYS, usr *credential.USR) (rest.Caller, error) {
	user, password := sys.System()
	c, err := credential.System(ctx, s.core, call, user, password)
	if err != nil {
		return rest.Caller{}, err
	}
	sn := &session{attachments: upload.Budget{Limit: s.maxAttachments}}
	sn.Caller = c
	call.Caller = sn // a fault about the person names the system
	if usr == nil {
		return c, nil
	}
	if c, err = credential.Person(ctx, s.core, c, usr.Person()); err != nil {
		return rest.Caller{}, err
	}
	sn.Caller = c
	return c, nil
}

// sessionOf is what begin left.
func sessionOf(call *soap.Call) *session { return call.Caller.(*session) }
