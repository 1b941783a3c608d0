package codec

import (
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unsafe"
)

// Append encodes v, a struct of the plan's type or a pointer to one, and
// appends the element to dst. The element declares its own namespaces. On an
// error, which is the server's own and not for clients, dst is as it was.
func (p *Plan) Append(dst []byte, v any) ([]byte, error) {
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Struct {
		c := reflect.New(rv.Type())
		c.Elem().Set(rv)
		rv = c
	}
	switch {
	case p.use&Encode == 0:
		return dst, fmt.Errorf("codec: the plan of %s is not for encoding", p.name.Local)
	case rv.Kind() != reflect.Pointer || rv.Type().Elem() != p.goType:
		return dst, fmt.Errorf("codec: %s is encoded from %s, not from %T", p.name.Local, p.goType, v)
	case rv.IsNil():
		return dst, fmt.Errorf("codec: %s: nothing to encode", p.name.Local)
	}
	out := append(dst, p.open...)
	out, err := appendStruct(out, p.root, rv.UnsafePointer())
	if err != nil {
		return dst, fmt.Errorf("codec: %s: %w", p.name.Local, err)
	}
	return append(out, p.close...), nil
}

// appendStruct appends the content of a complex element. base points to the
// struct.
func appendStruct(dst []byte, v *value, base unsafe.Pointer) ([]byte, error) {
	var err error
	for i := range v.particles {
		p := &v.particles[i]
		if p.value == nil {
			continue
		}
		at := unsafe.Add(base, p.offset)
		if p.repeated {
			if dst, err = appendItems(dst, p, at); err != nil {
				return dst, err
			}
		} else if dst, err = appendElement(dst, p, at); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// appendItems appends one element per item of the slice at.
func appendItems(dst []byte, p *particle, at unsafe.Pointer) ([]byte, error) {
	s := (*sliceHeader)(at)
	size := p.sliceType.Elem().Size()
	var err error
	for i := range s.len {
		if dst, err = appendElement(dst, p, unsafe.Add(s.data, uintptr(i)*size)); err != nil {
			return dst, within(err, p.name.Local, i+1)
		}
	}
	if s.len == 0 && !p.optional {
		return dst, &Error{p.name.Local, "is required, but there is none"}
	}
	return dst, nil
}

// sliceHeader is a slice of any type.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// appendElement appends one element whose Go value is at.
func appendElement(dst []byte, p *particle, at unsafe.Pointer) ([]byte, error) {
	v := p.value
	if p.pointer {
		at = *(*unsafe.Pointer)(at)
	}
	if at == nil || v.isNil(at) {
		switch {
		case p.null != nil:
			return append(dst, p.null...), nil
		case p.optional && !p.repeated:
			return dst, nil
		}
		return dst, &Error{p.name.Local, "is required, but nil"}
	}
	dst = append(dst, p.open...)
	var err error
	switch v.form {
	case formStruct:
		dst, err = appendStruct(dst, v, at)
	case formArray:
		dst, err = appendItems(dst, v.item, at)
	case formString:
		dst = AppendEscaped(dst, *(*string)(at))
	default:
		dst, err = appendSimple(dst, v, at)
	}
	if err != nil {
		return dst, within(err, p.name.Local, 0)
	}
	return append(dst, p.close...), nil
}

// isNil says whether the value, not a pointer, is one that stands for nothing.
func (v *value) isNil(at unsafe.Pointer) bool {
	switch v.form {
	case formArray, formBytes:
		return (*sliceHeader)(at).data == nil
	case formEnum, formPattern:
		return *(*string)(at) == ""
	}
	return false
}

func appendSimple(dst []byte, v *value, at unsafe.Pointer) ([]byte, error) {
	switch v.form {
	case formEnum:
		s := *(*string)(at)
		if !slices.Contains(v.enum, s) {
			return dst, &Error{Msg: fmt.Sprintf("%q is not of its enumeration", s)}
		}
		return AppendEscaped(dst, s), nil
	case formPattern:
		s := *(*string)(at)
		if !v.pattern.MatchString(s) {
			return dst, &Error{Msg: "does not match its pattern"}
		}
		return AppendEscaped(dst, s), nil
	case formDouble:
		return appendDouble(dst, *(*float64)(at)), nil
	case formDecimal:
		s := *(*string)(at)
		if !isDecimal(s) {
			return dst, &Error{Msg: "is not a decimal"}
		}
		return append(dst, s...), nil
	case formInt:
		n, ok := loadInt(v.intKind, at)
		if !ok || n < v.min || n > v.max {
			return dst, &Error{Msg: "is out of the range of " + v.what}
		}
		return strconv.AppendInt(dst, n, 10), nil
	case formBool:
		return strconv.AppendBool(dst, *(*bool)(at)), nil
	case formTime:
		return AppendTime(dst, *(*time.Time)(at))
	case formBytes:
		return base64.StdEncoding.AppendEncode(dst, *(*[]byte)(at)), nil
	case formInline:
		return append(dst, InlineMark), nil
	case formPart:
		return appendInclude(dst), nil
	}
	return dst, &Error{Msg: "cannot be encoded"}
}

// loadInt reads an integer of a Go kind; !ok = it does not fit an int64.
func loadInt(k reflect.Kind, at unsafe.Pointer) (n int64, ok bool) {
	switch k {
	case reflect.Int64:
		return *(*int64)(at), true
	case reflect.Int32:
		return int64(*(*int32)(at)), true
	case reflect.Int16:
		return int64(*(*int16)(at)), true
	case reflect.Int:
		return int64(*(*int)(at)), true
	case reflect.Uint8:
		return int64(*(*uint8)(at)), true
	case reflect.Uint16:
		return int64(*(*uint16)(at)), true
	case reflect.Uint32:
		return int64(*(*uint32)(at)), true
	case reflect.Uint:
		u := *(*uint)(at)
		return int64(u), uint64(u) <= math.MaxInt64
	}
	u := *(*uint64)(at)
	return int64(u), u <= math.MaxInt64
}
