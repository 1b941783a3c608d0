package api

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"overgang/rest"
	"overgang/rest/api/rule"
)

// mergePatch is the media type of JSON merge patches (RFC 7396).
const mergePatch = "application/merge-patch+json"

// binder is echo's: it reads JSON bodies for the generated code.
type binder struct{ server *server }

// Bind implements echo.Binder.
func (b binder) Bind(into any, c echo.Context) error {
	r := c.Request()
	if _, optional := into.(*NextStepJSONRequestBody); optional && r.ContentLength == 0 && r.Header.Get("Content-Type") == "" {
		return io.EOF // which the generated code takes for a body left out
	}
	if kind := mediaType(r.Header.Get("Content-Type")); kind != "application/json" && kind != mergePatch {
		return rest.Errorf(rest.Unsupported, "content-type", "Content-Type application/json is wanted here.")
	}
	return readJSON(http.MaxBytesReader(c.Response().Writer, r.Body, b.server.limits.JSON), into, b.server.limits.Depth)
}

// readJSON decodes one JSON value into a struct, more strictly than
// encoding/json: names count letter for letter, unknown and repeated fields
// and anything after the value are refused, nesting is bounded, and what the
// document demands of fields ([rule.Ruled]) is. Errors name the place as a JSON
// pointer (RFC 6901) and don't quote values.
func readJSON(body io.Reader, into any, depth int) error {
	d := &jsonReader{dec: json.NewDecoder(transform.NewReader(body, encoding.UTF8Validator)), depth: depth}
	d.dec.UseNumber()
	if err := d.value(reflect.ValueOf(into).Elem(), "", rule.Rule{}); err != nil {
		return err
	}
	if _, err := d.dec.Token(); err != io.EOF {
		if err == nil {
			err = errors.New("more than one value")
		}
		return d.broken(err)
	}
	return nil
}

// maxItems is how many items an array may have: a small body could hold
// millions of empty ones.
const maxItems = 1000

type jsonReader struct {
	dec   *json.Decoder
	depth int  // levels left
	begun bool // something was read
}

func badJSON(code, format string, args ...any) error {
	return rest.Errorf(rest.Invalid, code, format, args...)
}

// broken is what the client is told when the text is no JSON, or ends early.
func (d *jsonReader) broken(err error) error {
	var syntax *json.SyntaxError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case err == io.EOF && !d.begun:
		return badJSON("json-empty", "A JSON object is wanted in the body.")
	case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
		return badJSON("body-truncated", "The JSON ends too early.")
	case errors.Is(err, encoding.ErrInvalidUTF8):
		return badJSON("json-malformed", "The body is not in UTF-8 (RFC 8259 §8.1).")
	case errors.As(err, &syntax):
		return badJSON("json-malformed", "The body is not JSON: something is wrong at byte %d.", syntax.Offset)
	}
	return badJSON("json-malformed", "The body is not one JSON value, or could not be read; it is wrong at about byte %d.", d.dec.InputOffset())
}

// value decodes the next value into v, as rules demand. A pointer is a field of a
// merge patch (RFC 7396): absent leaves it nil, null makes it point to the zero value.
func (d *jsonReader) value(v reflect.Value, at string, rules rule.Rule) error {
	token, err := d.dec.Token()
	if err != nil {
		return d.broken(err)
	}
	d.begun = true
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		if token == nil {
			return nil
		}
		v = v.Elem()
	}
	if token == nil {
		return badJSON("json-null", "%s is null; leave it out instead.", place(at))
	}
	switch v.Interface().(type) {
	case time.Time:
		return d.date(v, token, at)
	case []byte:
		return d.base64(v, token, at)
	case uuid.UUID:
		return d.id(v, token, at)
	}
	switch v.Kind() {
	case reflect.String:
		s, ok := token.(string)
		if !ok {
			return badJSON("json-type", "%s wants a string.", place(at))
		}
		v.SetString(s)
		return unruly(at, rules, rules.Text(s))
	case reflect.Struct:
		if token != json.Delim('{') {
			return badJSON("json-type", "%s wants an object.", place(at))
		}
		return d.nested(at, func() error { return d.object(v, at) })
	case reflect.Slice:
		if token != json.Delim('[') {
			return badJSON("json-type", "%s wants an array.", place(at))
		}
		return d.nested(at, func() error { return d.array(v, at, rules) })
	case reflect.Bool:
		is, ok := token.(bool)
		if !ok {
			return badJSON("json-type", "%s wants true or false.", place(at))
		}
		v.SetBool(is)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, _ := token.(json.Number)
		i, err := strconv.ParseInt(n.String(), 10, v.Type().Bits())
		if err != nil {
			return badJSON("json-type", "%s wants a whole number of %d bits.", place(at), v.Type().Bits())
		}
		v.SetInt(i)
		return unruly(at, rules, rules.Number(i))
	case reflect.Map:
		if token != json.Delim('{') {
			return badJSON("json-type", "%s wants an object.", place(at))
		}
		return d.nested(at, func() error { return d.texts(v, at) })
	default:
		return fmt.Errorf("no JSON for a %s at %s", v.Type(), at)
	}
	return nil
}

