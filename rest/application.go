package rest

// AppID names an application: "org/app", for example "ttd/melding".
type AppID struct{ Org, App string }

// String returns "org/app".
func (a AppID) String() string { return a.Org + "/" + a.App }

// ServiceRef is the same application under its legacy name. What SOAP calls a
// service edition and REST calls an app are one record.
type ServiceRef struct {
	Code    string // ServiceCode, for example "4501"
	Edition int32  // ServiceEdition; 0 in a Grant = every edition
}

// ValidationMode says what form data that breaks its schema leads to.
type ValidationMode string

// Validation modes.
const (
	ValidationOff     ValidationMode = "off"     // stored unseen
	ValidationReport  ValidationMode = "report"  // stored, findings are reported
	ValidationEnforce ValidationMode = "enforce" // refused
)

// Application is a service: what may be submitted, how it is checked, and the
// steps it passes.
type Application struct {
	ID         AppID
	Service    ServiceRef
	Titles     map[string]string // by language: "nb", "nn", "en"
	Validation ValidationMode
	// VerifySignatures asks that an enveloped XMLDSig in a form be verified
	// against TrustedSigners before the form is accepted.
	VerifySignatures bool
	TrustedSigners   []string // PEM certificates or authorities
	DataTypes        []DataType
	Process          []Step
	// SigningTexts are what signers agree to, by language; empty = a general text.
	SigningTexts map[string]string `json:",omitempty"`
	// MaxAttachments is the limit for all attachments of one submission, in
	// bytes; 0 = the gateway's limit (30 MB, as documented for the old service).
	MaxAttachments int64
	// Broker makes it a service of file transfers; nil = it takes instances.
	Broker *BrokerService `json:",omitempty"`
	// Certificates are those that senders encrypt the sensitive fields of forms
	// with: whoever holds the keys, the service's owners, can read them.
	Certificates []ServiceCertificate `json:",omitempty"`
}

// DataType declares one type of data element.
type DataType struct {
	ID           string   // formId over REST: "default", "vedlegg"
	ContentTypes []string // allowed; empty = any
	Extensions   []string // allowed file name extensions without dot, lower case; empty = any
	MaxSize      int64    // bytes; 0 = the gateway's limit
	MinCount     int
	MaxCount     int // 0 = unbounded

	// A form has a data format and may have a schema; an attachment type has a name.
	DataFormatID       string
	DataFormatVersion  int32
	Schema             []byte // XSD document; empty = none
	AttachmentTypeName string // legacy name; empty = any attachment
}

// IsForm tells forms from attachments.
func (d DataType) IsForm() bool { return d.DataFormatID != "" }

// Form returns the data type with the given data format, or nil.
func (a *Application) Form(id string, version int32) *DataType {
	for i := range a.DataTypes {
		if d := &a.DataTypes[i]; d.IsForm() && d.DataFormatID == id && d.DataFormatVersion == version {
			return d
		}
	}
	return nil
}

// Attachment returns the data type for a legacy attachment type name: the one
// that bears it, else the application's first attachment type without a name,
// else nil.
func (a *Application) Attachment(typeName string) *DataType {
	var open *DataType
	for i := range a.DataTypes {
		d := &a.DataTypes[i]
		if d.IsForm() {
			continue
		}
		if d.AttachmentTypeName != "" && d.AttachmentTypeName == typeName {
			return d
		}
		if d.AttachmentTypeName == "" && open == nil {
			open = d
		}
	}
	return open
}

// Type returns the data type with the given id, or nil.
func (a *Application) Type(id string) *DataType {
	for i := range a.DataTypes {
		if a.DataTypes[i].ID == id {
			return &a.DataTypes[i]
		}
	}
	return nil
}
