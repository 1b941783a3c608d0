package servicemetadata

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/rest"
	"overgang/soap"
)

// Codes of the errors that a search is refused with, by which the fault table
// finds the documented error id.
const (
	CodeServiceCode = "service-code" // 30013
	CodeOwnerCode   = "owner-code"   // 30005
	CodeEdition     = "edition"      // 40039
)

// GetAvailableServicesV3 lists the services that a search finds, with their
// attachment types.
type GetAvailableServicesV3 struct {
	credential.SYS
	Search     *Search
	LanguageID int32
}

// Search is ServicesSearchExternalBE. What is empty does not narrow.
type Search struct {
	ExternalServiceCode        string
	ExternalServiceEditionCode *int32
	ServiceOwnerCode           string
	ServiceType                Type
}

// GetAvailableServicesV3Response is what was found.
type GetAvailableServicesV3Response struct{ Result *Found }

// Found is AvailableServicesBEV3.
type Found struct {
	AvailableServices []AvailableV3
	StatusMessage     string // as recorded
}

// AvailableV3 is AvailableServiceBEV3.
type AvailableV3 struct {
	Available
	AttachmentRuleTypeList []AttachmentRule // nil for none, as recorded
}

// AttachmentRule is AttachmentRuleTypeBE: one attachment type that has a name.
type AttachmentRule struct {
	AllowedFileTypes           string // extensions, with commas between them
	AttachmentTypeName         string
	AttachmentTypeNameLanguage string // the name: the registry has no titles of types
	IsXSDValidationRequired    bool
	MaxAttachmentCount         *int32 // nil = any number
	MaxFileSize                *int32 // megabytes, rounded up; nil = the gateway's limit
	MinAttachmentCount         *int32
}

var (
	wellFormedService = regexp.MustCompile(`^[0-9A-Za-z_-]{1,50}$`)
	wellFormedOwner   = regexp.MustCompile(`^[0-9A-Za-zÆØÅæøå_-]{1,50}$`)
)

// check refuses what the documentation names. The texts are ours.
func (s *Search) check() error {
	if s == nil {
		return nil
	}
	s.ExternalServiceCode, s.ServiceOwnerCode = strings.TrimSpace(s.ExternalServiceCode), strings.TrimSpace(s.ServiceOwnerCode)
	switch {
	case s.ExternalServiceCode != "" && !wellFormedService.MatchString(s.ExternalServiceCode):
		return rest.Errorf(rest.Invalid, CodeServiceCode, "ExternalServiceCode is not a service code")
	case s.ServiceOwnerCode != "" && !wellFormedOwner.MatchString(s.ServiceOwnerCode):
		return rest.Errorf(rest.Invalid, CodeOwnerCode, "ServiceOwnerCode is not a service owner's code")
	case s.edition() != 0 && s.ExternalServiceCode == "":
		return rest.Errorf(rest.Invalid, CodeEdition, "ExternalServiceEditionCode is given without ExternalServiceCode")
	}
	return nil
}

// edition is the edition that is searched for; 0 = any.
func (s *Search) edition() int32 {
	if s.ExternalServiceEditionCode == nil {
		return 0
	}
	return *s.ExternalServiceEditionCode
}

func (s *Search) finds(a *rest.Application) bool {
	return s == nil ||
		(s.ExternalServiceCode == "" || s.ExternalServiceCode == a.Service.Code) &&
			(s.edition() == 0 || s.edition() == a.Service.Edition) &&
			(s.ServiceOwnerCode == "" || strings.EqualFold(s.ServiceOwnerCode, a.ID.Org)) &&
			(s.ServiceType == "" || strings.EqualFold(string(s.ServiceType), string(typeOf(a))))
}

func (s *service) getAvailableServicesV3(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetAvailableServicesV3)
	if err := in.Search.check(); err != nil {
		return nil, err
	}
	all, err := s.core.Applications(ctx)
	if err != nil {
		return nil, err
	}
	found := []AvailableV3{}
	for _, a := range all {
		if in.Search.finds(a) {
			found = append(found, AvailableV3{Available: available(a, language.For(call, in.LanguageID)), AttachmentRuleTypeList: rules(a)})
		}
	}
	return &GetAvailableServicesV3Response{Result: &Found{
		AvailableServices: found,
		StatusMessage:     fmt.Sprintf("%d services found for specified input parameters.", len(found)),
	}}, nil
}

// megabyte is the unit of MaxFileSize.
const megabyte = 1 << 20

func rules(a *rest.Application) (list []AttachmentRule) {
	for i := range a.DataTypes {
		d := &a.DataTypes[i]
		if d.IsForm() || d.AttachmentTypeName == "" {
			continue
		}
		rule := AttachmentRule{
			AllowedFileTypes: strings.Join(d.Extensions, ","), AttachmentTypeName: d.AttachmentTypeName,
			AttachmentTypeNameLanguage: d.AttachmentTypeName, IsXSDValidationRequired: len(d.Schema) > 0,
			MinAttachmentCount: number(int64(d.MinCount)),
		}
		if d.MaxCount > 0 {
			rule.MaxAttachmentCount = number(int64(d.MaxCount))
		}
		if d.MaxSize > 0 {
			rule.MaxFileSize = number((d.MaxSize + megabyte - 1) / megabyte)
		}
		list = append(list, rule)
	}
	return list
}

func number(n int64) *int32 {
	v := int32(min(n, 1<<31-1))
	return &v
}
