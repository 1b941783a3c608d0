package workflow

import (
	"context"
	"fmt"
	"strings"

	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/rest"
	"overgang/soap"
)

// GetSigningText asks for the text that a signer of an element agrees to: of one
// that is known by number, else of a service's elements.
type GetSigningText struct {
	credential.SYS
	credential.USR
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
	ReporteeElementID          int32
	LanguageID                 int32
}

// GetSigningTextResponse is the text.
type GetSigningTextResponse struct{ Result string }

// signingTexts are those of services that have none of their own.
var signingTexts = map[string]string{
	"nb": "Jeg bekrefter at opplysningene i %s er riktige og fullstendige.",
	"nn": "Eg stadfestar at opplysningane i %s er rette og fullstendige.",
	"en": "I confirm that the information in %s is correct and complete.",
	// What is signed is worded with care, or not at all: "in Norwegian".
	"se": "Dárogillii: Jeg bekrefter at opplysningene i %s er riktige og fullstendige.",
}

func (s *service) getSigningText(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetSigningText)
	app, err := s.signed(ctx, call, in)
	if err != nil {
		return nil, err
	}
	asked := language.For(call, in.LanguageID)
	if text := language.Pick(app.SigningTexts, asked); text != "" {
		return &GetSigningTextResponse{Result: text}, nil
	}
	title := language.Pick(app.Titles, asked)
	if title == "" {
		title = app.ID.App
	}
	return &GetSigningTextResponse{Result: fmt.Sprintf(language.Pick(signingTexts, asked), title)}, nil
}

// signed is the application whose elements are to be signed.
func (s *service) signed(ctx context.Context, call *soap.Call, in *GetSigningText) (*rest.Application, error) {
	if in.ReporteeElementID != 0 {
		st, err := s.find(ctx, call, in.ReporteeElementID)
		if err != nil {
			return nil, err
		}
		return st.app, nil
	}
	return s.core.Service(ctx, rest.ServiceRef{Code: strings.TrimSpace(in.ExternalServiceCode), Edition: in.ExternalServiceEditionCode})
}
