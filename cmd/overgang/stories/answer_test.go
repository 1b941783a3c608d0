package stories

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/beevik/etree"
)

// answer is a SOAP answer, or a part of it.
type answer struct {
	text string // the whole
	at   *etree.Element
	file []byte // the content that came in a part of its own
}

func readAnswer(contentType string, text []byte) (*answer, error) {
	a := &answer{text: string(text)}
	media, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(media, "multipart/") {
		parts := multipart.NewReader(bytes.NewReader(text), parameters["boundary"])
		if text, err = nextPart(parts); err != nil {
			return nil, err
		}
		if a.file, err = nextPart(parts); err != nil {
			return nil, err
		}
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(text); err != nil {
		return nil, err
	}
	a.at = doc.Root()
	return a, nil
}

func nextPart(parts *multipart.Reader) ([]byte, error) {
	p, err := parts.NextRawPart()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, p)
	return b.Bytes(), err
}

// get is the text of the first element of a path of local names, wherever it begins.
func (a *answer) get(path string) string {
	if list := a.all(path); len(list) > 0 {
		return list[0].at.Text()
	}
	return ""
}

// only is all text that an answer has in its body.
func (a *answer) only() string {
	var b strings.Builder
	var walk func(e *etree.Element)
	walk = func(e *etree.Element) {
		b.WriteString(e.Text())
		for _, c := range e.ChildElements() {
			walk(c)
		}
	}
	for _, body := range a.all("Body") {
		walk(body.at)
	}
	return strings.TrimSpace(b.String())
}

// bytes is base64 in an element.
func (a *answer) bytes(path string) []byte {
	b, err := base64.StdEncoding.DecodeString(a.get(path))
	if err != nil {
		return nil
	}
	return b
}

// all are the elements of a path of local names, wherever it begins.
func (a *answer) all(path string) (list []*answer) {
	for _, e := range a.at.FindElements(".//" + path) {
		list = append(list, &answer{text: a.text, at: e})
	}
	return list
}

// one is the element among those of a path in which a field has a value, or nil.
func (a *answer) one(path, field, value string) *answer {
	for _, e := range a.all(path) {
		if e.get(field) == value {
			return e
		}
	}
	return nil
}

// status is the first of the elements that say how it went, which flavours and
// versions call differently.
func (a *answer) status() string { return a.get("ReceiptStatusCode") + a.get("ReceiptStatus") }

// references are those of a receipt itself, in whatever version.
func (a *answer) references() map[string]string {
	out := map[string]string{}
	for _, list := range a.all("References") {
		for _, r := range list.at.ChildElements() {
			one := &answer{at: r}
			name := one.get("ReferenceTypeName") + one.get("ReferenceType")
			if _, ok := out[name]; !ok && name != "SendersReference" {
				out[name] = one.get("ReferenceValue")
			}
		}
	}
	return out
}
