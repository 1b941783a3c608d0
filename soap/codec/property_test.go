package codec

import (
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// anyText draws strings with what XML cannot carry in them.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.RuneFrom([]rune{'<', '>', '&', '"', '\'', ']', '\r', '\n', '\t', ' ', 0, 1, 0x1f, 0x7f, 0x85, 0xD7FF, 0xFFFD, 0xFFFE, 0xFFFF, 0x10FFFF, 'æ'})),
		rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "bytes")) }),
	)
}

func optional[T any](g *rapid.Generator[T]) *rapid.Generator[*T] {
	return rapid.OneOf(rapid.Just((*T)(nil)), rapid.Map(g, func(v T) *T { return &v }))
}

func anyNode(depth int) *rapid.Generator[*node] {
	return rapid.Custom(func(t *rapid.T) *node {
		n := &node{Name: optional(anyText()).Draw(t, "name"), Weight: int(rapid.Int32().Draw(t, "weight"))}
		if depth > 0 && rapid.Bool().Draw(t, "children") {
			n.Children = rapid.SliceOfN(rapid.OneOf(rapid.Just((*node)(nil)), anyNode(depth-1)), 0, 3).Draw(t, "nodes")
		}
		return n
	})
}

func anyThing() *rapid.Generator[thing] {
	return rapid.Custom(func(t *rapid.T) thing {
		v := thing{
			common:   common{Text: anyText().Draw(t, "text"), Secret: optional(rapid.Map(anyText(), func(s string) hidden { return hidden(s) })).Draw(t, "secret")},
			Number:   rapid.Int32().Draw(t, "number"),
			Maybe:    optional(rapid.Int32()).Draw(t, "maybe"),
			Optional: optional(rapid.Int16()).Draw(t, "optional"),
			Byte:     rapid.Uint8().Draw(t, "byte"),
			Unsigned: rapid.Uint32().Draw(t, "unsigned"),
			Long:     rapid.Int64().Draw(t, "long"),
			Flag:     rapid.Bool().Draw(t, "flag"),
			Data:     rapid.OneOf(rapid.Just([]byte(nil)), rapid.SliceOf(rapid.Byte())).Draw(t, "data"),
			Ratio:    rapid.Float64().Draw(t, "ratio"),
			Colour:   rapid.SampledFrom([]string{"", "Red", "Green"}).Draw(t, "colour"),
			ID:       rapid.SampledFrom([]string{"", "0000-ffff"}).Draw(t, "id"),
			Numbers:  rapid.OneOf(rapid.Just([]int32(nil)), rapid.SliceOf(rapid.Int32())).Draw(t, "numbers"),
			Tag:      rapid.SliceOfN(anyText(), 0, 4).Draw(t, "tag"),
			Result:   rapid.OneOf(rapid.Just((*node)(nil)), anyNode(3)).Draw(t, "result"),
		}
		if len(v.Tag) == 0 {
			v.Tag = nil // no element says that there is no element
		}
		// From year 1 to 9999, in hundreds of nanoseconds.
		seconds := rapid.Int64Range(-62135596799, 253402300799).Draw(t, "seconds")
		v.When = time.Unix(seconds, rapid.Int64Range(0, 9_999_999).Draw(t, "ticks")*100).UTC()
		if rapid.Bool().Draw(t, "zero time") {
			v.When = time.Time{}
		}
		return v
	})
}

// cleaned is the thing as XML can carry it.
func cleaned(v thing) thing {
	clean := func(s *string) *string {
		if s == nil {
			return nil
		}
		return ptr(Clean(*s))
	}
	v.Text = Clean(v.Text)
	if v.Secret != nil {
		v.Secret = ptr(hidden(Clean(string(*v.Secret))))
	}
	for i, s := range v.Tag {
		v.Tag[i] = Clean(s)
	}
	var walk func(n *node) *node
	walk = func(n *node) *node {
		if n == nil {
			return nil
		}
		m := *n
		m.Name = clean(n.Name)
		for i := range m.Children {
			m.Children[i] = walk(m.Children[i])
		}
		return &m
	}
	v.Result = walk(v.Result)
	return v
}

