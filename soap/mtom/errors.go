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
