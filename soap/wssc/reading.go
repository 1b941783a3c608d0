package wssc

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

const space = " \t\r\n"

// attribute is an attribute's value, "" for none.
func attribute(n *c14n.Node, name xmltok.Name) string {
	v, _ := n.Attr(name)
	return v
}

// only is the one child element of n; nil if there are none, several, or text.
func only(n *c14n.Node) *c14n.Node {
	var found *c14n.Node
	for c := n.First; c != nil; c = c.Next {
		switch {
		case c.Kind == c14n.Text && strings.Trim(c.Data, space) != "":
			return nil
		case c.Kind == c14n.Element && found != nil:
			return nil
		case c.Kind == c14n.Element:
			found = c
		}
	}
	return found
}

// decoded is an element's base64, in which white space is allowed, of at most
// so many bytes. It is strict: no two texts that differ in more than white
// space give the same bytes.
func decoded(n *c14n.Node, most int) ([]byte, bool) {
	text, ok := n.Value()
	if !ok || len(text) > 2*base64.StdEncoding.EncodedLen(most) {
		return nil, false
	}
	if strings.ContainsAny(text, space) {
		text = strings.Join(strings.Fields(text), "")
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(b) > most {
		return nil, false
	}
	return b, true
}

// number is an element's number from 0 to most.
func number(n *c14n.Node, most int) (int, bool) {
	const longest = 9 // digits
	text, ok := n.Value()
	if !ok || text == "" || len(text) > longest || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	i, err := strconv.Atoi(text)
	return i, err == nil && i <= most
}

// instant reads an xs:dateTime with a time zone.
func instant(n *c14n.Node) (time.Time, bool) {
	const longest = 40
	text, ok := n.Value()
	if !ok || len(text) > longest {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	return t, err == nil
}