// unruly is the error that a field breaks a rule of the document; "" = it breaks none.
func unruly(at string, rules rule.Rule, wrong string) error {
	switch {
	case wrong == "":
		return nil
	case rules.Problem != "":
		return badJSON(rules.Problem, "%s %s.", place(at), wrong)
	}
	return badJSON("json-value", "%s %s.", place(at), wrong)
}

// texts decodes an object of texts by names of the client's.
func (d *jsonReader) texts(v reflect.Value, at string) error {
	all := map[string]string{}
	for d.dec.More() {
		name, err := d.dec.Token()
		if err != nil {
			return d.broken(err)
		}
		text, err := d.dec.Token()
		if err != nil {
			return d.broken(err)
		}
		key, _ := name.(string)
		value, ok := text.(string)
		_, twice := all[key]
		switch {
		case !ok:
			return badJSON("json-type", "%s holds texts only.", place(at))
		case twice:
			return badJSON("json-field-repeated", "%s/%s is given twice.", at, clip(key))
		case len(all) == maxItems:
			return badJSON("json-array-long", "%s has more than %d names.", place(at), maxItems)
		}
		all[key] = value
	}
	v.Set(reflect.ValueOf(all))
	return d.end()
}

func (d *jsonReader) id(v reflect.Value, token json.Token, at string) error {
	s, _ := token.(string)
	id, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return badJSON("json-type", "%s wants a GUID.", place(at))
	}
	v.Set(reflect.ValueOf(id))
	return nil
}

func place(at string) string {
	if at == "" {
		return "The body"
	}
	return at
}

func (d *jsonReader) nested(at string, read func() error) error {
	if d.depth == 0 {
		return badJSON("json-deep", "%s is nested too deeply.", place(at))
	}
	d.depth--
	defer func() { d.depth++ }()
	return read()
}

func (d *jsonReader) object(v reflect.Value, at string) error {
	fields := jsonFields(v.Type())
	seen := make([]bool, v.NumField())
	for d.dec.More() {
		token, err := d.dec.Token()
		if err != nil {
			return d.broken(err)
		}
		name, ok := token.(string)
		if !ok {
			return badJSON("json-malformed", "%s: a name is wanted.", place(at))
		}
		field, known := fields[name]
		if !known {
			return badJSON("json-field-unknown", "%s has no field %q.", place(at), clip(name))
		}
		if seen[field.index] {
			return badJSON("json-field-repeated", "%s/%s is given twice.", at, name)
		}
		seen[field.index] = true
		if err := d.value(v.Field(field.index), at+"/"+name, field.rules); err != nil {
			return err
		}
	}
	if err := d.end(); err != nil {
		return err
	}
	for i := range seen {
		if name := jsonName(v.Type(), i); fields[name].rules.Required && !seen[i] {
			return badJSON("json-field-missing", "%s has no %s.", place(at), name)
		}
	}
	return nil
}

func (d *jsonReader) array(v reflect.Value, at string, rules rule.Rule) error {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0)) // given, even if empty
	each := rule.Rule{}
	if rules.Each != nil {
		each = *rules.Each
	}
	for n := 0; d.dec.More(); n++ {
		if n == maxItems {
			return badJSON("json-array-long", "%s has more than %d items.", place(at), maxItems)
		}
		item := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(item, fmt.Sprintf("%s/%d", at, n), each); err != nil {
			return err
		}
		v.Set(reflect.Append(v, item))
	}
	if err := d.end(); err != nil {
		return err
	}
	return unruly(at, rules, rules.Items(v.Len()))
}

// end reads the closing bracket.
func (d *jsonReader) end() error {
	if _, err := d.dec.Token(); err != nil {
		return d.broken(err)
	}
	return nil
}

func (d *jsonReader) date(v reflect.Value, token json.Token, at string) error {
	s, ok := token.(string)
	t, valid := parseTime(s)
	if !ok || !valid {
		return badJSON("date-invalid", "%s wants a date and time as in RFC 3339, for example 2019-06-01T12:00:00Z.", place(at))
	}
	v.Set(reflect.ValueOf(t))
	return nil
}

func (d *jsonReader) base64(v reflect.Value, token json.Token, at string) error {
	s, ok := token.(string)
	b, err := base64.StdEncoding.DecodeString(s)
	if !ok || err != nil {
		return badJSON("base64-invalid", "%s wants base64.", place(at))
	}
	v.SetBytes(b)
	return nil
}

// jsonField is where a field of a struct is, and what is demanded of it.
type jsonField struct {
	index int
	rules rule.Rule
}

// jsonFields maps the JSON names of a struct's fields to the fields.
func jsonFields(t reflect.Type) map[string]jsonField {
	if known, ok := jsonTypes.Load(t); ok {
		return known.(map[string]jsonField)
	}
	ruled, _ := reflect.Zero(t).Interface().(rule.Ruled)
	fields := map[string]jsonField{}
	for i := range t.NumField() {
		field := jsonField{index: i}
		if ruled != nil {
			field.rules = ruled.Rule(jsonName(t, i))
		}
		fields[jsonName(t, i)] = field
	}
	jsonTypes.Store(t, fields)
	return fields
}

func jsonName(t reflect.Type, field int) string {
	name, _, _ := strings.Cut(t.Field(field).Tag.Get("json"), ",")
	return name
}

// jsonTypes holds jsonFields of the few types that there are. They are never changed.
var jsonTypes sync.Map
