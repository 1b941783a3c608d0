package codec

import "reflect"

// fieldKey names a field by the struct that declares it.
type fieldKey struct {
	owner reflect.Type
	index int
}

// structField is an exported field, of the struct itself or promoted from an
// embedded one.
type structField struct {
	key    fieldKey
	name   string
	typ    reflect.Type
	offset uintptr // within the outermost struct
}

// fieldsOf lists a struct's fields, embedded structs flattened in place.
func fieldsOf(t reflect.Type) []structField {
	var out []structField
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Type != timeType {
			for _, inner := range fieldsOf(f.Type) {
				inner.offset += f.Offset
				out = append(out, inner)
			}
			continue
		}
		if f.IsExported() {
			out = append(out, structField{key: fieldKey{t, i}, name: f.Name, typ: f.Type, offset: f.Offset})
		}
	}
	return out
}
