package reference

import (
	"html/template"
	"slices"
	"strings"
)

// kind is a schema's type in words, with links to the schemas that have a name.
type kind []piece

// piece is a part of a text; Schema is the schema that it leads to, "" = none.
type piece struct{ Text, Schema string }

func (k kind) String() string {
	var b strings.Builder
	for _, p := range k {
		b.WriteString(p.Text)
	}
	return b.String()
}

// kindOf puts a schema's type into words.
func kindOf(s node) kind {
	if s.name != "" && (s.get("properties").is() || s.get("anyOf").is() || s.get("oneOf").is()) {
		return kind{{s.name, s.name}}
	}
	types := s.get("type").texts()
	nullable := slices.Contains(types, "null")
	types = slices.DeleteFunc(types, func(t string) bool { return t == "null" })
	var k kind
	switch {
	case s.get("anyOf").is(), s.get("oneOf").is():
		for i, one := range append(s.get("anyOf").items(), s.get("oneOf").items()...) {
			if i > 0 {
				k = append(k, piece{Text: " or "})
			}
			k = append(k, kindOf(one)...)
		}
	case slices.Contains(types, "array"):
		k = append(kind{{Text: "array of "}}, kindOf(s.get("items"))...)
	case slices.Contains(types, "object") && s.get("additionalProperties", "type").is():
		k = append(kind{{Text: "object of "}}, kindOf(s.get("additionalProperties"))...)
	case s.name == "" && s.get("properties").is():
		for name, p := range s.get("properties").fields() {
			k = append(append(k, piece{Text: " " + name + ": "}), kindOf(p)...)
		}
		k = append(kind{{Text: "object with"}}, k...)
	case len(types) == 0:
		k = kind{{Text: "any"}}
	default:
		text := strings.Join(types, " or ")
		if f := s.get("format").text(); f != "" {
			text += " (" + f + ")"
		}
		k = kind{{Text: text}}
	}
	if nullable {
		k = append(k, piece{Text: " or null"})
	}
	return k
}

// property is a field of a schema, a parameter or a header.
type property struct {
	Name, In string
	Required bool
	Kind     kind
	Text     template.HTML
	Rules    []string
}

// rulesOf puts what a schema demands beside its type into words.
func rulesOf(s node) (rules []string) {
	if e := s.get("enum").texts(); len(e) > 0 {
		rules = append(rules, "one of "+strings.Join(e, ", "))
	}
	for _, r := range []struct{ field, words string }{
		{"default", "default "}, {"minimum", "at least "}, {"maximum", "at most "}, {"minLength", "characters at least "},
		{"maxLength", "characters at most "}, {"minItems", "items at least "}, {"maxItems", "items at most "}, {"pattern", "matches "}, {"contentEncoding", "encoded as "},
	} {
		if v := s.get(r.field).text(); v != "" {
			rules = append(rules, r.words+v)
		}
	}
	if i := s.get("items"); i.is() && i.name == "" {
		for _, r := range rulesOf(i) {
			rules = append(rules, "each: "+r)
		}
	}
	return rules
}

// schema is a component that has a place of its own on the page.
type schema struct {
	Name       string
	Text       template.HTML
	Kind       kind // of one that is no object
	Properties []property
	Example    string
}

// schemasOf lists the document's schemas.
func schemasOf(doc node) (list []schema) {
	for name, s := range doc.get("components", "schemas").fields() {
		out := schema{Name: name, Text: prose(s.get("description").text()), Properties: propertiesOf(s)}
		if len(out.Properties) == 0 {
			out.Kind = kindOf(s)
		}
		if s.get("properties").is() {
			out.Example = exampleJSON(s)
		}
		list = append(list, out)
	}
	return list
}

func propertiesOf(s node) (list []property) {
	required := s.get("required").texts()
	for name, p := range s.get("properties").fields() {
		list = append(list, property{Name: name, Required: slices.Contains(required, name), Kind: kindOf(p),
			Text: line(p.get("description").text()), Rules: rulesOf(p)})
	}
	return list
}
