package servicemetadata

import (
	"context"
	"strings"

	"overgang/adapter/credential"
	"overgang/adapter/formdata"
	"overgang/rest"
	"overgang/soap"
)

// CodeUnknown is the code of the error about a service that is not registered.
const CodeUnknown = "service-unknown"

// GetFormTaskSchemaDefinitions gets the schemas of a service's forms.
type GetFormTaskSchemaDefinitions struct {
	credential.SYS
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
}

// GetFormTaskSchemaDefinitionsResponse is a schema for each form that has one.
type GetFormTaskSchemaDefinitionsResponse struct{ Result []SchemaDefinition }

// SchemaDefinition is LogicalFormSchemaDefinitionBE.
type SchemaDefinition struct {
	DataFormatID             string
	DataFormatProviderTypeID *int32 // left out: there is but one kind of data format here
	DataFormatVersion        int32
	DataFormatXsd            string
	LogicalFormID            int32 // the form's place among the service's, from 1 on
}

func (s *service) getFormTaskSchemaDefinitions(ctx context.Context, _ *soap.Call, req any) (any, error) {
	in := req.(*GetFormTaskSchemaDefinitions)
	code := strings.TrimSpace(in.ExternalServiceCode)
	if !wellFormedService.MatchString(code) {
		return nil, rest.Errorf(rest.Invalid, CodeServiceCode, "externalServiceCode is not a service code")
	}
	a, err := s.core.Service(ctx, rest.ServiceRef{Code: code, Edition: in.ExternalServiceEditionCode})
	if rest.KindOf(err) == rest.NotFound {
		return nil, &rest.Error{Kind: rest.NotFound, Code: CodeUnknown, Err: err}
	}
	if err != nil {
		return nil, err
	}
	list, place := []SchemaDefinition{}, int32(0)
	for i := range a.DataTypes {
		d := &a.DataTypes[i]
		if !d.IsForm() {
			continue
		}
		place++
		if len(d.Schema) > 0 {
			list = append(list, SchemaDefinition{
				DataFormatID: d.DataFormatID, DataFormatVersion: d.DataFormatVersion, DataFormatXsd: formdata.Characters(d.Schema), LogicalFormID: place,
			})
		}
	}
	return &GetFormTaskSchemaDefinitionsResponse{Result: list}, nil
}
