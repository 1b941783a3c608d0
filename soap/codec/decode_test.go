package codec

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A document that is well-formed but for what the tests put into it.
func document(content string) string {
	return `<GetThingBasicResponse xmlns="urn:outer" xmlns:b="urn:inner" xmlns:a="urn:arrays" xmlns:x="http://www.w3.org/2001/XMLSchema-instance" xmlns:f="urn:foreign">` +
		content + `</GetThingBasicResponse>`
}

var equateThings = cmp.Options{cmp.AllowUnexported(thing{}, common{}), cmpopts.IgnoreFields(thing{}, "private")}

func TestDecode(t *testing.T) {
	oslo := time.FixedZone("", 3600)
	tests := []struct {
		name, content string
		want          thing
	}{
		{"nothing", "", thing{}},
		{"any order", "<number>2</number><text>x</text>", thing{common: common{Text: "x"}, Number: 2}},
		{"text as it is", "<text> a &amp;<![CDATA[<b>]]>&#xD;\r\n </text>", thing{common: common{Text: " a &<b>\r\n "}}},
		{"secret", "<Secret>s</Secret>", thing{common: common{Secret: ptr(hidden("s"))}}},
		{"nil and empty strings", `<Secret x:nil="1"/><text/>`, thing{}},
		{"white space", "<number>\n +12 </number><flag> 1\t</flag><colour> Red </colour><when> 2026-02-03 </when><long>\r\n-5</long>",
			thing{Number: 12, Flag: true, Colour: "Red", When: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC), Long: -5}},
		{"booleans", "<flag>true</flag>", thing{Flag: true}},
		{"zero as a boolean", "<flag>0</flag>", thing{}},
		{"empty optional values", "<maybe/><optional> </optional><colour/><id/><price/>", thing{}},
		{"nil", `<maybe x:nil=" true "/><data x:nil="true"> </data><numbers x:nil="true"/>`, thing{}},
		{"not nil", `<maybe x:nil="false">4</maybe>`, thing{Maybe: ptr(int32(4))}},
		{"extremes", "<byte>255</byte><unsigned>4294967295</unsigned><optional>-32768</optional>",
			thing{Byte: 255, Unsigned: 1<<32 - 1, Optional: ptr(int16(-32768))}},
		{"bytes", "<data>aGVs\n bG8=</data>", thing{Data: []byte("hello")}},
		{"no bytes", "<data/>", thing{Data: []byte{}}},
		{"decimal and double", "<price>-1.50</price><ratio>-1E3</ratio>", thing{Price: ptr("-1.50"), Ratio: -1000}},
		{"zone", "<when>2026-11-22T01:15:30.1234567+01:00</when>", thing{When: time.Date(2026, 11, 22, 1, 15, 30, 123456700, oslo)}},
		{"array", "<numbers><a:int>1</a:int> <a:int>2</a:int></numbers>", thing{Numbers: []int32{1, 2}}},
		{"an item in the body element's namespace", "<numbers><int>1</int></numbers>", thing{Numbers: []int32{1}}},
		{"fields in the body element's namespace", "<GetThingBasicResult><Name>r</Name></GetThingBasicResult>",
			thing{Result: &node{Name: ptr("r")}}},
		{"empty array", "<numbers/>", thing{Numbers: []int32{}}},
		{"repeated", "<tag>a</tag><number>1</number><tag/>", thing{Tag: []string{"a", ""}, Number: 1}},
		{"recursive", "<GetThingBasicResult><b:Name>r</b:Name><b:Children><b:Node/><b:Node x:nil='true'/></b:Children></GetThingBasicResult>",
			thing{Result: &node{Name: ptr("r"), Children: []*node{{}, nil}}}},
		{"unknown elements", "<more><deep>1</deep></more><f:other>text</f:other><text>x</text><ignored>1</ignored>", thing{common: common{Text: "x"}}},
		{"unknown elements in an array", "<numbers><more/><a:int>1</a:int></numbers>", thing{Numbers: []int32{1}}},
		{"attributes", `<text f:a="1" x:type="b:string">x</text>`, thing{common: common{Text: "x"}}},
	}
	p := plan[thing](t, thingElement(), Decode)
	for _, tt := range tests {
		var got thing
		if _, err := reading(t, p, document(tt.content), &got, Limits{}, nil); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got, equateThings); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct{ name, content, path, msg string }{
		{"twice", "<text>a</text><text>a</text>", "text", "more than once"},
		{"a foreign namespace", "<f:text>a</f:text>", "text", "not in its namespace, urn:outer"},
		{"no namespace", `<text xmlns="">a</text>`, "text", "not in its namespace"},
		{"a foreign item", "<numbers><f:int>1</f:int></numbers>", "numbers/int", "not in its namespace, urn:arrays"},
		{"not a number", "<number>1x</number>", "number", "not of the type int"},
		{"an empty required number", "<number/>", "number", "not of the type int"},
		{"too large", "<number>2147483648</number>", "number", "not of the type int"},
		{"negative", "<unsigned>-1</unsigned>", "unsigned", "unsignedInt"},
		{"underscores", "<number>1_000</number>", "number", "not of the type int"},
		{"not a boolean", "<flag>TRUE</flag>", "flag", "not a boolean"},
		{"not of the enumeration", "<colour>red</colour>", "colour", "enumeration"},
		{"not of the pattern", "<id>00FF-12ab</id>", "id", "pattern"},
		{"not a date", "<when>2026-13-01T00:00:00</when>", "when", "not a date"},
		{"not base64", "<data>aGVsbG8</data>", "data", "not base64"},
		{"not a decimal", "<price>1,5</price>", "price", "decimal"},
		{"not a double", "<ratio>0x10</ratio>", "ratio", "double"},
		{"an element in a text", "<text><b/></text>", "text", "element where text"},
		{"text between elements", "<GetThingBasicResult>hm</GetThingBasicResult>", "GetThingBasicResult", "text where elements"},
		{"text in an array", "<numbers>1</numbers>", "numbers", "text where elements"},
		{"nil but full", `<maybe x:nil="true">1</maybe>`, "maybe", "is nil, but not empty"},
		{"a strange nil", `<maybe x:nil="yes"/>`, "maybe", "not a boolean"},
		{"deep", "<GetThingBasicResult><b:Children><b:Node/><b:Node><b:Name/><b:Name/></b:Node></b:Children></GetThingBasicResult>",
			"GetThingBasicResult/Children/Node[2]/Name", "more than once"},
		{"too many items", "<tag/><tag/><numbers><a:int>1</a:int><a:int>1</a:int></numbers>", "numbers/int", "3 repeated elements"},
		{"too long", "<text>" + strings.Repeat("x", 101) + "</text>", "text", "longer than 100 bytes"},
	}
	p := plan[thing](t, thingElement(), Decode)
	for _, tt := range tests {
		_, err := reading(t, p, document(tt.content), new(thing), Limits{Items: 3, Text: 100}, nil)
		if err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		e := asError(t, err)
		if e.Path != tt.path || !strings.Contains(e.Msg, tt.msg) {
			t.Errorf("%s: got %q, %q, want %q, %q", tt.name, e.Path, e.Msg, tt.path, tt.msg)
		}
	}
}

