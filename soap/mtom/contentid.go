package mtom

import (
	"net/url"
	"strings"
)

// longestID bounds a Content-ID, in bytes.
const longestID = 1024

// contentID is a Content-ID header's value without its brackets, which some
// clients leave out.
func contentID(header string) string {
	id := strings.TrimSpace(header)
	if strings.HasPrefix(id, "<") && strings.HasSuffix(id, ">") && len(id) >= 2 {
		id = id[1 : len(id)-1]
	}
	return id
}

// ParseHref reads the href of an xop:Include: a URL of the scheme cid (RFC 2392)
// and nothing else. It returns the Content-ID as it was written and, where that
// is another, as it is without percent-encoding: clients differ in whether they
// encode.
func ParseHref(href string) (written, decoded string, err error) {
	scheme, id, _ := strings.Cut(strings.TrimSpace(href), ":")
	if !strings.EqualFold(scheme, "cid") || id == "" || len(id) > longestID {
		return "", "", wrong("an Include may refer to a part of its own message only, by a cid: URL")
	}
	decoded, err = url.PathUnescape(id)
	if err != nil {
		decoded = id
	}
	return id, decoded, nil
}
