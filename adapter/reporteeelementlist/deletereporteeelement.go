package reporteeelementlist

import (
	"context"
	"strconv"
	"strings"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// DeleteReporteeElement deletes an element, active or archived.
type DeleteReporteeElement struct {
	credential.SYS
	credential.USR
	ReporteeElementCode string
}

// DeleteReporteeElementResponse is empty.
type DeleteReporteeElementResponse struct{}

var (
	errCode = rest.Errorf(rest.Invalid, "element-code", "A reportee element code is A2E (active) or A2A (archived) and the element's number.")
	errGone = rest.Errorf(rest.NotFound, "element-unknown", "There is no such element.")
)

// elementCode reads a code: A2E and the number of what is active, A2A and the
// number of what is archived. What was in Altinn I (A1E, A1A) never is here.
func elementCode(code string) (number int32, archived bool, err error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	if len(code) < 4 {
		return 0, false, errCode
	}
	n, err := strconv.ParseUint(code[3:], 10, 31)
	if err != nil {
		return 0, false, errCode
	}
	switch code[:3] {
	case "A2E", "A2A":
		return int32(n), code[:3] == "A2A", nil
	case "A1E", "A1A":
		return 0, false, errGone
	}
	return 0, false, errCode
}

func (s *service) deleteReporteeElement(ctx context.Context, call *soap.Call, req any) (any, error) {
	number, archived, err := elementCode(req.(*DeleteReporteeElement).ReporteeElementCode)
	if err != nil {
		return nil, err
	}
	c := credential.Of(call)
	in, err := s.core.InstanceByNumber(ctx, c, number)
	switch {
	case rest.KindOf(err) == rest.NotFound:
		err = s.deleteMessage(ctx, c, number, archived)
	case err == nil && in.Archived.IsZero() == archived:
		err = errGone
	case err == nil:
		_, err = s.core.DeleteInstance(ctx, c, in.ID, false, 0)
	}
	if err != nil {
		return nil, err
	}
	return &DeleteReporteeElementResponse{}, nil
}

func (s *service) deleteMessage(ctx context.Context, c rest.Caller, number int32, archived bool) error {
	m, err := s.core.CorrespondenceByNumber(ctx, c, number)
	if err != nil {
		return err
	}
	if m.Archived.Done() != archived {
		return errGone
	}
	_, err = s.core.DeleteCorrespondence(ctx, c, m.ID, 0)
	return err
}
