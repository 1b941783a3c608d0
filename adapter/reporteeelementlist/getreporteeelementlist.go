package reporteeelementlist

import (
	"context"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// GetReporteeElementListV2 lists what a reportee has, the latest first.
type GetReporteeElementListV2 struct {
	credential.SYS
	credential.USR
	SearchBE   *Search
	LanguageID int32
}

// GetReporteeElementListV2Response is the list; it may be empty.
type GetReporteeElementListV2Response struct{ Result []Element }

func (s *service) getReporteeElementListV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetReporteeElementListV2)
	list, err := s.search(ctx, call, in.SearchBE, in.LanguageID)
	if err != nil {
		return nil, err
	}
	return &GetReporteeElementListV2Response{list}, nil
}

// GetReporteeElementList is the same in its first version.
type GetReporteeElementList struct {
	credential.SYS
	credential.USR
	SearchBE   *Search
	LanguageID int32
}

// GetReporteeElementListResponse is the list in its first shape, which has no
// cases and no lookups, and does not know that a message is archived.
type GetReporteeElementListResponse struct{ Result []Element }

func (s *service) getReporteeElementList(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetReporteeElementList)
	list, err := s.search(ctx, call, in.SearchBE, in.LanguageID, rest.InboxInstance, rest.InboxMessage)
	if err != nil {
		return nil, err
	}
	asFirst(list)
	return &GetReporteeElementListResponse{list}, nil
}

func (s *service) search(ctx context.Context, call *soap.Call, in *Search, languageID int32, kinds ...rest.InboxKind) ([]Element, error) {
	if in == nil {
		in = &Search{}
	}
	if in.CollectionPages || in.EDialogue {
		kinds = []rest.InboxKind{rest.InboxCase}
	}
	q, err := in.query(ctx, s.core)
	if err != nil {
		return nil, err
	}
	q.Kinds = kinds
	page, err := s.core.Inbox(ctx, credential.Of(call), q)
	if err != nil {
		return nil, err
	}
	return s.elements(ctx, call, page.Entries, languageID)
}
