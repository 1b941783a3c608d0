package correspondenceexternal

import (
	"cmp"
	"time"

	"overgang/adapter/attachment"
	"overgang/rest"
)

// Link is CorrespondenceLink.
type Link struct {
	LinkText string
	LinkType string
	LinkURL  string
}

func attachmentOf(m *rest.Correspondence, a *rest.Attachment) attachment.V2 {
	return attachment.V2{
		AttachmentFunctionTypeID: attachment.Unspecified, AttachmentID: a.Number, AttachmentName: cmp.Or(a.Title, a.FileName),
		AttachmentTypeID: attachment.FileType(a.ContentType, a.FileName), CreatedDateTime: a.Created, DestinationType: attachment.ShowToAll,
		FileName: a.FileName, ReporteeElementID: m.Number, SendersReference: orNil(a.Reference),
	}
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
