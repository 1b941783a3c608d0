package xmltok

import "unicode/utf8"

// Classes of bytes.
const (
	nameByte  = 1 << iota // may belong to a name; those from 0x80 on are checked apart
	spaceByte             // S: space, tab, line feed, carriage return
	valueByte             // stands for itself in any attribute value
)

// class has the classes of every byte.
var class = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= 0x80, 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			c == '_', c == ':', c == '-', c == '.':
			t[c] |= nameByte
		case c == ' ', c == '\t', c == '\n', c == '\r':
			t[c] |= spaceByte
		}
		if c >= 0x20 && c < 0x80 && c != '<' && c != '&' && c != '"' && c != '\'' {
			t[c] |= valueByte
		}
	}
	return t
}()

// Lengths that sequence gives for what is not a whole allowed character.
const (
	incomplete = 0  // more bytes are needed to tell
	notUTF8    = -1 // overlong, a surrogate, beyond U+10FFFF, or no sequence at all
	notChar    = -2 // U+FFFE or U+FFFF
)

// sequence is the length of the UTF-8 sequence at the start of b, whose first
// byte is 0x80 or more, or one of the values above. XML 1.0 §2.2, RFC 3629 §4.
func sequence(b []byte) int {
	lead := b[0]
	low, high := byte(0x80), byte(0xBF) // bounds of the second byte
	var n int
	switch {
	case lead < 0xC2:
		return notUTF8
	case lead < 0xE0:
		n = 2
	case lead < 0xF0:
		n = 3
		switch lead {
		case 0xE0:
			low = 0xA0
		case 0xED:
			high = 0x9F
		}
	case lead < 0xF5:
		n = 4
		switch lead {
		case 0xF0:
			low = 0x90
		case 0xF4:
			high = 0x8F
		}
	default:
		return notUTF8
	}
	if len(b) < 2 {
		return incomplete
	}
	if b[1] < low || b[1] > high {
		return notUTF8
	}
	for i := 2; i < n; i++ {
		if i == len(b) {
			return incomplete
		}
		if b[i]&0xC0 != 0x80 {
			return notUTF8
		}
	}
	if lead == 0xEF && b[1] == 0xBF && b[2] >= 0xBE {
		return notChar
	}
	return n
}

// isChar is production [2] Char of XML 1.0.
func isChar(c rune) bool {
	return c >= 0x20 && c <= 0xD7FF || c == '\t' || c == '\n' || c == '\r' ||
		c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 && c <= utf8.MaxRune
}

// isNameStart is production [4] NameStartChar without the colon (NCName of
// Namespaces in XML 1.0 §3).
func isNameStart(c rune) bool {
	if c < 0x80 {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
	}
	return c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7 ||
		c >= 0x370 && c <= 0x1FFF && c != 0x37E ||
		c == 0x200C || c == 0x200D ||
		c >= 0x2070 && c <= 0x218F ||
		c >= 0x2C00 && c <= 0x2FEF ||
		c >= 0x3001 && c <= 0xD7FF ||
		c >= 0xF900 && c <= 0xFDCF ||
		c >= 0xFDF0 && c <= 0xFFFD ||
		c >= 0x10000 && c <= 0xEFFFF
}

// isNameChar is production [4a] NameChar without the colon.
func isNameChar(c rune) bool {
	if c < 0x80 {
		return isNameStart(c) || '0' <= c && c <= '9' || c == '-' || c == '.'
	}
	return isNameStart(c) || c == 0xB7 || c >= 0x300 && c <= 0x36F || c == 0x203F || c == 0x2040
}
