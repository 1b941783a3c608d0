package soap

import (
	"fmt"
	"net/http"
	"reflect"

	"overgang/soap/xmltok"
)

// message reads the whole envelope: header, dispatch, body, end. Begin and
// Sink are called on the way; nothing is executed.
func (x *exchange) message() error {
	if err := x.root(); err != nil {
		return err
	}
	name, err := x.head()
	if err != nil {
		return err
	}
	x.source.recording = x.token
	if name != (xmltok.Name{Space: x.version.Namespace(), Local: "Body"}) {
		return sender("The envelope must hold at most one Header, then one Body and nothing else.")
	}
	if name, err = x.child("Body"); err != nil {
		return err
	}
	if x.token {
		err = x.tokenRequest(name)
	} else {
		err = x.operationRequest(name)
	}
	if err != nil {
		return err
	}
	if err := x.close("The Body must hold one element and nothing else."); err != nil {
		return err
	}
	if err := x.close("Nothing may follow the Body."); err != nil {
		return err
	}
	_, err = x.reader.Next()
	return err
}

// head reads the Header, if there is one, acts on it, and returns the name of
// the element behind it.
func (x *exchange) head() (name xmltok.Name, err error) {
	if name, err = x.child("Envelope"); err != nil {
		return name, err
	}
	if name != (xmltok.Name{Space: x.version.Namespace(), Local: "Header"}) {
		return name, x.headers(nil)
	}
	header, err := x.header()
	if err != nil {
		return name, err
	}
	if err := x.headers(header); err != nil {
		return name, err
	}
	return x.child("Envelope")
}

// operationRequest reads the Body's element, whose Start is the current token,
// of a call.
func (x *exchange) operationRequest(name xmltok.Name) error {
	if err := x.dispatch(name); err != nil {
		return err
	}
	x.request = reflect.New(x.op.newValue).Interface()
	x.call.Request = x.request
	if err := x.setFields(); err != nil {
		return err
	}
	if err := x.dec.Decode(x.reader, x.op.request, x.request); err != nil {
		return err
	}
	return x.beginOnce()
}

func sender(reason string) *Fault { return &Fault{Blame: Sender, Reason: reason} }

// root reads the envelope's start and checks its version.
func (x *exchange) root() error {
	if _, err := x.reader.Next(); err != nil {
		return err
	}
	name := x.reader.Name()
	version := Version(0)
	switch name {
	case xmltok.Name{Space: NS11, Local: "Envelope"}:
		version = V11
	case xmltok.Name{Space: NS12, Local: "Envelope"}:
		version = V12
	}
	if other := x.server.sharingAt(x.r.URL.Path); other != nil && other.version == version {
		x.at(other)
	}
	if version == x.endpoint.version {
		if x.media != version && x.media != 0 {
			return &refusal{status: http.StatusUnsupportedMediaType, text: "The Content-Type must be " + version.ContentType() + "."}
		}
		return nil
	}
	if version != 0 {
		x.version = version // the caller's own
	}
	return &Fault{Blame: VersionMismatch, Reason: "This address speaks SOAP " + x.endpoint.SOAP + "."}
}

// child reads the next child element's start.
func (x *exchange) child(of string) (xmltok.Name, error) {
	for {
		kind, err := x.reader.Next()
		switch {
		case err != nil:
			return xmltok.Name{}, err
		case kind == xmltok.Start:
			return x.reader.Name(), nil
		case kind == xmltok.Text && onlySpace(x.reader.Text()):
		case kind == xmltok.Text:
			return xmltok.Name{}, sender("The " + of + " holds text.")
		default:
			return xmltok.Name{}, sender("The " + of + " ends too early.")
		}
	}
}

// close reads to the end of the element that is open; another element or text
// is a fault.
func (x *exchange) close(reason string) error {
	for {
		kind, err := x.reader.Next()
		switch {
		case err != nil:
			return err
		case kind == xmltok.End:
			return nil
		case kind == xmltok.Start || !onlySpace(x.reader.Text()):
			return sender(reason)
		}
	}
}

func onlySpace(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// dispatch finds the operation of the body's element and checks it against
// every action that the message names.
func (x *exchange) dispatch(name xmltok.Name) error {
	op := x.endpoint.byName[name]
	if op == nil {
		return x.subcoded(sender(fmt.Sprintf("No operation at this address has the body element {%.200s}%.100s.", name.Space, name.Local)),
			"ActionNotSupported")
	}
	x.op = op
	x.call.Operation, x.call.Base = op.Operation, op.row.Base
	x.record.Operation = op.Name
	if x.action != "" && !op.answersTo(x.action) {
		how := "SOAPAction"
		if x.version == V12 {
			how = "action parameter of the Content-Type"
		}
		return x.mismatch(how, x.action, op.Action)
	}
	if a := x.address.action; a != "" && !op.answersTo(a) {
		if !x.endpoint.actions[a] {
			f := x.subcoded(sender("No operation at this address has the Action of the header."), "ActionNotSupported")
			f.problem = problem{action: a}
			return f
		}
		return x.mismatch("Action header", a, op.Action)
	}
	return nil
}

// mismatch is the fault of a message that names two actions.
func (x *exchange) mismatch(where, got, want string) *Fault {
	f := x.subcoded(sender("The "+where+" is not the one of the body's element, "+want+"."), "InvalidAddressingHeader", "ActionMismatch")
	f.problem = problem{action: got}
	return f
}
