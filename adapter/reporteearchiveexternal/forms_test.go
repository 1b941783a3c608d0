package reporteearchiveexternal

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"

	"overgang/adapter/formdata"
	"overgang/rest"
	"overgang/soap"
)

// contents are elements' bytes; nothing else of the core is asked for.
type contents struct {
	Core
	bytes map[uuid.UUID]string
	sizes map[uuid.UUID]int64 // where they lie
}

func (c contents) Content(_ context.Context, _ rest.Caller, _, id uuid.UUID) (*rest.Element, io.ReadSeekCloser, error) {
	text := c.bytes[id]
	size := int64(len(text))
	if n, ok := c.sizes[id]; ok {
		size = n
	}
	return &rest.Element{ID: id, Content: rest.Content{Size: size}}, reader{strings.NewReader(text)}, nil
}

type reader struct{ *strings.Reader }

func (reader) Close() error { return nil }

func TestForms(t *testing.T) {
	one, two, file := uuid.New(), uuid.New(), uuid.New()
	app := &rest.Application{DataTypes: []rest.DataType{{ID: "melding", DataFormatID: "7", DataFormatVersion: 3}, {ID: "vedlegg"}}}
	i := &rest.Instance{Presentation: "Hei", Elements: []rest.Element{
		{ID: file, Number: 1, Type: "vedlegg", Content: rest.Content{Size: formdata.Most}},
		{ID: one, Number: 2, Type: "melding", Form: true, Title: "Egen", Content: rest.Content{Size: 4}},
		{ID: two, Number: 3, Type: "utgått", Form: true, Content: rest.Content{Size: 4}},
	}}
	core := contents{bytes: map[uuid.UUID]string{one: "<a/>", two: "<b/>"}}
	s := &service{core: core}
	list, err := s.forms(t.Context(), &soap.Call{}, i, app, "Tjenesten")
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	if f := list[0]; f.FormName != "Egen" || f.DataFormatId != "7" || f.DataFormatVersion != 3 || f.FormDataXML != "<a/>" || f.FormID != 2 || *f.FormPresentationFieldValue != "Hei" {
		t.Errorf("%+v", f)
	}
	if f := list[1]; f.FormName != "Tjenesten" || f.DataFormatId != "" || f.FormDataXML != "<b/>" || f.FormPresentationFieldValue != nil {
		t.Errorf("%+v", f)
	}
	i.Elements[2].Content.Size = formdata.Most
	if _, err := s.forms(t.Context(), &soap.Call{}, i, app, ""); !errors.Is(err, formdata.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	i.Elements[2].Content.Size, core.sizes = 4, map[uuid.UUID]int64{two: 5}
	s.core = core
	if _, err := s.forms(t.Context(), &soap.Call{}, i, app, ""); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a content that ends early: %v", err)
	}
}
