package oauth

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"overgang/rest/api"
)

// Error codes (RFC 6749 §5.2). The last is §4.1.2.1's: the token endpoint has
// none of its own for who comes too often.
const (
	invalidRequest     = "invalid_request"
	invalidGrant       = "invalid_grant"
	invalidScope       = "invalid_scope"
	unsupportedGrant   = "unsupported_grant_type"
	temporarilyNothing = "temporarily_unavailable"
)

// refusal is why there is no token.
type refusal struct {
	code, text string
	status     int           // 0 = 400
	after      time.Duration // Retry-After; 0 = none
	cause      error         // for the audit
}

func badRequest(text string) *refusal { return &refusal{code: invalidRequest, text: text} }

func badGrant(text string, cause error) *refusal {
	return &refusal{code: invalidGrant, text: text, cause: cause}
}

// tokenAnswer is a token (RFC 6749 §5.1).
type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
	Scope       string `json:"scope"`
}

// errorAnswer is a refusal (RFC 6749 §5.2).
type errorAnswer struct {
	Error       string `json:"error"`
	Description string `json:"error_description"` // printable ASCII without " and \
}

// write answers, and says to the log what it was. The cause of what the caller is
// told in words needs no other.
func (f *refusal) write(w http.ResponseWriter, out api.Outcome) (api.Outcome, error) {
	if f.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(f.after.Seconds()))))
	}
	status := f.status
	if status == 0 {
		status = http.StatusBadRequest
	}
	out.Code, out.Cause = f.code, f.cause
	if f.cause == nil {
		out.Cause = told(f.text)
	}
	return out, writeJSON(w, status, errorAnswer{f.code, f.text})
}

// told is a text that the caller has been told, as a cause.
type told string

func (t told) Error() string { return string(t) }

// writeJSON answers. That the caller has gone is no error.
func writeJSON(w http.ResponseWriter, status int, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
	return nil
}
