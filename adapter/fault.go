package adapter

import (
	"context"
	"errors"
	"strconv"
	"strings"

	broker "overgang/adapter/brokerserviceexternal"
	"overgang/adapter/caseexternal"
	"overgang/adapter/credential"
	"overgang/adapter/keymanagement"
	"overgang/adapter/language"
	"overgang/adapter/message"
	"overgang/adapter/receipt"
	"overgang/adapter/servicemetadata"
	"overgang/adapter/workflow"
	"overgang/rest"
	"overgang/soap"
	"overgang/soap/codec"
)

// AltinnFault is the detail of every declared fault
// (http://www.altinn.no/services/common/fault/2009/10).
type AltinnFault struct {
	AltinnErrorMessage          string
	AltinnExtendedErrorMessage  string
	AltinnLocalizedErrorMessage string
	ErrorGuid                   string
	ErrorID                     int32
	UserGuid                    string
	UserId                      string
}

// Texts that clients compare with, as recorded; the misspelling is theirs.
const (
	reason     = "An error occurred"
	reason989  = "An errror occurred"
	lang       = "nb-NO"
	noValue    = "-no value-"
	noInfo     = "No information available"
	wrongLogin = "Incorrect username/password/pin given for user"
	pinExpired = "Pin session time has time out for user. Request new"
	wrongOwner = "Wrong username/password supplied."
	general    = "Your request suffered from a non-functional error. If this persist, please report it to the system administrator. " +
		"Please include the id concerning this speciffic error [{guid}]."
)

// outcome is one row of the fault table.
type outcome struct {
	kind rest.Kind
	code string // "" = every code of the kind that has no row of its own
	id   int32
	text string // "" = the error's Detail
	busy bool   // worth another try: RetryAfter is passed on
	ours bool   // the gateway's own failure, though the fault says Client as the old ones did
}

