package rendering_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"overgang/rest/api"
	"overgang/rest/api/correspondence"
	"overgang/rest/api/rendering"
)

// odd has what no answer of ours has, or none yet.
type odd struct {
	Any      any               `json:"any"`
	Bytes    []byte            `json:"bytes,omitempty"`
	Float    float64           `json:"float,omitzero"`
	Map      map[string]string `json:"map,omitempty,omitzero"`
	Pointer  *odd              `json:"pointer,omitempty"`
	Self     []odd             `json:"self,omitempty"`
	None     []odd             `json:"none,omitzero"`
	Array    [2]int32          `json:"array,omitzero"`
	Empty    struct{}          `json:"empty,omitempty"`
	Raw      json.RawMessage   `json:"raw,omitempty"`
	Quoted   quoted            `json:"quoted"`
	Embedded embedded          `json:"embedded"`
	Zeroer   zeroer            `json:"zeroer"`
	Times    []time.Time       `json:"times"`
	Time     *time.Time        `json:"time,omitempty"`
	IDs      []uuid.UUID       `json:"ids,omitzero"`
	Small    int8              `json:"small,omitempty"`
	Number   uint16            `json:"number"`
}

type (
	quoted struct {
		Number int64 `json:"number,string"`
		Hidden int   `json:"-"`
		hidden int
	}
	embedded struct{ inner }
	inner    struct {
		Text string `json:"text"`
	}
	never  string
	zeroer struct {
		Never never `json:"never,omitzero"`
	}
)

func (never) IsZero() bool { return false }

// TestAppendIsEncodingJSON: what is appended is what encoding/json writes.
func TestAppendIsEncodingJSON(t *testing.T) {
	for _, of := range []reflect.Type{
		reflect.TypeFor[odd](), reflect.TypeFor[api.InstancePage](), reflect.TypeFor[api.LaterInstancePage](), reflect.TypeFor[api.Instance](), reflect.TypeFor[api.LaterInstance](),
		reflect.TypeFor[api.Applications](), reflect.TypeFor[api.Event](), reflect.TypeFor[correspondence.Correspondence](),
	} {
		t.Run(of.String(), rapid.MakeCheck(func(t *rapid.T) {
			v := reflect.New(of)
			fill(t, v.Elem(), 4)
			for _, v := range []any{v.Interface(), v.Elem().Interface()} {
				var want bytes.Buffer
				encoder := json.NewEncoder(&want)
				encoder.SetEscapeHTML(false)
				wanted := encoder.Encode(v)
				got, err := rendering.Append([]byte("in front"), v)
				if (err == nil) != (wanted == nil) {
					t.Fatalf("%v, encoding/json says %v", err, wanted)
				}
				if err == nil && string(got)+"\n" != "in front"+want.String() {
					t.Fatalf("%s\nencoding/json writes %s", got, want.String())
				}
			}
		}))
	}
	for _, v := range []any{nil, "text", 1, (*api.Instance)(nil), map[string]any{"a": 1}, []api.Href{{Href: "<&>"}}} {
		want, _ := json.Marshal(v)
		want = bytes.ReplaceAll(want, []byte(`\u003c\u0026\u003e`), []byte("<&>"))
		if got, err := rendering.Append(nil, v); err != nil || string(got) != string(want) {
			t.Errorf("%v: %s, %v", v, got, err)
		}
	}
}

// TestEveryByte: what needs escaping is found wherever it stands.
func TestEveryByte(t *testing.T) {
	for length := range 20 {
		for at := range length {
			for c := range 256 {
				for _, filler := range []byte{'a', ' ', '!', '#', '[', ']', 0x7f} {
					text := bytes.Repeat([]byte{filler}, length)
					text[at] = byte(c)
					var want bytes.Buffer
					encoder := json.NewEncoder(&want)
					encoder.SetEscapeHTML(false)
					_ = encoder.Encode(string(text))
					if got, err := rendering.Append(nil, string(text)); err != nil || string(got)+"\n" != want.String() {
						t.Fatalf("%q: %s, %v; encoding/json writes %s", text, got, err, want.String())
					}
				}
			}
		}
	}
}

// fill gives every field a value, or leaves it zero.
func fill(t *rapid.T, v reflect.Value, depth int) {
	if !v.CanSet() || rapid.IntRange(0, 3).Draw(t, "left out") == 0 {
		return
	}
	switch v.Interface().(type) {
	case time.Time:
		at := time.Unix(rapid.Int64Range(-70_000_000_000, 260_000_000_000).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds"))
		zone := rapid.SampledFrom([]*time.Location{time.UTC, time.FixedZone("", 3600)}).Draw(t, "zone")
		v.Set(reflect.ValueOf(at.In(zone)))
		return
	case json.RawMessage:
		v.SetBytes([]byte(`{"a": [1, "<"]}`))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.String(), rapid.StringN(0, 8, -1), rapid.SampledFrom([]string{"flom og snøskred", "<&>", "\"", `\`, "\u2028", "\u2029", "\xff", "a\x00b", "\x7f", "\t\r\n\b\f", "\ufffd"})).Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int32, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "number"))
	case reflect.Uint8, reflect.Uint16:
		v.SetUint(rapid.Uint64().Draw(t, "number"))
	case reflect.Float64:
		v.SetFloat(rapid.Float64Range(-1e30, 1e30).Draw(t, "number"))
	case reflect.Interface:
		v.Set(reflect.ValueOf(map[string]any{"<": "\u2028", "a": 1}))
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, name := range []string{"b", "a<", "\u2028"}[:rapid.IntRange(0, 3).Draw(t, "names")] {
			value := reflect.New(v.Type().Elem()).Elem()
			fill(t, value, depth-1)
			v.SetMapIndex(reflect.ValueOf(name), value)
		}
	case reflect.Array:
		for n := range v.Len() {
			fill(t, v.Index(n), depth-1)
		}
	case reflect.Slice:
		if depth > 0 {
			n := rapid.IntRange(0, 3).Draw(t, "length")
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for n := range n {
				fill(t, v.Index(n), depth-1)
			}
		}
	case reflect.Struct:
		for n := range v.NumField() {
			fill(t, v.Field(n), depth)
		}
	}
}
