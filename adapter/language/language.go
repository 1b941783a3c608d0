// Package language is the language codes of legacy requests, and the choice of a
// text by them.
package language

import (
	"maps"
	"slices"
)

// tags are the codes that are documented; 0, the 1 that some clients send, and
// all others ask for the default.
var tags = map[int32]string{1033: "en", 1044: "nb", 1083: "se", 2068: "nn"}

// Tag is the language of a legacy code; "" is the default.
func Tag(id int32) string { return tags[id] }

// Code is the legacy code of a language; 0 = none has it.
func Code(tag string) int32 {
	for id, t := range tags {
		if t == tag {
			return id
		}
	}
	return 0
}

// order is what a text is looked for in when it is not there in the language
// that was asked for.
var order = []string{"nb", "nn", "en"}

// Pick is the text in the language with that legacy code, else in the first of
// bokmål, nynorsk and English, else in any.
func Pick(texts map[string]string, id int32) string {
	for _, tag := range append([]string{Tag(id)}, order...) {
		if text := texts[tag]; text != "" {
			return text
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(texts)) {
		if texts[tag] != "" {
			return texts[tag]
		}
	}
	return ""
}
