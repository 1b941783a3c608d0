package workflow

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// DoSigning signs an element that waits for it: what is selected of it, or all.
// The last signature sends in.
type DoSigning struct {
	credential.SYS
	credential.USR
	ReporteeElementID              int32
	SelectedForms                  []int32
	SelectedAttachments            []int32
	SignatureText                  string // what the signer agrees to
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
	case st.step().Kind != rest.Signing && signedBy(st.in, c):
		return nil, errAlreadySigned
	case st.step().Kind != rest.Signing:
		return nil, unauthorised(&rest.Error{Kind: rest.Forbidden})
	}
	selected, err := in.selected(st.in)
	if err != nil {
		return nil, err
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
		Text:            in.SignatureText,
		Elements:        selected,
	}})
	if err != nil {
		return nil, unauthorised(err)
	}
	return &Empty{}, nil
}

// selected are the forms and attachments that are to be signed; none for all.
func (d *DoSigning) selected(in *rest.Instance) (ids []uuid.UUID, err error) {
	for _, list := range []struct {
		numbers []int32
		form    bool
		what    string
	}{{d.SelectedForms, true, "form"}, {d.SelectedAttachments, false, "attachment"}} {
		for _, number := range list.numbers {
			at := slices.IndexFunc(in.Elements, func(e rest.Element) bool { return e.Number == number && e.Form == list.form })
			if at < 0 {
				return nil, rest.Errorf(rest.Invalid, "signed-elements", "The element has no %s %d; nothing was signed", list.what, number)
			}
			if id := in.Elements[at].ID; !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, nil
}

// signedBy says that the person who calls has signed.
func signedBy(in *rest.Instance, c rest.Caller) bool {
	return c.Person != 0 && slices.ContainsFunc(in.Signatures, func(s rest.Signature) bool { return s.Person == c.Person })
}

// unauthorised turns what the documentation calls a general error of
// authorisation into 14: no access, or a wrong status, as long as nobody is named
// to sign. What others did meanwhile has the ids of what they did. The rest
// passes.
func unauthorised(err error) error {
	var e *rest.Error
	switch errors.As(err, &e); {
	case e == nil:
		return err
	case e.Kind == rest.NotFound, e.Kind == rest.Forbidden, e.Kind == rest.Gone, e.Code == "signing-undelegated":
		return &rest.Error{Kind: rest.Forbidden, Code: CodeUnauthorised, Err: err}
	case e.Code == "signed":
		return errAlreadySigned
	case e.Code == "archived":
		return errArchived
	}
	return err
}
