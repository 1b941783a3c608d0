package correspondenceexternal

import (
	"time"

	"overgang/rest"
	"overgang/soap/codec"
)

// Link is CorrespondenceLink.
type Link struct {
	LinkText string
	LinkType string
	LinkURL  string
}

// Attachment is AttachmentBE, and AttachmentBEV2.
type Attachment struct {
	AttachmentData           *codec.Inline
	AttachmentFunctionTypeID string
	AttachmentID             int32
	AttachmentName           string
	AttachmentTypeID         string
	CreatedByUserID          int32 // V2; a service owner is no user
	CreatedDateTime          time.Time
	DestinationType          string // V2
	FileName                 string
	IsAddedAfterFormFillin   bool // V2
	IsAssociatedToFormSet    bool // V2
	IsEncrypted              bool
	ReporteeElementID        int32
	SendersReference         *string
}

// attachmentTypes are the names that AttachmentType has for content types.
var attachmentTypes = map[string]string{
	"application/pdf": "application_pdf", "application/msword": "application_msword", "application/vnd.ms-excel": "application_vnd_ms_excel",
	"application/vnd.oasis.opendocument.text":         "application_vnd_oasis_opendocument_text",
	"application/vnd.oasis.opendocument.presentation": "application_vnd_oasis_opendocument_presentation",
	"application/vnd.oasis.opendocument.spreadsheet":  "application_vnd_oasis_opendocument_spreadsheet",
	"application/rtf": "application_rtf", "application/vnd.ms-powerpoint": "application_vnd_ms_powerpoint",
	"application/postscript": "application_postscript", "application/zip": "application_zip", "application/xml": "text_xml",
	"text/plain": "text_plain", "text/html": "text_html", "text/xml": "text_xml", "text/rtf": "text_rtf", "text/richtext": "text_richtext",
	"application/octet-stream": "binary_octet_stream", "image/jpeg": "image_jpeg", "image/gif": "image_gif", "image/bmp": "image_bmp",
}

func attachment(m *rest.Correspondence, a *rest.Attachment) Attachment {
	out := Attachment{
		AttachmentFunctionTypeID: "Unspecified", AttachmentID: a.Number, AttachmentName: a.Title, AttachmentTypeID: attachmentTypes[a.ContentType],
		CreatedDateTime: a.Created, DestinationType: "ShowToAll", FileName: a.FileName, ReporteeElementID: m.Number, SendersReference: orNil(a.Reference),
	}
	if out.AttachmentName == "" {
		out.AttachmentName = a.FileName
	}
	if out.AttachmentTypeID == "" {
		out.AttachmentTypeID = "not_Applicable"
	}
	return out
}

// Notification is InternalNotification. Its text is the only token: there are
// no templates here.
type Notification struct {
	FromAddress               *string
	LanguageCode              *string
	NotificationTypeName      *string
	ReceiverEndPointList      []Receiver
	ShipmentDateTime          time.Time
	TextTokenSubstitutionList []TextToken
}

// Receiver is InternalReceiverEndPoint.
type Receiver struct {
	ReceiverAddress string
	SentDateTime    *time.Time
	TransportId     string
}

// TextToken is TextToken.
type TextToken struct {
	TokenNum   int32
	TokenValue string
}

var transports = map[rest.NotificationChannel]string{rest.BySMS: "SMS", rest.ByEmail: "Email"}

func notification(m *rest.Correspondence, n rest.Notification) Notification {
	return Notification{
		ShipmentDateTime:          m.Published,
		ReceiverEndPointList:      []Receiver{{ReceiverAddress: n.To, SentDateTime: orNil(n.Sent), TransportId: transports[n.Channel]}},
		TextTokenSubstitutionList: []TextToken{{TokenNum: 0, TokenValue: n.Text}},
	}
}
