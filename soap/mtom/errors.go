package mtom

import "fmt"

// Error is what is wrong with a message's frame. It is the sender's fault, and
// its text is safe to show.
type Error struct {
	Msg      string
	TooLarge bool // a limit of size was passed, which the message could respect
}

// Error implements error.
func (e *Error) Error() string { return "mtom: " + e.Msg }

func wrong(format string, args ...any) error { return &Error{Msg: fmt.Sprintf(format, args...)} }

func tooLarge(format string, args ...any) error {
	return &Error{Msg: fmt.Sprintf(format, args...), TooLarge: true}
}

// SpoolError is that a part cannot be kept for later, as on a full disk. It is not
// the sender's fault, who may try again.
type SpoolError struct{ Err error }

// Error implements error.
func (e *SpoolError) Error() string { return "mtom: keep a part: " + e.Err.Error() }

// Unwrap implements errors.Unwrap.
func (e *SpoolError) Unwrap() error { return e.Err }
