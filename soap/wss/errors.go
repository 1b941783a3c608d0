package wss

import "fmt"

// FaultText is the text of every fault for an [*Error]: what a caller may know.
const FaultText = "An error occurred when verifying security for the message."

// Code is a fault's subcode.
type Code struct{ Space, Prefix, Local string }

// Codes of SOAP Message Security 1.0 §12 and of WS-SecureConversation §9.
var (
	InvalidSecurity          = Code{SecuritySpace, "wsse", "InvalidSecurity"}
	InvalidSecurityToken     = Code{SecuritySpace, "wsse", "InvalidSecurityToken"}
	FailedAuthentication     = Code{SecuritySpace, "wsse", "FailedAuthentication"}
	FailedCheck              = Code{SecuritySpace, "wsse", "FailedCheck"}
	SecurityTokenUnavailable = Code{SecuritySpace, "wsse", "SecurityTokenUnavailable"}
	UnsupportedSecurityToken = Code{SecuritySpace, "wsse", "UnsupportedSecurityToken"}
	UnsupportedAlgorithm     = Code{SecuritySpace, "wsse", "UnsupportedAlgorithm"}
	MessageExpired           = Code{UtilitySpace, "wsu", "MessageExpired"}
	BadContextToken          = Code{ConversationSpace, "wsc", "BadContextToken"}
)

// Error is a message that is not secured as it must be.
type Error struct {
	Code   Code
	Reason string // for the log; it holds nothing secret, but also nothing for the caller
	Err    error
}

// Error implements error.
func (e *Error) Error() string {
	text := "wss: " + e.Code.Local + ": " + e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap implements errors.Unwrap.
func (e *Error) Unwrap() error { return e.Err }

// refuse makes an *Error.
func refuse(code Code, format string, args ...any) error {
	return &Error{Code: code, Reason: fmt.Sprintf(format, args...)}
}
