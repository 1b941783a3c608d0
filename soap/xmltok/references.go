package xmltok

import "unicode/utf8"

// reference resolves the reference at index i of the buffer, productions [66]
// to [68]: its length and its character. The length is 0 if the buffer holds it
// in part. Only the five predefined entities exist without a DOCTYPE.
func (r *Reader) reference(i int) (n int, c rune, err error) {
	b := r.buf[i:r.end]
	if len(b) >= len("&lt;") && b[2] == 't' && b[3] == ';' { // most of escaped markup
		switch b[1] {
		case 'l':
			return len("&lt;"), '<', nil
		case 'g':
			return len("&gt;"), '>', nil
		}
	}
	if len(b) < 2 {
		return 0, 0, nil
	}
	if b[1] == '#' {
		return r.charReference(i)
	}
	for n = 1; ; n++ {
		switch {
		case n == maxReference:
			return 0, 0, r.limit(i, "reference", maxReference)
		case n == len(b):
			return 0, 0, nil
		case b[n] == ';':
			c, ok := entity(b[1:n])
			if !ok {
				return 0, 0, r.syntax(i, "a reference to an entity other than the five predefined ones")
			}
			return n + 1, c, nil
		case class[b[n]]&nameByte == 0:
			return 0, 0, r.syntax(i, "\"&\" that begins no reference")
		}
	}
}

// entity knows the predefined entities that reference has not yet looked for.
func entity(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	return 0, false
}

// charReference is reference for "&#" and "&#x".
func (r *Reader) charReference(i int) (n int, c rune, err error) {
	b := r.buf[i:r.end]
	if len(b) < 3 {
		return 0, 0, nil
	}
	base, first := rune(10), 2
	if b[2] == 'x' {
		base, first = 16, 3
	}
	for n = first; ; n++ {
		if n == maxReference {
			return 0, 0, r.limit(i, "reference", maxReference)
		}
		if n == len(b) {
			return 0, 0, nil
		}
		if b[n] == ';' && n > first {
			break
		}
		d := digit(b[n])
		if d >= base {
			return 0, 0, r.syntax(i, "a malformed character reference")
		}
		if c <= utf8.MaxRune {
			c = c*base + d
		}
	}
	if !isChar(c) {
		return 0, 0, r.syntax(i, "a reference to a character that is not allowed")
	}
	return n + 1, c, nil
}

// digit is the value of a hexadecimal digit; 16 for what is none.
func digit(b byte) rune {
	switch {
	case '0' <= b && b <= '9':
		return rune(b - '0')
	case 'a' <= b && b <= 'f':
		return rune(b-'a') + 10
	case 'A' <= b && b <= 'F':
		return rune(b-'A') + 10
	}
	return 16
}