func TestRoundTrip(t *testing.T) {
	p := plan[thing](t, thingElement(), Encode|Decode)
	rapid.Check(t, func(rt *rapid.T) {
		v := anyThing().Draw(rt, "thing")
		encoded, err := p.Append(nil, &v)
		if err != nil {
			rt.Fatal(err)
		}
		var got thing
		if _, err := reading(t, p, string(encoded), &got, Limits{}, nil); err != nil {
			rt.Fatalf("%v in %s", err, encoded)
		}
		nan := cmp.Comparer(func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
		if diff := cmp.Diff(cleaned(v), got, equateThings, nan); diff != "" {
			rt.Fatalf("%s\nin %s", diff, encoded)
		}
	})
}

// TestAnotherParserReadsTheSame compares what is encoded with encoding/xml's
// view of it: names, namespaces, order and text.
func TestAnotherParserReadsTheSame(t *testing.T) {
	p := plan[thing](t, thingElement(), Encode)
	rapid.Check(t, func(rt *rapid.T) {
		v := anyThing().Draw(rt, "thing")
		encoded, err := p.Append(nil, &v)
		if err != nil {
			rt.Fatal(err)
		}
		var names []string
		var text strings.Builder
		d := xml.NewDecoder(strings.NewReader(string(encoded)))
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				rt.Fatalf("%v in %s", err, encoded)
			}
			switch token := token.(type) {
			case xml.StartElement:
				name := token.Name.Space + " " + token.Name.Local
				for _, a := range token.Attr {
					switch {
					case a.Name.Space == "xmlns" || a.Name.Local == "xmlns":
					case a.Name == xml.Name{Space: xsiSpace, Local: "nil"} && a.Value == "true":
						name += " nil"
					default:
						rt.Fatalf("attribute %v", a)
					}
				}
				names = append(names, name)
				text.Reset()
			case xml.CharData:
				text.Write(token)
			case xml.EndElement:
				if token.Name.Local == "text" && text.String() != Clean(v.Text) {
					rt.Fatalf("text is %q, not %q", text.String(), Clean(v.Text))
				}
			}
		}
		if diff := cmp.Diff(expectedNames(v), names); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// expectedNames spells out the elements of a thing.
func expectedNames(v thing) []string {
	var names []string
	add := func(there, nillable bool, name string) {
		switch {
		case there:
			names = append(names, name)
		case nillable:
			names = append(names, name+" nil")
		}
	}
	add(true, false, "urn:outer GetThingBasicResponse")
	add(true, false, "urn:outer text")
	add(v.Secret != nil, true, "urn:outer Secret")
	add(true, false, "urn:outer number")
	add(v.Maybe != nil, true, "urn:outer maybe")
	add(v.Optional != nil, false, "urn:outer optional")
	for _, n := range []string{"byte", "unsigned", "long", "flag", "when"} {
		add(true, false, "urn:outer "+n)
	}
	add(v.Data != nil, true, "urn:outer data")
	add(true, false, "urn:outer ratio")
	add(v.Colour != "", false, "urn:outer colour")
	add(v.ID != "", false, "urn:outer id")
	add(v.Numbers != nil, true, "urn:outer numbers")
	for range v.Numbers {
		add(true, false, "urn:arrays int")
	}
	for range v.Tag {
		add(true, false, "urn:outer tag")
	}
	add(v.Result != nil, true, "urn:outer GetThingBasicResult")
	var walk func(n *node)
	walk = func(n *node) {
		add(n.Name != nil, true, "urn:inner Name")
		add(true, false, "urn:inner _x003C_Weight_x003E_k__BackingField")
		add(n.Children != nil, true, "urn:inner Children")
		for _, c := range n.Children {
			add(c != nil, true, "urn:inner Node")
			if c != nil {
				walk(c)
			}
		}
	}
	if v.Result != nil {
		walk(v.Result)
	}
	return names
}
