package correspondenceexternal

import (
	"time"

	"overgang/adapter/optional"
	"overgang/rest"
)

// Link is CorrespondenceLink.
type Link struct {
	LinkText string
	LinkType string
	LinkURL  string
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
		ReceiverEndPointList:      []Receiver{{ReceiverAddress: n.To, SentDateTime: optional.Of(n.Sent), TransportId: transports[n.Channel]}},
		TextTokenSubstitutionList: []TextToken{{TokenNum: 0, TokenValue: n.Text}},
	}
}
