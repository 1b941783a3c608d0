package reporteearchiveexternal

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// Form is ArchivedFormBE.
type Form struct {
	DataFormatId               string
	DataFormatVersion          int32
	FormDataXML                string
	FormID                     int32
	FormName                   string
	FormPaymentInfo            *string // nothing is paid for here
	FormPresentationFieldValue *string
	FormSummary                *string // not kept
	ParentReference            *int32  // forms have no order among themselves
	PaymentInformationE2B      *string
	PaymentInformationHTML     *string
}

// maxForms is the size in bytes of all forms of one answer together: they are
// text, which is held in memory.
const maxForms = 32 << 20

var errTooLarge = rest.Errorf(rest.TooLarge, "forms-too-large", "The forms have more than 32 MB together. Fetch them over the HTTP API.")

// forms are the form set's, with their data. title is the service's.
func (s *service) forms(ctx context.Context, call *soap.Call, i *rest.Instance, app *rest.Application, title string) ([]Form, error) {
	list, size := []Form{}, int64(0)
	for n := range i.Elements {
		e := &i.Elements[n]
		if !e.Form {
			continue
		}
		if size += e.Content.Size; size > maxForms {
			return nil, errTooLarge
		}
		f := Form{FormID: e.Number, FormName: cmp.Or(e.Title, title, e.Type)}
		if d := app.Type(e.Type); d != nil {
			f.DataFormatId, f.DataFormatVersion = d.DataFormatID, d.DataFormatVersion
		}
		if len(list) == 0 {
			f.FormPresentationFieldValue = orNil(i.Presentation)
		}
		var err error
		if f.FormDataXML, err = s.formData(ctx, call, i, e); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// formData reads a form's characters.
func (s *service) formData(ctx context.Context, call *soap.Call, i *rest.Instance, e *rest.Element) (string, error) {
	e, content, err := s.core.Content(ctx, credential.Of(call), i.ID, e.ID)
	if err != nil {
		return "", err
	}
	defer content.Close()
	data := make([]byte, min(e.Content.Size, maxForms))
	if _, err := io.ReadFull(content, data); err != nil {
		return "", err
	}
	return characters(data), nil
}

// characters are those of a form's bytes. Without a byte order mark, what is not
// UTF-8 is ISO-8859-1, as in the form data that the core takes in.
func characters(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return utf16Text(data[2:], func(b []byte) uint16 { return uint16(b[0])<<8 | uint16(b[1]) })
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return utf16Text(data[2:], func(b []byte) uint16 { return uint16(b[1])<<8 | uint16(b[0]) })
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

func utf16Text(data []byte, unit func([]byte) uint16) string {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, unit(data))
	}
	return string(utf16.Decode(units))
}
