package xmltok_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"overgang/soap/xmltok"
)

// A document's events, one a line: "<{space}local", "@{space}local=value" in
// order of the names, "text", ">". Adjacent pieces of text are one event.
type events struct {
	strings.Builder
	text strings.Builder
}

func (e *events) flush() {
	if e.text.Len() > 0 {
		fmt.Fprintf(e, "%q\n", e.text.String())
		e.text.Reset()
	}
}

func (e *events) start(space, local string, attrs []string) {
	e.flush()
	fmt.Fprintf(e, "<{%s}%s\n", blank(space), local)
	slices.Sort(attrs)
	for _, a := range attrs {
		e.WriteString(a)
	}
}

func (e *events) end(space, local string) {
	e.flush()
	fmt.Fprintf(e, ">{%s}%s\n", blank(space), local)
}

// blank makes white space in a namespace a space: encoding/xml leaves it as it is.
func blank(space string) string {
	return strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(space)
}

func attribute(space, local, value string) string {
	return fmt.Sprintf("@{%s}%s=%q\n", blank(space), local, value)
}

// read gives the events up to the end or to the error, by a Reader.
func read(src io.Reader, limits xmltok.Limits) (string, error) {
	r := xmltok.NewReader(nil)
	r.Reset(src, limits)
	return readWith(r)
}

func readWith(r *xmltok.Reader) (string, error) {
	var e events
	for {
		kind, err := r.Next()
		if err != nil || kind == xmltok.EOF {
			e.flush()
			if again, err2 := r.Next(); again != kind || err2 != err {
				return e.String(), fmt.Errorf("after %v %v came %v %v", kind, err, again, err2)
			}
			return e.String(), err
		}
		switch name := r.Name(); kind {
		case xmltok.Start:
			var attrs []string
			for _, a := range r.Attrs() {
				attrs = append(attrs, attribute(a.Name.Space, a.Name.Local, a.Value))
			}
			e.start(name.Space, name.Local, attrs)
		case xmltok.End:
			e.end(name.Space, name.Local)
		case xmltok.Text:
			if len(r.Text()) == 0 {
				return e.String(), errors.New("an empty piece of text")
			}
			e.text.Write(r.Text())
		}
	}
}

// readStandard gives the events of encoding/xml, with what it does not do by
// itself: text outside of the root is left out, declarations are no attributes.
func readStandard(doc string) (string, error) {
	d := xml.NewDecoder(strings.NewReader(doc))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var e events
	depth := 0
	for {
		token, err := d.Token()
		if err != nil {
			e.flush()
			if err == io.EOF {
				err = nil
			}
			return e.String(), err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			var attrs []string
			for _, a := range t.Attr {
				if a.Name.Space != "xmlns" && a.Name != (xml.Name{Local: "xmlns"}) {
					attrs = append(attrs, attribute(a.Name.Space, a.Name.Local, a.Value))
				}
			}
			e.start(t.Name.Space, t.Name.Local, attrs)
		case xml.EndElement:
			depth--
			e.end(t.Name.Space, t.Name.Local)
		case xml.CharData:
			if depth > 0 {
				e.text.Write(t)
			}
		}
	}
}
