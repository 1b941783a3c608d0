package reporteearchiveexternal

import (
	"context"
	"crypto/x509"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/adapter/optional"
	"overgang/rest"
)

// SigningStep is ArchivedFormTaskSigningStepBEV2: one signature. It is the hashes
// of what was signed, so that there are no bytes of it.
type SigningStep struct {
	AuthenticationLevelID    *int32 // not kept, nor the method
	AuthenticationMethod     *int32
	CertificateIssuedByName  *string
	CertificateIssuedForName *string
	CertificateValidFrom     *time.Time
	CertificateValidTo       *time.Time
	CreatedDateTime          time.Time
	IsSigningAllRequired     string // YES: all elements are signed; NO: some are
	ProcessStepID            *int32 // as GetProcessDetails numbers them
	Signature                []byte
	SignatureID              int32 // its place among the form set's, from 1 on
	SignatureText            *string
	SignedAttachmentList     []int32
	SignedByUser             *int32 // left out where a system signed alone
	SignedByUserName         *string
	SignedByUserSSN          *string
	SignedFromList           []int32 // forms
}

// signingSteps are the form set's signatures, in their order.
func (s *service) signingSteps(ctx context.Context, i *rest.Instance, steps []rest.Step) ([]SigningStep, error) {
	elements := map[uuid.UUID]*rest.Element{}
	for n := range i.Elements {
		elements[i.Elements[n].ID] = &i.Elements[n]
	}
	list := []SigningStep{}
	for n := range i.Signatures {
		of := &i.Signatures[n]
		step := SigningStep{
			CreatedDateTime: of.At, SignatureID: int32(n + 1), SignatureText: optional.Of(of.Text), IsSigningAllRequired: "NO", SignedAttachmentList: []int32{}, SignedFromList: []int32{},
		}
		for _, id := range of.Elements {
			switch e := elements[id]; {
			case e == nil:
			case e.Form:
				step.SignedFromList = append(step.SignedFromList, e.Number)
			default:
				step.SignedAttachmentList = append(step.SignedAttachmentList, e.Number)
			}
		}
		if len(step.SignedFromList)+len(step.SignedAttachmentList) == len(i.Elements) {
			step.IsSigningAllRequired = "YES"
		}
		if at := slices.IndexFunc(steps, func(s rest.Step) bool { return s.ID == of.Step }); at >= 0 {
			step.ProcessStepID = optional.Of(int32(at + 1))
		}
		step.certifiedBy(of.Certificate)
		if err := s.signedBy(ctx, &step, of.Person); err != nil {
			return nil, err
		}
		list = append(list, step)
	}
	return list, nil
}

// certifiedBy tells of the certificate, in DER, that an enterprise user signed
// with: its names as RFC 2253 writes them.
func (s *SigningStep) certifiedBy(der []byte) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return // there is none: only what can be read is registered
	}
	s.CertificateIssuedByName, s.CertificateIssuedForName = optional.Of(cert.Issuer.String()), optional.Of(cert.Subject.String())
	s.CertificateValidFrom, s.CertificateValidTo = optional.Of(cert.NotBefore.UTC()), optional.Of(cert.NotAfter.UTC())
}

// signedBy tells of the person who signed; one who is no longer registered has a
// number only.
func (s *service) signedBy(ctx context.Context, step *SigningStep, person rest.PartyID) error {
	if person == 0 {
		return nil
	}
	step.SignedByUser = optional.Of(int32(person))
	p, err := s.core.Party(ctx, rest.PartyRef{ID: person})
	switch {
	case rest.KindOf(err) == rest.NotFound:
		return nil
	case err != nil:
		return err
	}
	step.SignedByUserName, step.SignedByUserSSN = optional.Of(p.Name), optional.Of(p.SSN.Reveal())
	return nil
}
