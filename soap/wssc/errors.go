package wssc

import (
	"fmt"

	"overgang/soap/wss"
)

// Codes of WS-Trust §11 and WS-SecureConversation §9.
var (
	InvalidRequest  = wss.Code{Space: TrustSpace, Prefix: "wst", Local: "InvalidRequest"}
	RequestFailed   = wss.Code{Space: TrustSpace, Prefix: "wst", Local: "RequestFailed"}
	BadContextToken = wss.BadContextToken
)

// refuse makes a *wss.Error.
func refuse(code wss.Code, format string, args ...any) error {
	return &wss.Error{Code: code, Reason: fmt.Sprintf(format, args...)}
}

func bad(format string, args ...any) error { return refuse(BadContextToken, format, args...) }
