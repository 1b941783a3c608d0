package keymanagement

import (
	"context"
	"encoding/base64"
	"strings"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// CodeService is the code of the error about a service that is not registered.
const CodeService = "key-service"

// GetCertificates gets the certificates of a service.
type GetCertificates struct {
	credential.SYS
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
}

// GetCertificatesResponse is the certificates that are valid now.
type GetCertificatesResponse struct{ Result []Certificate }

// Certificate is CertificateBE.
type Certificate struct {
	Certificate    string // base64 of the DER
	CertificateId  int32
	ServiceOwnerId *int32 // left out: owners have no numbers here
}

func (s *service) getCertificates(ctx context.Context, _ *soap.Call, req any) (any, error) {
	in := req.(*GetCertificates)
	ref := rest.ServiceRef{Code: strings.TrimSpace(in.ExternalServiceCode), Edition: in.ExternalServiceEditionCode}
	valid, err := s.core.ServiceCertificates(ctx, ref)
	if rest.KindOf(err) == rest.NotFound {
		return nil, &rest.Error{Kind: rest.NotFound, Code: CodeService, Err: err}
	}
	if err != nil {
		return nil, err
	}
	list := make([]Certificate, 0, len(valid))
	for i := range valid {
		list = append(list, Certificate{Certificate: base64.StdEncoding.EncodeToString(valid[i].DER), CertificateId: valid[i].Number()})
	}
	return &GetCertificatesResponse{Result: list}, nil
}
