// Package formdata is the data of forms, and their schemas, as old services hand
// them out: as text.
package formdata

import (
	"bytes"
	"context"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"overgang/rest"
)

// Most is the size in bytes of all forms of one answer together: they are text,
// which is held in memory.
const Most = 32 << 20

// ErrTooLarge refuses an answer that would have more.
var ErrTooLarge = rest.Errorf(rest.TooLarge, "forms-too-large", "The forms have more than 32 MB together. Fetch them over the HTTP API.")

// Read is the text of a form of at most [Most] bytes.
func Read(ctx context.Context, elements rest.Elements, caller rest.Caller, in *rest.Instance, e *rest.Element) (string, error) {
	if e.Content.Size > Most {
		return "", ErrTooLarge
	}
	e, content, err := elements.Content(ctx, caller, in.ID, e.ID)
	if err != nil {
		return "", err
	}
	defer content.Close()
	data := make([]byte, min(e.Content.Size, Most))
	if _, err := io.ReadFull(content, data); err != nil {
		return "", err
	}
	return Characters(data), nil
}

// Characters are those of a form's bytes, or of its schema's: by the byte order
// mark, else UTF-8, else ISO-8859-1, as the core reads form data.
func Characters(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return wide(data[2:], 0, 1)
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return wide(data[2:], 1, 0)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return string(data)
	}
	var text strings.Builder
	text.Grow(len(data) + len(data)/16)
	for _, b := range data {
		text.WriteRune(rune(b))
	}
	return text.String()
}

// wide reads UTF-16, whose units have their high and low byte at these places.
func wide(data []byte, high, low int) string {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) > 1; data = data[2:] {
		units = append(units, uint16(data[high])<<8|uint16(data[low]))
	}
	return string(utf16.Decode(units))
}
