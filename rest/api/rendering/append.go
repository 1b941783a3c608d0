package rendering

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/google/uuid"
)

// Append appends v to b as JSON. Errors are those of encoding/json.
func Append(b []byte, v any) ([]byte, error) {
	if v == nil {
		return append(b, "null"...), nil
	}
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Pointer && !value.IsNil() {
		return planOf(value.Type().Elem()).write(b, value.UnsafePointer())
	}
	at := reflect.New(value.Type())
	at.Elem().Set(value)
	return planOf(value.Type()).write(b, at.UnsafePointer())
}

// appendAny leaves a value to encoding/json.
func appendAny(b []byte, v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...), err
}

func appendText(b []byte, at unsafe.Pointer) ([]byte, error) {
	s := *(*string)(at)
	if !plain(s) {
		return appendAny(b, s)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"'), nil
}

// plain says that a text is in JSON what it is.
func plain(s string) bool {
	bytes := unsafe.Slice(unsafe.StringData(s), len(s))
	for len(bytes) >= 8 && allPlain(binary.LittleEndian.Uint64(bytes)) {
		bytes = bytes[8:]
	}
	ascii := true
	for _, c := range bytes {
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	// The line separators are not, for the sake of JavaScript.
	return ascii || utf8.ValidString(s) && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029")
}

// allPlain says of eight bytes at once that each is ASCII and plain. It may be
// wrong in saying no.
func allPlain(w uint64) bool {
	const each = 0x0101010101010101
	return (w|(w-each*' ')|((w^each*'"')-each)|((w^each*'\\')-each))&(each*0x80) == 0
}

func appendTime(b []byte, at unsafe.Pointer) ([]byte, error) {
	t := *(*time.Time)(at)
	if year := t.Year(); year < 0 || year > 9999 || t.Location() != time.UTC {
		return appendAny(b, t)
	}
	b = append(b, '"')
	b = t.AppendFormat(b, time.RFC3339Nano)
	return append(b, '"'), nil
}

const hexadecimal = "0123456789abcdef"

func appendID(b []byte, at unsafe.Pointer) ([]byte, error) {
	b = append(b, '"')
	for n, c := range (*uuid.UUID)(at) {
		if n == 4 || n == 6 || n == 8 || n == 10 {
			b = append(b, '-')
		}
		b = append(b, hexadecimal[c>>4], hexadecimal[c&0xf])
	}
	return append(b, '"'), nil
}
