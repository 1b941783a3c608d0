package codec

import (
	"strings"
	"unicode/utf8"
)

// What a byte needs in character data or in a double-quoted attribute value.
const (
	plain   = iota
	entity  // is replaced by a reference
	control // cannot be in an XML document
	high    // part of a longer UTF-8 sequence, to be checked
)

var classes = func() (t [256]uint8) {
	for i := range t {
		switch {
		case i >= utf8.RuneSelf:
			t[i] = high
		case i == '&' || i == '<' || i == '>' || i == '"' || i == '\r':
			t[i] = entity
		case i < ' ' && i != '\t' && i != '\n':
			t[i] = control
		}
	}
	return t
}()

// AppendEscaped appends s as XML character data that is also fit for an
// attribute's value. What XML 1.0 cannot carry becomes U+FFFD. (Line feeds and
// tabs are kept as they are, so an attribute's are normalised when read.)
func AppendEscaped(dst []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		switch classes[c] {
		case plain:
			i++
			continue
		case high:
			r, size := utf8.DecodeRuneInString(s[i:])
			if (r != utf8.RuneError || size > 1) && r != 0xFFFE && r != 0xFFFF {
				i += size
				continue
			}
			dst = append(append(dst, s[from:i]...), "\uFFFD"...)
			i += size
		case entity:
			dst = append(append(dst, s[from:i]...), reference(c)...)
			i++
		default:
			dst = append(append(dst, s[from:i]...), "\uFFFD"...)
			i++
		}
		from = i
	}
	return append(dst, s[from:]...)
}

func reference(c byte) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&#34;"
	}
	return "&#xD;"
}

// Clean returns s with everything that XML 1.0 cannot carry replaced by U+FFFD,
// as an encoded and decoded string would read.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == 0xFFFE || r == 0xFFFF || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return utf8.RuneError
		}
		return r
	}, s)
}
