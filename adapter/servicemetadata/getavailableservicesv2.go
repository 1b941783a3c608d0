package servicemetadata

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/soap"
)

// GetAvailableServicesV2 lists every service of the registry.
type GetAvailableServicesV2 struct {
	credential.SYS
	LanguageID int32
}

// GetAvailableServicesV2Response is the list, in the order of the registry.
type GetAvailableServicesV2Response struct{ Result []Available }

func (s *service) getAvailableServicesV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	all, err := s.core.Applications(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Available, 0, len(all))
	for _, a := range all {
		list = append(list, available(a, language.For(call, req.(*GetAvailableServicesV2).LanguageID)))
	}
	return &GetAvailableServicesV2Response{Result: list}, nil
}
