package rest

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what went wrong in terms every face can translate: the HTTP API
// has one table to problem+json, the adapter one to AltinnFault.
type Kind int

// The error kinds.
const (
	Internal           Kind = iota // unknown cause; Detail is empty, the log has it
	Invalid                        // the request breaks a rule that the caller can mend
	Unauthenticated                // unknown caller, wrong password, wrong code: never told apart
	LockedOut                      // too many wrong credentials; RetryAfter says when to come back
	SessionExpired                 // the one-time code's session is over: ask for a new code
	Forbidden                      // known caller, known object, missing right
	NotFound                       // absent, or somebody else's: never told apart
	Gone                           // was here, was deleted
	Conflict                       // the state of the object does not allow it
	Locked                         // the element is locked or the instance archived
	PreconditionFailed             // If-Match did not match
	TooLarge                       // content over its limit
	Unsupported                    // content type, extension or encoding not allowed
	Unprocessable                  // well-formed but fails validation; Issues say where
	RateLimited                    // too many requests; RetryAfter says when to come back
	Unavailable                    // storage full, busy or down: retry later
)

var kindNames = [...]string{
	"internal", "invalid", "unauthenticated", "locked-out", "session-expired", "forbidden", "not-found", "gone",
	"conflict", "locked", "precondition-failed", "too-large", "unsupported", "unprocessable", "rate-limited", "unavailable",
}

// String returns the kind's stable name, for example "not-found".
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind(%d)", int(k))
	}
	return kindNames[k]
}

// Error is what crosses the core's boundary. Detail is safe to show to the
// caller and says what to do; Err is for the log only.
type Error struct {
	Kind       Kind
	Code       string // stable, machine-readable, finer than Kind: "party-unknown"; may be empty
	Detail     string
	Issues     []Issue       // with Unprocessable
	RetryAfter time.Duration // with LockedOut, RateLimited and Unavailable; 0 = unknown
	Err        error
}

// Error implements error. The text is for logs.
func (e *Error) Error() string {
	s := e.Kind.String()
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap implements errors.Unwrap.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of the given kind and code with a detail that is safe to show.
func Errorf(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Detail: fmt.Sprintf(format, args...)}
}

// KindOf returns the kind of err: Internal for anything that is not an [Error].
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Issue is one finding of validation.
type Issue struct {
	Severity    Severity
	Code        string // "schema", "count", "signature", …
	Field       string // XPath-like position in the form, or the name of a field; may be empty
	Description string
	Element     string // id of the data element, if it has one yet
	Line        int    // line in the form data, 1-based; 0 = unknown
}

// Severity of an [Issue].
type Severity string

// Severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)
