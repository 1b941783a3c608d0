// Package attachment is what services tell of attachments and their content.
package attachment

import (
	"cmp"
	"path"
	"strings"
	"time"

	"overgang/adapter/optional"
	"overgang/rest"
	"overgang/soap/codec"
)

// V2 is AttachmentBEV2, and what AttachmentBE has of it.
type V2 struct {
	AttachmentData           *codec.Inline
	AttachmentFunctionTypeID string
	AttachmentID             int32
	AttachmentName           string
	AttachmentTypeID         string
	CreatedByUserID          int32 // V2; 0 = no user
	CreatedDateTime          time.Time
	DestinationType          string // V2
	FileName                 string
	IsAddedAfterFormFillin   bool // V2
	IsAssociatedToFormSet    bool // V2
	IsEncrypted              bool
	ReporteeElementID        int32
	SendersReference         *string
}

// OfMessage is an attachment of a message, without its bytes.
func OfMessage(m *rest.Correspondence, a *rest.Attachment) V2 {
	return V2{
		AttachmentFunctionTypeID: Unspecified, AttachmentID: a.Number, AttachmentName: cmp.Or(a.Title, a.FileName),
		AttachmentTypeID: FileType(a.ContentType, a.FileName), CreatedDateTime: a.Created, DestinationType: ShowToAll,
		FileName: a.FileName, ReporteeElementID: m.Number, SendersReference: optional.Of(a.Reference),
	}
}

// Unspecified is the function of every attachment: what is an invoice is not known.
const Unspecified = "Unspecified"

// ShowToAll is the DestinationType of attachments.
const ShowToAll = "ShowToAll"

// types are the names that AttachmentType has for content types.
var types = map[string]string{
	"application/pdf": "application_pdf", "application/msword": "application_msword", "application/vnd.ms-excel": "application_vnd_ms_excel",
	"application/vnd.oasis.opendocument.text":         "application_vnd_oasis_opendocument_text",
	"application/vnd.oasis.opendocument.presentation": "application_vnd_oasis_opendocument_presentation",
	"application/vnd.oasis.opendocument.spreadsheet":  "application_vnd_oasis_opendocument_spreadsheet",
	"application/rtf": "application_rtf", "application/vnd.ms-powerpoint": "application_vnd_ms_powerpoint",
	"application/postscript": "application_postscript", "application/zip": "application_zip", "application/xml": "text_xml",
	"text/plain": "text_plain", "text/html": "text_html", "text/xml": "text_xml", "text/rtf": "text_rtf", "text/richtext": "text_richtext",
	octets: "binary_octet_stream", "image/jpeg": "image_jpeg", "image/gif": "image_gif", "image/bmp": "image_bmp",
}

// extensions are the names that it has for what file names end with.
var extensions = map[string]string{
	".pdf": "application_pdf", ".doc": "application_msword", ".xls": "application_vnd_ms_excel", ".ppt": "application_vnd_ms_powerpoint",
	".odt": "application_vnd_oasis_opendocument_text", ".odp": "application_vnd_oasis_opendocument_presentation",
	".ods": "application_vnd_oasis_opendocument_spreadsheet", ".rtf": "application_rtf", ".ps": "application_postscript",
	".zip": "application_zip", ".txt": "text_plain", ".htm": "text_html", ".html": "text_html", ".xml": "text_xml",
	".jpg": "image_jpeg", ".jpeg": "image_jpeg", ".gif": "image_gif", ".bmp": "image_bmp",
}

const octets = "application/octet-stream"

// Type is the name that AttachmentType has for a content type.
func Type(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	if name := types[strings.TrimSpace(media)]; name != "" {
		return name
	}
	return "not_Applicable"
}

// FileType is Type, or where the content type says nothing, the name for the file
// name's extension, as the old service had it.
func FileType(contentType, fileName string) string {
	if contentType == "" || contentType == octets {
		if name := extensions[strings.ToLower(path.Ext(fileName))]; name != "" {
			return name
		}
	}
	return Type(contentType)
}