func TestDecodeNilItemsOfValuesAreDropped(t *testing.T) {
	p := plan[thing](t, thingElement(), Decode)
	var got thing
	if _, err := reading(t, p, document(`<tag>a</tag><tag x:nil="true"/><tag>b</tag>`), &got, Limits{}, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b"}, got.Tag); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeChecksItsArguments(t *testing.T) {
	p := plan[thing](t, thingElement(), Decode)
	if _, err := reading(t, p, document(""), &node{}, Limits{}, nil); err == nil {
		t.Error("decoded into another type")
	}
	if _, err := reading(t, plan[thing](t, thingElement(), Encode), document(""), &thing{}, Limits{}, nil); err == nil {
		t.Error("decoded by a plan for encoding")
	}
}

func TestDecoderKeepsNothingOfTheLastBody(t *testing.T) {
	p := plan[thing](t, thingElement(), Decode)
	var first, second thing
	if _, err := reading(t, p, document("<text>first</text><colour>Red</colour>"), &first, Limits{}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := reading(t, p, document("<text>2nd</text>"), &second, Limits{}, nil); err != nil {
		t.Fatal(err)
	}
	if first.Text != "first" || second.Text != "2nd" || second.Colour != "" {
		t.Errorf("%q %q %q", first.Text, second.Text, second.Colour)
	}
}

func TestManyShortStrings(t *testing.T) {
	var doc strings.Builder
	var want []string
	for i := range 600 {
		s := strings.Repeat(string(rune('a'+i%26)), i)
		want = append(want, s)
		doc.WriteString("<tag>" + s + "</tag>")
	}
	var got thing
	if _, err := reading(t, plan[thing](t, thingElement(), Decode), document(doc.String()), &got, Limits{}, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Tag); diff != "" {
		t.Error(diff)
	}
}

func TestParseTime(t *testing.T) {
	zone := time.FixedZone("summer", 7200)
	good := map[string]time.Time{
		"2026-01-02T03:04:05":                  time.Date(2026, 1, 2, 3, 4, 5, 0, zone),
		"2026-01-02":                           time.Date(2026, 1, 2, 0, 0, 0, 0, zone),
		"2026-01-02Z":                          time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
		"2026-01-02T03:04:05Z":                 time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"2026-01-02T03:04:05.5-11:30":          time.Date(2026, 1, 2, 14, 34, 5, 5e8, time.UTC),
		"2026-01-02T03:04:05.1234567891+00:00": time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC),
		"2024-02-29T24:00:00Z":                 time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC),
		"0001-01-01T00:00:00":                  {},
		"0001-01-01T00:00:00+01:00":            {},
	}
	for s, want := range good {
		got, ok := ParseTime([]byte(s), zone)
		if !ok || !got.Equal(want) {
			t.Errorf("%s: got %v, %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "2026", "2026-1-02", "2026-02-29", "2026-01-02T", "2026-01-02T03:04", "2026-01-02T03:04:60", "2026-01-02T25:00:00",
		"2026-01-02T24:00:01", "2026-01-02T03:04:05.", "2026-01-02T03:04:05+15:00", "2026-01-02T03:04:05+1:00", "2026-01-02T03:04:05z",
		"2026-01-02 03:04:05", "-2026-01-02T03:04:05", "12026-01-02T03:04:05", "0000-01-01T00:00:00", "9999-12-31T23:59:59-00:01", "0001-01-01T00:00:01+00:01", "2026-01-02T03:04:05Zx", "08.05.2024 13:29:28"} {
		if got, ok := ParseTime([]byte(s), zone); ok {
			t.Errorf("%q: took it as %v", s, got)
		}
	}
}

var errDisk = errors.New("disk full")

func TestErrorNamesItsPath(t *testing.T) {
	if got := (&Error{"a/b[2]", "is bad"}).Error(); got != "a/b[2] is bad" {
		t.Error(got)
	}
	if err := within(fmt.Errorf("wrapped: %w", errDisk), "x", 0); !errors.Is(err, errDisk) {
		t.Error(err)
	}
}

// TestDecodeInferred reads what clients with another copy of an inferred contract
// write: the names that are known, in any of the namespaces that may be meant.
func TestDecodeInferred(t *testing.T) {
	p, err := Compile(thingElement(), reflect.TypeFor[thing](), Decode, "urn:newer")
	if err != nil {
		t.Fatal(err)
	}
	const content = `<n:number xmlns:n="urn:newer">2</n:number><numbers xmlns="urn:newer"><int>1</int><a:int>2</a:int></numbers>` +
		`<GetThingBasicResult><Name xmlns="urn:newer">r</Name></GetThingBasicResult><text>x</text>`
	var got thing
	if _, err := reading(t, p, document(content), &got, Limits{}, nil); err != nil {
		t.Fatal(err)
	}
	want := thing{common: common{Text: "x"}, Number: 2, Numbers: []int32{1, 2}, Result: &node{Name: ptr("r")}}
	if diff := cmp.Diff(want, got, equateThings); diff != "" {
		t.Error(diff)
	}
	for name, content := range map[string]string{
		"another namespace": "<f:number>2</f:number>",
		"twice":             `<number>2</number><n:number xmlns:n="urn:newer">2</n:number>`,
		"another type":      `<n:number xmlns:n="urn:newer">two</n:number>`,
	} {
		if _, err := reading(t, p, document(content), new(thing), Limits{}, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
