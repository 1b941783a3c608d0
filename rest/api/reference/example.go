package reference

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/goccy/go-yaml"
)

// deepest is how many levels of schemas an example shows: a schema may hold itself.
const deepest = 6

// exampleJSON is a value of the schema, as JSON to read.
func exampleJSON(s node) string { return indented(exampleOf(s, 0)) }

// indented writes a value as JSON, objects in the order of their fields.
func indented(v any) string {
	var raw, out bytes.Buffer
	writeJSON(&raw, v)
	if err := json.Indent(&out, raw.Bytes(), "", "  "); err != nil {
		return raw.String()
	}
	return out.String()
}

func writeJSON(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case yaml.MapSlice:
		b.WriteByte('{')
		for i, f := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, f.Key)
			b.WriteByte(':')
			writeJSON(b, f.Value)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteByte(']')
	default:
		e := json.NewEncoder(b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			b.WriteString("null")
		}
		b.Truncate(b.Len() - len("\n"))
	}
}

// exampleOf is the example that the schema gives, or one made by its rules.
func exampleOf(s node, level int) any {
	for _, given := range []node{s.get("example"), s.get("default")} {
		if given.is() {
			return given.value
		}
	}
	for _, list := range []node{s.get("examples"), s.get("enum")} {
		if values := list.items(); len(values) > 0 {
			return values[0].value
		}
	}
	for _, choice := range append(s.get("anyOf").items(), s.get("oneOf").items()...) {
		return exampleOf(choice, level)
	}
	types := strings.Join(s.get("type").texts(), " ")
	switch {
	case level == deepest:
		return nil
	case strings.Contains(types, "object"), s.get("properties").is():
		out := yaml.MapSlice{}
		for name, p := range s.get("properties").fields() {
			out = append(out, yaml.MapItem{Key: name, Value: exampleOf(p, level+1)})
		}
		if more := s.get("additionalProperties"); len(out) == 0 && more.get("type").is() {
			out = append(out, yaml.MapItem{Key: "nb", Value: exampleOf(more, level+1)})
		}
		return out
	case strings.Contains(types, "array"):
		return []any{exampleOf(s.get("items"), level+1)}
	case strings.Contains(types, "integer"), strings.Contains(types, "number"):
		return 1
	case strings.Contains(types, "boolean"):
		return false
	}
	return exampleText(s)
}

// exampleText is a text of the schema's format.
func exampleText(s node) string {
	switch s.get("format").text() {
	case "date-time":
		return "2026-03-01T12:00:00Z"
	case "uuid":
		return "0196f3a2-7c41-7d55-9a0e-3f6c2b1d8e47"
	case "uri", "uri-reference":
		return "https://example.org/"
	case "byte":
		return "PG1lbGRpbmcvPg=="
	}
	switch s.get("pattern").text() {
	case "^[0-9a-f]{64}$":
		return strings.Repeat("0123456789abcdef", 4)
	case "^[0-9]{1,10}$":
		return "50001"
	}
	return "text"
}
