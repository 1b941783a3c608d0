package brokerserviceexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// InitiateBrokerService announces a file and whom it is for.
type InitiateBrokerService struct {
	credential.SYS
	BrokerServiceInitiation *Initiation
}

// Initiation is BrokerServiceInitiation.
type Initiation struct {
	Manifest      *Manifest
	RecipientList []Recipient
}

// Manifest describes the file. Two clients in use write FileList by the name of
// its type, ArrayOfFile; the codec takes it.
type Manifest struct {
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
	FileList                   []File
	PropertyList               []Property
	Reportee                   string
	SendersReference           string
}

// File is one inside the file that is sent.
type File struct{ CheckSum, FileName string }

// Property is the sender's own.
type Property struct{ PropertyKey, PropertyValue string }

// Recipient is named by its official number.
type Recipient struct{ PartyNumber string }

// InitiateBrokerServiceResponse is the file reference.
type InitiateBrokerServiceResponse struct{ Result string }

var initiateFailures = failures{
	codes: map[string]string{
		"recipients-missing": CodeRecipients, "recipients-many": CodeRecipients,
		"recipient-unknown": CodeRecipients, "recipient-twice": CodeRecipients,
	},
	kinds: map[rest.Kind]string{rest.NotFound: CodeService, rest.Forbidden: CodeSender},
}

func (s *service) initiateBrokerService(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*InitiateBrokerService).BrokerServiceInitiation
	if in == nil || in.Manifest == nil {
		return nil, rest.Errorf(rest.Invalid, CodeService, "The Manifest is missing: it names the service.")
	}
	n, err := in.transfer()
	if err != nil {
		return nil, err
	}
	t, err := s.core.InitiateTransfer(ctx, credential.Of(call), n)
	if err != nil {
		return nil, initiateFailures.of(err)
	}
	return &InitiateBrokerServiceResponse{Result: t.ID.String()}, nil
}

// transfer is what the core is asked for.
func (in *Initiation) transfer() (rest.NewTransfer, error) {
	m := in.Manifest
	if m.ExternalServiceCode == "" || m.ExternalServiceEditionCode == 0 {
		return rest.NewTransfer{}, rest.Errorf(rest.Invalid, CodeService, "ExternalServiceCode or ExternalServiceEditionCode is missing.")
	}
	n := rest.NewTransfer{
		Service:   rest.ServiceRef{Code: m.ExternalServiceCode, Edition: m.ExternalServiceEditionCode},
		Reference: m.SendersReference,
	}
	var err error
	if n.Sender, err = party(m.Reportee); err != nil {
		return n, err
	}
	for _, r := range in.RecipientList {
		ref, err := party(r.PartyNumber)
		if err != nil {
			return n, rest.Errorf(rest.Invalid, CodeRecipients, "A recipient's PartyNumber is no organisation number or national identity number.")
		}
		n.Recipients = append(n.Recipients, ref)
	}
	for _, p := range m.PropertyList {
		n.Properties = append(n.Properties, rest.Property{Key: p.PropertyKey, Value: p.PropertyValue})
	}
	for _, f := range m.FileList {
		n.Files = append(n.Files, rest.TransferFile{Name: f.FileName, Checksum: f.CheckSum})
	}
	return n, nil
}
