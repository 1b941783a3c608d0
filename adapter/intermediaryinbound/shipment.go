package intermediaryinbound

import (
	"strings"

	"overgang/adapter/upload"
	"overgang/rest"
	"overgang/soap/codec"
)

// FormTaskShipment is FormTaskShipmentBE: a whole submission.
type FormTaskShipment struct {
	Reportee                              string // official number of whom it is about
	ExternalShipmentReference             string // the sender's own name for it
	FormTasks                             *FormTask
	Attachments                           []Attachment
	Signatures                            *Signature
	IsUserDelegationLocked                bool
	UserDefinedNumberOfSignaturesRequired int32
	Users                                 []DelegatedUser
	EncryptedKey                          *EncryptedKey
	CaseID                                *int32
}

// FormTask is the service and its forms.
type FormTask struct {
	ServiceCode    string
	ServiceEdition int32
	Forms          []Form
}

// Form is one form.
type Form struct {
	Completed              bool
	DataFormatId           string
	DataFormatVersion      int32
	EndUserSystemReference string
	ParentReference        *int32
	FormData               *codec.Large
}

// Attachment is one attachment; AttachementData is spelled as on the wire.
type Attachment struct {
	Name                   string
	EndUserSystemReference string
	ParentReference        string
	FileName               string
	Encrypted              bool
	AttachementData        *codec.Large
	AttachmentTypeName     string
	Checksum               string
}

// DelegatedUser is somebody who shall sign in a user-controlled signing step.
type DelegatedUser struct {
	SSN                       rest.NationalID
	UserName                  string
	OrgNumber                 string
	Name                      string
	NumberOfSignaturesAllowed uint32
	Email                     string
	PhoneNumber               string
	SigningOptions            string
}

// delegation is who shall sign, nil when the shipment does not say. A number of
// signatures or a lock that it brings for nobody is of no effect, as some
// serializers always write them.
func (f *FormTaskShipment) delegation() *rest.NewDelegation {
	d := &rest.NewDelegation{Required: int(f.UserDefinedNumberOfSignaturesRequired), Lock: f.IsUserDelegationLocked}
	for _, u := range f.Users {
		if u.SSN == "" && u.Name == "" {
			continue
		}
		d.Signers = append(d.Signers, rest.NewSigner{SSN: rest.NationalID(strings.TrimSpace(u.SSN.Reveal())), Name: u.Name, Allowed: int(u.NumberOfSignaturesAllowed)})
	}
	if len(d.Signers) == 0 {
		return nil
	}
	return d
}

// completed says that every form is filled in.
func (f *FormTaskShipment) completed() bool {
	forms := f.forms()
	for i := range forms {
		if !forms[i].Completed {
			return false
		}
	}
	return len(forms) > 0
}

func (f *FormTaskShipment) forms() []Form {
	if f.FormTasks == nil {
		return nil
	}
	return f.FormTasks.Forms
}

// received lists the content that came with the shipment.
func (f *FormTaskShipment) received() []rest.Content {
	var fields []*codec.Large
	for _, form := range f.forms() {
		fields = append(fields, form.FormData)
	}
	for _, a := range f.Attachments {
		fields = append(fields, a.AttachementData)
	}
	return upload.Received(fields...)
}
