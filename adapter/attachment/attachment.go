// Package attachment is what services tell of attachments and their content.
package attachment

import (
	"time"

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
	"application/octet-stream": "binary_octet_stream", "image/jpeg": "image_jpeg", "image/gif": "image_gif", "image/bmp": "image_bmp",
}

// Type is the name that AttachmentType has for a content type.
func Type(contentType string) string {
	if name := types[contentType]; name != "" {
		return name
	}
	return "not_Applicable"
}
