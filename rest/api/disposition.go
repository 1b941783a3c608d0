package api

import (
	"mime"
	"net/url"
	"strings"

	"overgang/rest"
)

// fileName reads the file name from a Content-Disposition header; "" = none.
// The core sanitises it.
func fileName(header string) (string, error) {
	if header == "" {
		return "", nil
	}
	_, params, err := mime.ParseMediaType(header)
	if err != nil {
		return "", rest.Errorf(rest.Invalid, "content-disposition", `Content-Disposition is malformed; for example: attachment; filename="form.xml".`)
	}
	return params["filename"], nil
}

// disposition is Content-Disposition for a download (RFC 6266): an ASCII name
// for old clients, and the name itself in UTF-8 (RFC 8187) where it differs.
func disposition(name string) string {
	if name == "" {
		return "attachment"
	}
	ascii := strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f:
			return -1
		case r > '~' || r == '"' || r == '\\' || r == '%':
			return '_'
		}
		return r
	}, name)
	header := `attachment; filename="` + ascii + `"`
	if ascii != name {
		header += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return header
}
