package codec

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"overgang/soap/xmltok"
)

// simple reads the text of an element without child elements. It is valid
// until the next call.
func (d *Decoder) simple() ([]byte, error) {
	d.text = d.text[:0]
	for {
		kind, err := d.r.Next()
		switch {
		case err != nil:
			return nil, err
		case kind == xmltok.End:
			return d.text, nil
		case kind == xmltok.Start:
			return nil, &Error{Msg: "has an element where text is expected"}
		case kind == xmltok.EOF:
			return nil, errOpen
		}
		piece := d.r.Text()
		if len(d.text)+len(piece) > d.limits.Text {
			return nil, &Error{Msg: fmt.Sprintf("is longer than %d bytes", d.limits.Text)}
		}
		d.text = append(d.text, piece...)
	}
}

// setSimple parses text into the value at.
func (d *Decoder) setSimple(v *value, at unsafe.Pointer, text []byte) error {
	if v.form == formString {
		*(*string)(at) = d.keep(text)
		return nil
	}
	text = trim(text)
	switch v.form {
	case formEnum:
		for _, e := range v.enum {
			if e == string(text) {
				*(*string)(at) = e
				return nil
			}
		}
		return &Error{Msg: "is not a value of its enumeration"}
	case formPattern:
		if !v.pattern.Match(text) {
			return &Error{Msg: "does not match the pattern of its type"}
		}
		*(*string)(at) = d.keep(text)
	case formDecimal:
		if !isDecimal(unsafe.String(unsafe.SliceData(text), len(text))) {
			return &Error{Msg: "is not a decimal"}
		}
		*(*string)(at) = d.keep(text)
	case formDouble:
		f, ok := parseDouble(string(text))
		if !ok {
			return &Error{Msg: "is not a double"}
		}
		*(*float64)(at) = f
	case formInt:
		n, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil || n < v.min || n > v.max {
			return &Error{Msg: "is not of the type " + v.what}
		}
		storeInt(v.intKind, at, n)
	case formBool:
		switch string(text) {
		case "true", "1":
			*(*bool)(at) = true
		case "false", "0":
			*(*bool)(at) = false
		default:
			return &Error{Msg: "is not a boolean"}
		}
	case formTime:
		t, ok := ParseTime(text, d.zone)
		if !ok {
			return &Error{Msg: "is not a date and time"}
		}
		*(*time.Time)(at) = t
	case formBytes:
		return setBytes(at, text)
	}
	return nil
}

// setBytes decodes base64 that fits in memory.
func setBytes(at unsafe.Pointer, text []byte) error {
	text = dropSpace(text)
	out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64Strict.Decode(out, text)
	if err != nil {
		return &Error{Msg: "is not base64"}
	}
	*(*[]byte)(at) = out[:n]
	return nil
}

// shortString is the length up to which strings share a block of memory.
const (
	shortString = 256
	arenaBlock  = 1 << 10
)

// keep makes a string of text. Short ones are cut from a block, so that a
// message of many small fields takes few allocations.
func (d *Decoder) keep(text []byte) string {
	n := len(text)
	if n == 0 {
		return ""
	}
	if n > shortString {
		return string(text)
	}
	if n > len(d.arena) {
		d.arena = make([]byte, arenaBlock)
	}
	copy(d.arena, text)
	s := unsafe.String(&d.arena[0], n)
	d.arena = d.arena[n:]
	return s
}

func storeInt(k reflect.Kind, at unsafe.Pointer, n int64) {
	switch k {
	case reflect.Int64:
		*(*int64)(at) = n
	case reflect.Int32:
		*(*int32)(at) = int32(n)
	case reflect.Int16:
		*(*int16)(at) = int16(n)
	case reflect.Int:
		*(*int)(at) = int(n)
	case reflect.Uint8:
		*(*uint8)(at) = uint8(n)
	case reflect.Uint16:
		*(*uint16)(at) = uint16(n)
	case reflect.Uint32:
		*(*uint32)(at) = uint32(n)
	case reflect.Uint:
		*(*uint)(at) = uint(n)
	default:
		*(*uint64)(at) = uint64(n)
	}
}
