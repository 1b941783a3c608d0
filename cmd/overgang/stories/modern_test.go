package stories

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
)

// modern is a client of the HTTP API.
type modern struct {
	t     *testing.T
	url   string
	token string
}

// modern is a client with one of the demonstration's tokens.
func (w *town) modern(t *testing.T, token string) *modern {
	return &modern{t: t, url: w.url, token: w.env.Get(token)}
}

// part is one of a multipart body.
type part struct{ name, file, contentType, content string }

// send makes a request, which must succeed, and returns what is answered. body
// is nil, bytes, parts, or what is written as JSON.
func (m *modern) send(method, address string, body any) []byte {
	m.t.Helper()
	var content bytes.Buffer
	contentType := "application/json"
	switch body := body.(type) {
	case nil:
	case []byte:
		content.Write(body)
		contentType = "application/octet-stream"
	case []part:
		contentType = writeParts(&content, body)
	default:
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			m.t.Fatal(err)
		}
	}
	if !strings.Contains(address, "://") {
		address = m.url + address
	}
	r, err := http.NewRequest(method, address, &content)
	if err != nil {
		m.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+m.token)
	if body != nil {
		r.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer bytes.Buffer
	if _, err := io.Copy(&answer, res.Body); err != nil {
		m.t.Fatal(err)
	}
	if res.StatusCode >= 300 {
		m.t.Fatalf("%s %s: %d %s", method, address, res.StatusCode, &answer)
	}
	return answer.Bytes()
}

func writeParts(b *bytes.Buffer, parts []part) (contentType string) {
	w := multipart.NewWriter(b)
	for _, p := range parts {
		disposition := fmt.Sprintf(`form-data; name=%q`, p.name)
		if p.file != "" {
			disposition += fmt.Sprintf(`; filename=%q`, p.file)
		}
		one, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {p.contentType}})
		if err == nil {
			_, err = io.WriteString(one, p.content)
		}
		if err != nil {
			panic(err) // a Buffer never fails
		}
	}
	_ = w.Close() // nor now
	return w.FormDataContentType()
}

// object is JSON.
type object map[string]any

// ask makes a request that answers JSON.
func (m *modern) ask(method, address string, body any) object {
	m.t.Helper()
	var out object
	text := m.send(method, address, body)
	if err := json.Unmarshal(text, &out); err != nil {
		m.t.Fatalf("%s %s: %v: %s", method, address, err, text)
	}
	return out
}

func (m *modern) get(address string) object {
	m.t.Helper()
	return m.ask(http.MethodGet, address, nil)
}

// at is the object below a path of names.
func (o object) at(path ...string) object {
	for _, name := range path {
		o, _ = o[name].(map[string]any)
	}
	return o
}

// list is the list of objects by a name.
func (o object) list(name string) (out []object) {
	items, _ := o[name].([]any)
	for _, i := range items {
		one, _ := i.(map[string]any)
		out = append(out, one)
	}
	return out
}

// text is a field as text; numbers are written without exponents.
func (o object) text(name string) string {
	switch v := o[name].(type) {
	case nil:
		return ""
	case float64:
		return fmt.Sprintf("%.0f", v)
	default:
		return fmt.Sprint(v)
	}
}
