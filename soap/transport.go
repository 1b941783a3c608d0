package soap

import (
	"net/http"
	"strings"
)

// contentType is what a request says of its body.
type contentType struct {
	media   string // lower case
	charset string // lower case, "" = not said
	action  string // of SOAP 1.2
	// of multipart/related (RFC 2387)
	boundary, start, typ string
}

// parseContentType reads a Content-Type as old clients write it: parameters
// may be quoted or not, in any order, with an unquoted URI as action. ok is
// false where it cannot be one, and where a parameter that counts comes twice:
// another reader may take the other one.
func parseContentType(v string) (c contentType, ok bool) {
	media, rest, _ := strings.Cut(v, ";")
	c.media = strings.ToLower(strings.TrimSpace(media))
	for rest = strings.TrimLeft(rest, "; \t"); rest != ""; rest = strings.TrimLeft(rest, "; \t") {
		if i := strings.IndexAny(rest, ";="); i < 0 {
			break
		} else if rest[i] == ';' { // a word without a value
			rest = rest[i:]
			continue
		}
		name, after, _ := strings.Cut(rest, "=")
		var value string
		if value, rest, ok = parameterValue(strings.TrimSpace(after)); !ok {
			return c, false
		}
		to := c.parameter(strings.ToLower(strings.TrimSpace(name)))
		if to == nil {
			continue
		}
		if *to != "" {
			return c, false
		}
		*to = value
	}
	c.charset = strings.ToLower(c.charset)
	return c, c.media != ""
}

// parameter is the place of a parameter that counts, nil for others.
func (c *contentType) parameter(name string) *string {
	switch name {
	case "charset":
		return &c.charset
	case "action":
		return &c.action
	case "boundary":
		return &c.boundary
	case "start":
		return &c.start
	case "type":
		return &c.typ
	}
	return nil
}

// parameterValue cuts a quoted or unquoted value off s.
func parameterValue(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return strings.TrimSpace(value), rest, true
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// accept checks the headers that say how the body is written, and returns the
// action that they name.
func (x *exchange) accept() error {
	h := x.r.Header
	if e := h.Values("Content-Encoding"); len(e) > 1 || len(e) == 1 && !strings.EqualFold(strings.TrimSpace(e[0]), "identity") {
		return &refusal{status: http.StatusUnsupportedMediaType, text: "No Content-Encoding is supported."}
	}
	types := h["Content-Type"]
	if len(types) != 1 {
		return &refusal{status: http.StatusUnsupportedMediaType, text: "The request needs one Content-Type, " + x.endpoint.version.ContentType() + "."}
	}
	c, ok := parseContentType(types[0])
	switch {
	case ok && c.media == "text/xml":
		x.media = V11
	case ok && c.media == "application/soap+xml":
		x.media = V12
	case ok && c.media == "multipart/related" && x.endpoint.MTOM:
	default:
		return &refusal{status: http.StatusUnsupportedMediaType, text: "The Content-Type must be " + x.endpoint.version.ContentType() + "."}
	}
	if err := acceptCharset(c.charset); err != nil {
		return err
	}
	actions := h["Soapaction"]
	if len(actions) > 1 {
		return &refusal{status: http.StatusBadRequest, text: "There is more than one SOAPAction."}
	}
	if len(actions) == 1 {
		x.action = strings.Trim(strings.TrimSpace(actions[0]), `"`)
	}
	switch {
	case c.media == "multipart/related":
		return x.acceptPackage(c)
	case x.media == V11 || c.action == "":
		return nil
	}
	// SOAP 1.2 has no SOAPAction, but clients send it beside the parameter.
	if x.action != "" && x.action != c.action {
		return x.mismatch("SOAPAction", x.action, c.action)
	}
	x.action = c.action
	return nil
}

// acceptCharset refuses what is not a part of UTF-8.
func acceptCharset(charset string) error {
	switch charset {
	case "", "utf-8", "utf8", "us-ascii":
		return nil
	}
	return unsupported("The charset must be utf-8.")
}
