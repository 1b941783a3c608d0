package prefilleus

import (
	"strings"
	"time"

	"overgang/rest"
)

// FormTask is PrefillFormTaskv2, and what PrefillFormTask has of it.
type FormTask struct {
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
	ExternalShipmentReference  string
	PreFillForms               []Form
	PreFillIdentityFields      []IdentityField
	Reportee                   string
	SendersReference           string
	ServiceOwnerCode           string
}

// Form is PrefillForm.
type Form struct {
	DataFormatID      string
	DataFormatVersion int32
	FormDataXML       string
	SendersReference  string
}

// IdentityField is PreFillIdentityFieldBE.
type IdentityField struct{ FieldValue string }

// always is the end of what is valid without end. Clients convert it to their
// own zone, for which the last year needs room.
var always = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// formTask shows a prefill with the forms of some data formats, or with all of
// them. ok says that it has any.
func formTask(app *rest.Application, reportee string, p *rest.Prefill, formats []string) (task FormTask, ok bool) {
	task = FormTask{
		ExternalServiceCode: app.Service.Code, ExternalServiceEditionCode: app.Service.Edition, ExternalShipmentReference: p.Shipment,
		Reportee: strings.TrimSpace(reportee), SendersReference: p.Reference, ServiceOwnerCode: strings.ToUpper(app.ID.Org),
	}
	for _, value := range p.Identity {
		task.PreFillIdentityFields = append(task.PreFillIdentityFields, IdentityField{value})
	}
	for _, f := range p.Forms {
		if wanted(formats, f.DataFormatID) {
			task.PreFillForms = append(task.PreFillForms, Form{f.DataFormatID, f.DataFormatVersion, f.Data, f.Reference})
		}
	}
	return task, len(task.PreFillForms) > 0
}

// wanted says whether a data format was asked for. Empty ones ask for nothing.
func wanted(formats []string, format string) bool {
	asked := false
	for _, f := range formats {
		if f = strings.TrimSpace(f); f == format {
			return true
		} else if f != "" {
			asked = true
		}
	}
	return !asked
}