// outcomes is the one table from error kinds to AltinnFault. What an error's
// Detail says is shown only where text is empty; everything else is fixed, so
// that unknown user, wrong password, wrong code and locked account read the
// same, and so do absent and somebody else's.
var outcomes = []outcome{
	{kind: rest.Unauthenticated, code: credential.CodeSystem, id: 5, text: wrongOwner},
	{kind: rest.LockedOut, code: credential.CodeSystem, id: 5, text: wrongOwner},
	{kind: rest.SessionExpired, code: credential.CodeSystem, id: 5, text: wrongOwner},
	{kind: rest.Unauthenticated, id: 989, text: wrongLogin},
	{kind: rest.LockedOut, id: 989, text: wrongLogin},
	{kind: rest.SessionExpired, id: 989, text: pinExpired},

	{kind: rest.NotFound, code: receipt.CodeNone, id: 30008, text: "No receipt was found for the given receipt id or reference"},
	{kind: rest.Invalid, code: receipt.CodeType, id: 30101},
	{kind: rest.Invalid, code: receipt.CodeDates, id: 30102},

	{kind: rest.Forbidden, code: broker.CodeSender, id: 40201, text: "The reportee may not send files of this service"},
	{kind: rest.Invalid, code: broker.CodeRecipients, id: 40202},
	{kind: rest.TooLarge, code: broker.CodeTooLarge, id: 40204},
	{kind: rest.Invalid, code: broker.CodeEmpty, id: 40205},
	{kind: rest.Conflict, code: broker.CodeNotReady, id: 40207},
	{kind: rest.Gone, code: broker.CodeNotReady, id: 40207},
	{kind: rest.Conflict, code: broker.CodeUploaded, id: 40208},
	{kind: rest.Gone, code: broker.CodeUploaded, id: 40208},
	{kind: rest.Invalid, code: broker.CodeService, id: 40210},
	{kind: rest.NotFound, code: broker.CodeService, id: 40210},
	{kind: rest.Forbidden, code: broker.CodeMayNot, id: 40211},
	{kind: rest.NotFound, code: broker.CodeReference, id: 40212},
	{kind: rest.Forbidden, code: broker.CodeReportee, id: 40213},
	{kind: rest.Invalid, code: broker.CodeNumber, id: 40214},
	{kind: rest.Forbidden, code: broker.CodeNoRights, id: 40215},

	{kind: rest.Invalid, code: servicemetadata.CodeServiceCode, id: 30013},
	{kind: rest.Invalid, code: servicemetadata.CodeOwnerCode, id: 30005},
	{kind: rest.Invalid, code: servicemetadata.CodeEdition, id: 40039},
	{kind: rest.NotFound, code: servicemetadata.CodeUnknown, text: "No such service"},
	{kind: rest.NotFound, code: keymanagement.CodeService, text: "No such service"},

	{kind: rest.Forbidden, code: workflow.CodeUnauthorised, id: 14, text: "Not authorised to sign the element, or not in its present status"},
	{kind: rest.Conflict, code: workflow.CodeArchived, id: 60035},
	{kind: rest.Conflict, code: workflow.CodeAlreadySigned, id: 60036},
	{kind: rest.Conflict, code: workflow.CodeNotCompleted, id: 60037},

	{kind: rest.NotFound, code: caseexternal.CodeInvalid, id: 60001, text: "The given CaseID is not valid"},
	{kind: rest.Invalid, code: caseexternal.CodeWhich, id: 60002},
	{kind: rest.Conflict, code: caseexternal.CodeMessages, id: 60006},
	{kind: rest.Conflict, code: caseexternal.CodeInstances, id: 60007},
	{kind: rest.Invalid, code: caseexternal.CodeReportee, id: 60012},
	{kind: rest.Forbidden, code: caseexternal.CodeReportee, id: 60012, text: "The reportee is not valid"},
	{kind: rest.Conflict, code: caseexternal.CodeClosed, id: 60013},
	{kind: rest.Conflict, code: caseexternal.CodeArchived, id: 60014},
	{kind: rest.Gone, code: caseexternal.CodeDeleted, id: 60015},
	{kind: rest.NotFound, code: caseexternal.CodeService, text: "No such service"},

	{kind: rest.Forbidden, code: "sign-person"},
	{kind: rest.Forbidden, code: "right"},
	{kind: rest.Forbidden, id: 0, text: "The system or user is not authorised for this operation on behalf of the given reportee"},
	{kind: rest.NotFound, id: 0, text: "No such element, or no access to it"},
	{kind: rest.Gone, id: 0, text: "No such element, or no access to it"},

	{kind: rest.Invalid},
	{kind: rest.Conflict},
	{kind: rest.Locked},
	{kind: rest.PreconditionFailed},
	{kind: rest.TooLarge},
	{kind: rest.Unsupported},
	{kind: rest.Unprocessable},

	{kind: rest.RateLimited, text: "Too many requests. Try again later.", busy: true},
	{kind: rest.Unavailable, text: "The service is unavailable at the moment. Nothing was stored. Try again later.", busy: true, ours: true},
	{kind: rest.Internal, text: general, ours: true},
}

// FaultFor turns an operation's error into the fault that old clients parse
// (contracts, "What real clients do"). ErrorGuid is the request's id, under
// which the log has the cause. A *soap.Fault passes as it is; that of a body
// which does not fit its schema gets the detail that old clients expect.
func FaultFor(_ context.Context, call *soap.Call, err error) *soap.Fault {
	var ready *soap.Fault
	if errors.As(err, &ready) {
		return withDetail(ready, call)
	}
	e := &rest.Error{Kind: rest.Internal, Err: err}
	errors.As(err, &e)
	o := outcomeOf(e)
	text := o.text
	if text == "" {
		text = e.Detail
	}
	if text == "" {
		text = general
	}
	f := &soap.Fault{
		Blame:  soap.Sender,
		Reason: reason,
		Lang:   lang,
		Detail: detail(call, o.id, text, noInfo, o.localized(call, err, text)),
		Ours:   o.ours,
		Err:    &logged{err},
	}
	if o.id == 989 {
		f.Reason = reason989
	}
	if o.busy {
		f.RetryAfter = e.RetryAfter
	}
	return f
}

