package c14n

import "strings"

// What is here reads start tags that the tokenizer has found well-formed.

// rawName is a name as written.
type rawName struct{ prefix, local string }

func split(name string) rawName {
	if i := strings.IndexByte(name, ':'); i >= 0 {
		return rawName{name[:i], name[i+1:]}
	}
	return rawName{"", name}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// tagName takes a start tag's name off.
func tagName(tag string) (name rawName, rest string, ok bool) {
	if tag == "" || tag[0] != '<' {
		return rawName{}, "", false
	}
	i := 1
	for i < len(tag) && !isSpace(tag[i]) && tag[i] != '/' && tag[i] != '>' {
		i++
	}
	return split(tag[1:i]), tag[i:], true
}

// attribute takes the next attribute off what is left of a start tag; ok is
// false at the tag's end.
func attribute(tag string) (name rawName, rest string, ok bool) {
	i := 0
	for i < len(tag) && isSpace(tag[i]) {
		i++
	}
	from := i
	for i < len(tag) && tag[i] != '=' && !isSpace(tag[i]) && tag[i] != '/' && tag[i] != '>' {
		i++
	}
	name = split(tag[from:i])
	for i < len(tag) && (tag[i] == '=' || isSpace(tag[i])) {
		i++
	}
	if i == len(tag) || tag[i] != '"' && tag[i] != '\'' {
		return rawName{}, tag, false
	}
	value := tag[i+1:]
	end := strings.IndexByte(value, tag[i])
	if end < 0 {
		return rawName{}, tag, false
	}
	return name, value[end+1:], true
}
