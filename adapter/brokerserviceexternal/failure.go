package brokerserviceexternal

import (
	"errors"

	"overgang/rest"
)

// Codes of the service's errors, by which the fault table knows their ids, as
// the old service's documentation has them.
const (
	CodeSender     = "broker-sender"      // 40201
	CodeRecipients = "broker-recipients"  // 40202
	CodeTooLarge   = "broker-too-large"   // 40204
	CodeEmpty      = "broker-empty"       // 40205
	CodeNotReady   = "broker-not-ready"   // 40207
	CodeUploaded   = "broker-uploaded"    // 40208
	CodeService    = "broker-service"     // 40210
	CodeReference  = "broker-reference"   // 40212
	CodeReportee   = "broker-reportee"    // 40213
	CodeNumber     = "broker-number"      // 40214
	CodeMayNot     = "broker-may-not"     // 40211
	CodeNoRights   = "broker-may-not-get" // 40215
)

// Refusals of what is wrong in the request itself. A file reference that is no
// reference, that nothing has, and that is somebody else's read the same.
var (
	errNumber    = rest.Errorf(rest.Invalid, CodeNumber, "A reportee is named by an organisation number of 9 digits or a national identity number of 11 digits.")
	errReference = rest.Errorf(rest.NotFound, CodeReference, "The file reference is not that of a broker service file, or the caller has no access to it.")
	errReportee  = rest.Errorf(rest.Forbidden, CodeReportee, "The reportee is not the one of the file reference.")
	errEmpty     = rest.Errorf(rest.Invalid, CodeEmpty, "No data was received for the file.")
)

// failures translates the core's errors, by their code, else by their kind.
type failures struct {
	codes map[string]string
	kinds map[rest.Kind]string
}

// of gives an error of the core the service's code. Others pass as they are.
func (f failures) of(err error) error {
	var e *rest.Error
	if !errors.As(err, &e) {
		return err
	}
	code := f.codes[e.Code]
	if code == "" {
		code = f.kinds[e.Kind]
	}
	switch code {
	case "":
		return err
	case CodeReference:
		return errReference
	case CodeReportee:
		return errReportee
	case CodeEmpty:
		return errEmpty
	}
	return &rest.Error{Kind: e.Kind, Code: code, Detail: e.Detail, RetryAfter: e.RetryAfter, Err: err}
}
