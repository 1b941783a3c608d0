package message

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed texts/*.txt
var files embed.FS

const (
	// Default is the language of what nobody asked for in another one.
	Default  = "nb"
	borrowed = "@" + Default
	// inNorwegian begins what is in Norwegian in a Sami answer: "In Norwegian:".
	inNorwegian = "Dárogillii: "
)

// Languages that there are texts in.
var Languages = []string{"en", "nb", "nn", "se"}

// texts by language and key.
var texts = load()

func load() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, language := range Languages {
		raw, err := files.ReadFile("texts/" + language + ".txt")
		if err != nil {
			panic(err) // embedded: it is there, or nothing was built
		}
		all[language] = parse(language, string(raw))
	}
	return all
}

// parse reads lines of "key = text"; empty ones and those with # are left out.
func parse(language, raw string) map[string]string {
	lines := map[string]string{}
	for line := range strings.Lines(raw) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, text, ok := strings.Cut(line, " = ")
		if _, twice := lines[key]; !ok || twice || text == "" {
			panic(fmt.Sprintf("message: texts/%s.txt: %q", language, line)) // seen by every test
		}
		lines[key] = text
	}
	return lines
}

// Text is the message with that key in a language, with detail and guid put in.
// An unknown language is [Default], an unknown key the empty text.
func Text(language, key, detail, guid string) string {
	lines := texts[language]
	if lines == nil {
		lines = texts[Default]
	}
	text := lines[key]
	if text == borrowed {
		text = inNorwegian + texts[Default][key]
	}
	return strings.NewReplacer("{detail}", detail, "{guid}", guid).Replace(text)
}

// Keys are the keys of a language's texts, in order.
func Keys(language string) []string { return slices.Sorted(maps.Keys(texts[language])) }

// Borrowed are the keys whose text in a language is that of [Default].
func Borrowed(language string) (keys []string) {
	for _, key := range Keys(language) {
		if texts[language][key] == borrowed {
			keys = append(keys, key)
		}
	}
	return keys
}
