package codec

import "strconv"

// Error is a body that does not fit its schema. Both fields are safe to show
// to the client: they name elements and rules, never content.
type Error struct {
	Path string // "formTaskShipment/FormTasks/Forms/Form[2]/Completed"; items count from 1
	Msg  string // "is not a boolean"
}

// Error implements error.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Msg
	}
	return e.Path + " " + e.Msg
}

// within puts name in front of the path of err if it is an [Error]. index is
// the item's number from 1 among repeated elements, else 0.
func within(err error, name string, index int) error {
	e, ok := err.(*Error)
	if !ok {
		return err
	}
	if index > 0 {
		name += "[" + strconv.Itoa(index) + "]"
	}
	if e.Path != "" {
		name += "/" + e.Path
	}
	e.Path = name
	return err
}
