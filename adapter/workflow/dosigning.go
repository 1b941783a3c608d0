package workflow

import (
	"context"
	"slices"
	"time"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// DoSigning signs an element that waits for it. The last signature sends in.
type DoSigning struct {
	credential.SYS
	credential.USR
	ReporteeElementID              int32
	SelectedForms                  []int32
	SelectedAttachments            []int32
	SignatureText                  string // read and dropped: what is signed is the elements' content
	EndUserSystemLoginDateTime     time.Time
	EndUserSystemSignatureDateTime time.Time
	EndUserSystemVersion           string
	EndUserSystemUserId            string
	EnduserSystemReference         string
	EndUserSystemSignatureLogId    string
}

func (s *service) doSigning(ctx context.Context, call *soap.Call, req any) (any, error) {
	in, c := req.(*DoSigning), credential.Of(call)
	st, err := s.find(ctx, call, in.ReporteeElementID)
	switch {
	case err != nil:
		return nil, unauthorised(err)
	case st.archived():
		return nil, errArchived
	case signedBy(st.in, c):
		return nil, rest.Errorf(rest.Conflict, CodeAlreadySigned, "This user has signed the element already")
	case st.step().Kind != rest.Signing:
		return nil, unauthorised(&rest.Error{Kind: rest.Forbidden})
	case !in.all(st.in):
		return nil, rest.Errorf(rest.Unsupported, "not-supported", "Signing some of an element's forms and attachments is not supported by this gateway; nothing was signed")
	}
	_, err = s.core.Complete(ctx, c, in.ReporteeElementID, []rest.Signature{{
		Person:          c.Person,
		System:          c.System,
		SystemReference: in.EnduserSystemReference,
		SystemUser:      in.EndUserSystemUserId,
		SystemVersion:   in.EndUserSystemVersion,
		SystemLogID:     in.EndUserSystemSignatureLogId,
		SystemLogin:     in.EndUserSystemLoginDateTime,
		SystemSigned:    in.EndUserSystemSignatureDateTime,
	}})
	if err != nil {
		return nil, unauthorised(err)
	}
	return &Empty{}, nil
}

// all says that everything is to be signed: nothing was selected, or all was.
// A signature here is on an instance's whole content.
func (d *DoSigning) all(in *rest.Instance) bool {
	selected := slices.Concat(d.SelectedForms, d.SelectedAttachments)
	if len(selected) == 0 {
		return true
	}
	for i := range in.Elements {
		if !slices.Contains(selected, in.Elements[i].Number) {
			return false
		}
	}
	return true
}

// signedBy says that the person who calls has signed.
func signedBy(in *rest.Instance, c rest.Caller) bool {
	return c.Person != 0 && slices.ContainsFunc(in.Signatures, func(s rest.Signature) bool { return s.Person == c.Person })
}

// unauthorised turns what the documentation calls a general error of
// authorisation into 14: no access, or a wrong status. The rest passes.
func unauthorised(err error) error {
	switch rest.KindOf(err) {
	case rest.NotFound, rest.Forbidden, rest.Gone:
		return &rest.Error{Kind: rest.Forbidden, Code: CodeUnauthorised, Err: err}
	}
	return err
}
