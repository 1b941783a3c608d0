package oauth

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// maxForm is the largest body that is read, in bytes: an assertion, escaped
// where a client escapes what needs it not.
const maxForm = 64 << 10

// grantType is the only one (RFC 7523 §2.1).
const grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"

// readForm reads a token request (RFC 6749 §3.2): parameters once each, in the
// body. Those that it does not know are nobody's; a client's credentials, as
// client_id, are not looked at, for the assertion is what the caller proves.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, *refusal) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.URL.RawQuery != "":
		return nil, badRequest("The parameters belong in the body, and none in the address.")
	case err != nil || kind != "application/x-www-form-urlencoded":
		return nil, badRequest("The body is to be application/x-www-form-urlencoded.")
	case r.Header.Get("Content-Encoding") != "" && !strings.EqualFold(r.Header.Get("Content-Encoding"), "identity"):
		return nil, badRequest("Content-Encoding is not supported.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &refusal{code: invalidRequest, text: "The body is too large.", status: http.StatusRequestEntityTooLarge}
	case err != nil:
		return nil, &refusal{code: invalidRequest, text: "The body could not be read.", cause: err}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, badRequest("The body is not a well-formed form.")
	}
	for _, values := range form {
		if len(values) > 1 {
			return nil, badRequest("A parameter is there more than once.")
		}
	}
	switch {
	case form.Get("grant_type") == "":
		return nil, badRequest("The parameter grant_type is missing.")
	case form.Get("grant_type") != grantType:
		return nil, &refusal{code: unsupportedGrant, text: "The only grant_type is " + grantType + "."}
	case form.Get("assertion") == "":
		return nil, badRequest("The parameter assertion is missing.")
	}
	return form, nil
}
