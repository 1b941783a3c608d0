package xmltok

import (
	"encoding/binary"
	"math/bits"
)

// The scanners look at eight bytes at a time. Subtracting a pattern of one byte
// from a word sets the high bit of each byte below it (and of some above such a
// byte, by the borrow); bytes with the high bit set already stop the scan
// anyway. So the lowest high bit is right, and only that one is used.
const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
	space = 0x20 * ones
)

// scanText is the index of the first byte of b from i on that is not plain
// character data: '<', '&', ']', a carriage return, a control character, or
// what is not a whole allowed UTF-8 sequence. len(b) if there is none.
func scanText(b []byte, i int) int {
	for {
		for i+8 <= len(b) {
			x := binary.LittleEndian.Uint64(b[i:])
			m := (x | (x - space) |
				((x ^ '<'*ones) - ones) |
				((x ^ '&'*ones) - ones) |
				((x ^ ']'*ones) - ones)) & highs
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(b) {
			return len(b)
		}
		switch c := b[i]; {
		case c >= 0x80:
			n := sequence(b[i:])
			if n <= 0 {
				return i
			}
			i += n
		case c < 0x20 && c != '\n' && c != '\t', c == '<', c == '&', c == ']':
			return i
		default:
			i++
		}
	}
}

// scanUntil is scanText where only stop is special: ']' in a CDATA section, '-'
// in a comment.
func scanUntil(b []byte, i int, stop byte) int {
	stops := uint64(stop) * ones
	for {
		for i+8 <= len(b) {
			x := binary.LittleEndian.Uint64(b[i:])
			m := (x | (x - space) | ((x ^ stops) - ones)) & highs
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= len(b) {
			return len(b)
		}
		switch c := b[i]; {
		case c >= 0x80:
			n := sequence(b[i:])
			if n <= 0 {
				return i
			}
			i += n
		case c < 0x20 && c != '\n' && c != '\t', c == stop:
			return i
		default:
			i++
		}
	}
}
