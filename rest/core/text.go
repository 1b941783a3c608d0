package core

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clip cuts a text to so many bytes, at a character's border.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// Bounds of texts that senders choose, in bytes.
const (
	maxFileName  = 200
	maxTitle     = 500
	maxReference = 255
	maxText      = 4000
)

// cleanLine makes a text safe to show in one line: no control characters, no
// direction overrides or other invisible characters (attacks.md row 46).
func cleanLine(s string, limit int) string {
	if plain(s) {
		return clip(strings.TrimSpace(s), limit)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "")
	}
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, s)
	return clip(strings.TrimSpace(s), limit)
}

// plain says that a text is printable ASCII, as most are: nothing to clean.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// cleanFileName keeps what may be a file's name anywhere: no path, no
// characters that a file system or a header gives a meaning to. An extension
// survives the cut. A name of which nothing is left is empty.
func cleanFileName(s string) string {
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:*?"<>|`, r) {
			return '_'
		}
		return r
	}, cleanLine(s, len(s)))
	s = strings.TrimRight(s, ". ")
	if strings.Trim(s, ".") == "" {
		return ""
	}
	if ext := extension(s); len(s) > maxFileName && ext != "" && len(ext) < 20 {
		return clip(s[:len(s)-len(ext)-1], maxFileName-len(ext)-1) + "." + ext
	}
	return clip(s, maxFileName)
}

// extension is what follows the last dot, in lower case; "" when nothing does.
func extension(fileName string) string {
	i := strings.LastIndexByte(fileName, '.')
	if i < 0 {
		return ""
	}
	return strings.ToLower(fileName[i+1:])
}
