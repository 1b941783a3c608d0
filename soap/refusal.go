package soap

import (
	"errors"
	"net/http"
	"os"
	"time"

	"overgang/soap/codec"
	"overgang/soap/mtom"
	"overgang/soap/xmltok"
)

// refusal is an answer that is no SOAP message: the request could not be read
// as one.
type refusal struct {
	status int
	text   string // plain text for the client
	close  bool   // the connection is not worth keeping
	retry  time.Duration
	err    error
}

// Error implements error.
func (r *refusal) Error() string { return r.text }

// Unwrap implements errors.Unwrap.
func (r *refusal) Unwrap() error { return r.err }

// sourceError is a failure of the connection, not of what came over it.
type sourceError struct{ err error }

// Error implements error.
func (e *sourceError) Error() string { return "reading the request: " + e.err.Error() }

// Unwrap implements errors.Unwrap.
func (e *sourceError) Unwrap() error { return e.err }

// errTooLarge is a request beyond Limits.Message.
var errTooLarge = errors.New("soap: request too large")

// explain sorts an error of reading a request: a refusal, a fault, or neither,
// which then is the operation's own.
func explain(err error) (*refusal, *Fault) {
	switch e := err.(type) {
	case *refusal:
		return e, nil
	case *Fault:
		return nil, e
	case *codec.Error:
		return nil, &Fault{Blame: Sender, Reason: "The request does not fit its schema: " + e.Error(), Err: err}
	case *xmltok.SyntaxError:
		if e.Reason == xmltok.Encoding {
			return &refusal{status: http.StatusUnsupportedMediaType, text: "The request is not UTF-8: " + e.Error(), close: true, err: err}, nil
		}
		return &refusal{status: http.StatusBadRequest, text: "The request cannot be read: " + e.Error(), close: true, err: err}, nil
	case *xmltok.LimitError:
		status := http.StatusBadRequest
		if e.What == "bytes" {
			status = http.StatusRequestEntityTooLarge
		}
		return &refusal{status: status, text: "The request is refused: " + e.Error(), close: true, err: err}, nil
	case *sourceError:
		return explainSource(e), nil
	}
	if err == errTooLarge {
		return tooLarge(), nil
	}
	var frame *mtom.Error
	if errors.As(err, &frame) {
		return explainPackage(frame), nil
	}
	var spool *mtom.SpoolError
	if errors.As(err, &spool) {
		return noRoom(spool), nil
	}
	var fault *Fault
	if errors.As(err, &fault) {
		return nil, fault
	}
	return nil, nil
}

func explainSource(e *sourceError) *refusal {
	var large *http.MaxBytesError
	var frame *mtom.Error
	switch {
	case errors.As(e, &frame):
		return explainPackage(frame)
	case errors.Is(e, errTooLarge):
		return tooLarge()
	case errors.Is(e, os.ErrDeadlineExceeded):
		return &refusal{status: http.StatusRequestTimeout, text: "The request body arrived too slowly.", close: true, err: e}
	case errors.As(e, &large):
		return tooLarge()
	}
	return &refusal{status: http.StatusBadRequest, text: "The request body broke off.", close: true, err: e}
}

func tooLarge() *refusal {
	return &refusal{status: http.StatusRequestEntityTooLarge, text: "The request is too large.", close: true, err: errTooLarge}
}
