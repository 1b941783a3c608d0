package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Open is an operation that no bearer token opens: it is for anybody, or looks
// at what a caller proves itself with on its own. It has what every request has:
// an id, one line in the log, the figures, and recovery from panics.
type Open struct {
	Operation    string // operationId
	Method, Path string
	// Decides says that it decides about access: the audit is told.
	Decides bool
	// Handle answers. An error, for which nothing may have been written, is
	// answered with a problem.
	Handle func(w http.ResponseWriter, r *http.Request) (Outcome, error)
}

// Outcome is what the log, the figures and the audit are told of an answer.
type Outcome struct {
	Caller string // as [Record]; "" = unknown
	Signer string // thumbprint of a certificate whose key the caller proved to have; "" = none
	Code   string // why it was refused; "" = it was not
	Cause  error  // of the refusal; for the audit only
}

// OpenHandler is a handler of operations without bearer tokens.
func (f *Face) OpenHandler(document []byte, documentPath string, list ...Open) http.Handler {
	e := f.s.echo()
	f.s.serve(e, document, documentPath)
	for _, o := range list {
		e.Add(o.Method, o.Path, func(c echo.Context) error {
			c.Set(operationKey, o.Operation)
			c.Set(openKey, !o.Decides)
			out, err := o.Handle(c.Response(), c.Request())
			c.Set(callerKey, out.Caller)
			c.Set(signerKey, out.Signer)
			if err != nil {
				return err
			}
			c.Set(codeKey, out.Code)
			if out.Cause != nil {
				c.Set(causeKey, out.Cause.Error())
			}
			return nil
		})
	}
	return headAsGet(e)
}

// Address is the address that a request comes from, as the audit has it.
func (f *Face) Address(r *http.Request) string { return f.s.address(r) }

const (
	openKey   = "open"   // true: nothing is decided about access
	signerKey = "signer" // thumbprint of the certificate that signed
)
