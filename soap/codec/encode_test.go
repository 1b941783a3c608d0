package codec

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/wsdl"
)

func TestAppendWritesTheSchemasOrder(t *testing.T) {
	p := plan[thing](t, thingElement(), Encode)
	v := thing{
		common: common{Text: "a<b>&\"c\"\r\n\x01\xff"}, Number: -7, Optional: ptr(int16(3)), Byte: 255, Unsigned: 4294967295, Long: -1 << 63,
		Flag: true, When: time.Date(2026, 11, 22, 1, 15, 30, 120_000_000, time.FixedZone("", 3600)), Data: []byte("hello"),
		Ratio: 0.5, Colour: "Green", ID: "00ff-12ab", Numbers: []int32{1, -2}, Tag: []string{"x", ""},
		Result: &node{Weight: 5, Children: []*node{{Name: ptr("leaf")}, nil}},
	}
	got, err := p.Append(nil, &v)
	if err != nil {
		t.Fatal(err)
	}
	want := `<GetThingBasicResponse xmlns="urn:outer" xmlns:a="urn:arrays" xmlns:b="urn:inner" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">` +
		"<text>a&lt;b&gt;&amp;&#34;c&#34;&#xD;\n\uFFFD\uFFFD</text>" +
		`<Secret i:nil="true"/><number>-7</number><maybe i:nil="true"/><optional>3</optional><byte>255</byte><unsigned>4294967295</unsigned>` +
		`<long>-9223372036854775808</long><flag>true</flag><when>2026-11-22T00:15:30.12Z</when><data>aGVsbG8=</data><ratio>0.5</ratio>` +
		`<colour>Green</colour><id>00ff-12ab</id><numbers><a:int>1</a:int><a:int>-2</a:int></numbers><tag>x</tag><tag></tag>` +
		`<GetThingBasicResult><b:Name i:nil="true"/><b:_x003C_Weight_x003E_k__BackingField>5</b:_x003C_Weight_x003E_k__BackingField><b:Children>` +
		`<b:Node><b:Name>leaf</b:Name><b:_x003C_Weight_x003E_k__BackingField>0</b:_x003C_Weight_x003E_k__BackingField><b:Children i:nil="true"/></b:Node>` +
		`<b:Node i:nil="true"/></b:Children></GetThingBasicResult></GetThingBasicResponse>`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestAppendNilEmptyAndZero(t *testing.T) {
	p := plan[thing](t, thingElement(), Encode)
	got, err := p.Append([]byte("before"), thing{Numbers: []int32{}, Data: []byte{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"before<GetThing", "<text></text>", "<when>0001-01-01T00:00:00</when>", "<numbers></numbers>",
		"<data></data>", `<GetThingBasicResult i:nil="true"/>`} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	for _, no := range []string{"colour", "price", "optional", "<tag", "<id"} {
		if strings.Contains(string(got), no) {
			t.Errorf("%s has %s", got, no)
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	p := plan[thing](t, thingElement(), Encode)
	tests := []struct {
		name string
		v    any
		want string
	}{
		{"an unknown enumeration value", thing{Colour: "Blue"}, "colour"},
		{"a bad pattern", thing{ID: "zz"}, "id"},
		{"a bad decimal", thing{Price: ptr("1e3")}, "price"},
		{"a year beyond 9999", thing{When: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, "when"},
		{"an int out of range", thing{Result: &node{Weight: 1 << 40}}, "GetThingBasicResult/_x003C_Weight"},
		{"another type", node{}, "not from codec.node"},
		{"nil", (*thing)(nil), "nothing to encode"},
	}
	for _, tt := range tests {
		got, err := p.Append([]byte("x"), tt.v)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q in it", tt.name, err, tt.want)
		}
		if string(got) != "x" {
			t.Errorf("%s: left %q behind", tt.name, got)
		}
	}
	required := el(outer, "R", complexType("", el(outer, "Must", simple(wsdl.KindInt), 1, 1, false)), 1, 1, false)
	q := plan[struct{ Must *int }](t, required, Encode)
	if _, err := q.Append(nil, struct{ Must *int }{}); err == nil || !strings.Contains(err.Error(), "Must is required") {
		t.Errorf("nil for a required element: %v", err)
	}
}

func TestAppendRefusesNilItems(t *testing.T) {
	type list struct{ Item []*string }
	e := el(outer, "L", complexType("", el(outer, "Item", simple(wsdl.KindString), 0, wsdl.Unbounded, false)), 1, 1, false)
	if got, err := plan[list](t, e, Encode).Append(nil, list{Item: []*string{ptr("a"), nil}}); err == nil || !strings.Contains(err.Error(), "Item[2]") {
		t.Errorf("%s, %v", got, err)
	}
	e.Type.Fields[0].Min = 1
	if got, err := plan[list](t, e, Encode).Append(nil, list{}); err == nil {
		t.Errorf("no item where one is required: %s", got)
	}
}

func TestCompileListsEverything(t *testing.T) {
	type wrong struct {
		Text    int
		TEXT    string
		Number  int16
		Flag    *[]bool
		When    string
		Numbers map[string]int
		Tag     string
		Colour  bool
		Data    *Large
		Result  []node
	}
	_, err := Compile(thingElement(), reflect.TypeFor[wrong](), Encode)
	if err == nil {
		t.Fatal("compiled")
	}
	for _, want := range []string{
		"fields Text and TEXT", "/Secret: is required", "/number: is xs:int, which int16", "/byte: is required", "/long: is required",
		"/flag: is xs:boolean", "/when: is xs:dateTime", "/numbers: is the complex type ArrayOfint", "/tag: may occur more than once",
		"/colour: is the enumeration Colour", "/data: is a *codec.Large, which cannot be encoded", "/GetThingBasicResult: is not an array",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("lacks %q:\n%v", want, err)
		}
	}
}

func TestUnknownNeedsAllPlans(t *testing.T) {
	type shared struct{ A, B string }
	type request struct{ Inner shared }
	of := func(name string) *Plan {
		in := complexType("T"+name, el(inner, name, simple(wsdl.KindString), 0, 1, false))
		return plan[request](t, el(outer, "Op", complexType("", el(outer, "inner", in, 0, 1, false)), 1, 1, false), Decode)
	}
	a, b := of("A"), of("B")
	if err := Unknown(a, b); err != nil {
		t.Errorf("with both: %v", err)
	}
	if err := Unknown(a); err == nil || !strings.Contains(err.Error(), "shared.B") {
		t.Errorf("with one: %v", err)
	}
}

func TestLargeFieldsAreListed(t *testing.T) {
	p := plan[letter](t, letterElement(), Decode)
	if diff := cmp.Diff([]string{"Text", "Blob"}, p.Large()); diff != "" {
		t.Error(diff)
	}
}