// logged is an error as the log tells it: without its Detail, which the caller
// reads in the fault and which may repeat what the caller sent, as a file name
// does.
type logged struct{ err error }

// Error implements error.
func (l *logged) Error() string {
	if k, ok := l.err.(*credential.Known); ok {
		return (&logged{k.Unwrap()}).Error()
	}
	e, ok := l.err.(*rest.Error)
	if !ok {
		return l.err.Error()
	}
	s := e.Kind.String()
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Err != nil {
		s += ": " + (&logged{e.Err}).Error()
	}
	return s
}

// Unwrap implements errors.Unwrap.
func (l *logged) Unwrap() error { return l.err }

// detail makes the fault's detail; {guid} in a text becomes the request's id.
func detail(call *soap.Call, id int32, message, extended, localized string) *AltinnFault {
	var guid string
	if call != nil {
		guid = call.RequestID
	}
	return &AltinnFault{
		AltinnErrorMessage:          strings.ReplaceAll(message, "{guid}", guid),
		AltinnExtendedErrorMessage:  extended,
		AltinnLocalizedErrorMessage: strings.ReplaceAll(localized, "{guid}", guid),
		ErrorGuid:                   guid,
		ErrorID:                     id,
		UserGuid:                    noValue,
		UserId:                      userID(credential.Of(call)),
	}
}

// withDetail gives the fault of a body that does not fit its schema the shape
// that the old service's deserialisation errors had: the general message, and
// what is wrong in the localized one.
func withDetail(f *soap.Fault, call *soap.Call) *soap.Fault {
	var unfit *codec.Error
	if f.Detail != nil || !errors.As(f.Err, &unfit) {
		return f
	}
	out := *f
	out.Reason, out.Lang = reason, lang
	out.Detail = detail(call, 0, general, noInfo, message.Text(languageOf(call, f), "0/unfit", f.Reason, ""))
	return &out
}

// key is the key of the row's text in each language.
func (o outcome) key() string {
	switch {
	case o.id == 989 && o.kind == rest.SessionExpired:
		return "989/session"
	case o.id != 0:
		return strconv.Itoa(int(o.id))
	case o.kind == rest.Gone: // reads as absent does
		return "0/" + rest.NotFound.String()
	case o.code != "":
		return "0/" + o.kind.String() + "/" + o.code
	}
	return "0/" + o.kind.String()
}

// localized is the row's text in the caller's language. Of wrong credentials
// clients compare the text in whichever field they found it in (contracts, "What
// real clients do"): only where who calls has a language of its own is it another.
func (o outcome) localized(call *soap.Call, err error, text string) string {
	tag := languageOf(call, err)
	if o.id == 5 || o.id == 989 {
		if tag = preferred(call, err); tag == "" {
			return text
		}
	}
	return message.Text(tag, o.key(), text, "{guid}")
}

// languageOf is what a call asks for, else what its caller prefers.
func languageOf(call *soap.Call, err error) string {
	if call != nil {
		if tag := language.Asked(call.Request); tag != "" {
			return tag
		}
	}
	if tag := preferred(call, err); tag != "" {
		return tag
	}
	return message.Default
}

// preferred is the caller's own language, also where only the system is known
// because its person is not.
func preferred(call *soap.Call, err error) string {
	if tag := language.Preferred(call); tag != "" {
		return tag
	}
	var known *credential.Known
	if errors.As(err, &known) {
		return known.Caller.Language
	}
	return ""
}

// outcomeOf finds the row for e: by kind and code, else by kind.
func outcomeOf(e *rest.Error) outcome {
	var byKind outcome
	for _, o := range outcomes {
		if o.kind != e.Kind {
			continue
		}
		if o.code == "" {
			byKind = o
		} else if o.code == e.Code {
			return o
		}
	}
	return byKind
}

// userID is the authenticated system's id. Nothing is shown before
// authentication, so that the fault says nothing about which accounts exist.
func userID(c rest.Caller) string {
	if c.System <= 0 {
		return ""
	}
	return strconv.Itoa(int(c.System))
}
