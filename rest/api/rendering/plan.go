package rendering

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/google/uuid"
)

// plan is how values of a type are written.
type plan struct {
	// write appends the value that is at a place.
	write func(b []byte, at unsafe.Pointer) ([]byte, error)
	// empty says that omitempty leaves it out, zero that omitzero does.
	empty, zero func(at unsafe.Pointer) bool
}

// plans holds the plan of each type that was written. They are never changed.
var plans sync.Map

func planOf(t reflect.Type) *plan {
	if known, ok := plans.Load(t); ok {
		return known.(*plan)
	}
	p, _ := plans.LoadOrStore(t, newPlan(t))
	return p.(*plan)
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	isZeroer      = reflect.TypeFor[interface{ IsZero() bool }]()
)

// newPlan plans what answers are made of; the rest is encoding/json's.
func newPlan(t reflect.Type) *plan {
	p := &plan{
		write: func(b []byte, at unsafe.Pointer) ([]byte, error) {
			return appendAny(b, reflect.NewAt(t, at).Interface())
		},
		empty: func(at unsafe.Pointer) bool { return isEmpty(reflect.NewAt(t, at).Elem()) },
		zero:  func(at unsafe.Pointer) bool { return reflect.NewAt(t, at).Elem().IsZero() },
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		p.write, p.zero = appendTime, func(at unsafe.Pointer) bool { return (*time.Time)(at).IsZero() }
		return p
	case reflect.TypeFor[uuid.UUID]():
		p.write = appendID
		return p
	}
	pointer := reflect.PointerTo(t)
	if pointer.Implements(jsonMarshaler) || pointer.Implements(textMarshaler) {
		return p
	}
	switch t.Kind() {
	case reflect.String:
		p.write, p.empty = appendText, func(at unsafe.Pointer) bool { return *(*string)(at) == "" }
		p.zero = p.empty
	case reflect.Bool:
		p.write = func(b []byte, at unsafe.Pointer) ([]byte, error) { return strconv.AppendBool(b, *(*bool)(at)), nil }
	case reflect.Int32:
		p.write = func(b []byte, at unsafe.Pointer) ([]byte, error) {
			return strconv.AppendInt(b, int64(*(*int32)(at)), 10), nil
		}
	case reflect.Int64:
		p.write = func(b []byte, at unsafe.Pointer) ([]byte, error) { return strconv.AppendInt(b, *(*int64)(at), 10), nil }
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 {
			p.write = items(t.Elem())
		}
	case reflect.Struct:
		if fields, ok := fieldsOf(t); ok {
			p.write = object(fields)
		}
	}
	return p
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// items writes a slice.
func items(of reflect.Type) func([]byte, unsafe.Pointer) ([]byte, error) {
	size := of.Size()
	return func(b []byte, at unsafe.Pointer) (_ []byte, err error) {
		list := *(*[]byte)(at) // of size bytes each
		if list == nil {
			return append(b, "null"...), nil
		}
		each := planOf(of)
		b = append(b, '[')
		for n := range len(list) {
			if n > 0 {
				b = append(b, ',')
			}
			if b, err = each.write(b, unsafe.Add(unsafe.Pointer(unsafe.SliceData(list)), uintptr(n)*size)); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	}
}

// field is one of a struct's.
type field struct {
	name                string // with quotes and colon
	offset              uintptr
	of                  *plan
	omitEmpty, omitZero bool
}

// fieldsOf are the fields of a struct in order; !ok = it is not as plain as that.
func fieldsOf(t reflect.Type) (fields []field, ok bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || name == "" || name == "-" || !plain(name) {
			return nil, false
		}
		one := field{name: `"` + name + `":`, offset: f.Offset, of: planOf(f.Type)}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "omitempty":
				one.omitEmpty = true
			case "omitzero":
				one.omitZero = true
			case "":
			default:
				return nil, false
			}
		}
		if one.omitZero && f.Type != reflect.TypeFor[time.Time]() && reflect.PointerTo(f.Type).Implements(isZeroer) {
			return nil, false
		}
		fields = append(fields, one)
	}
	return fields, true
}

// object writes a struct.
func object(fields []field) func([]byte, unsafe.Pointer) ([]byte, error) {
	return func(b []byte, at unsafe.Pointer) (_ []byte, err error) {
		b = append(b, '{')
		first := true
		for i := range fields {
			f := &fields[i]
			value := unsafe.Add(at, f.offset)
			if f.omitEmpty && f.of.empty(value) || f.omitZero && f.of.zero(value) {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(b, f.name...)
			if b, err = f.of.write(b, value); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
}
