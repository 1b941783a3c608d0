package mtom

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

const boundary = "uuid:6f1d+id=1"

// part writes a part as most clients do.
func part(id, headers, content string) string {
	return "--" + boundary + "\r\nContent-ID: <" + id + ">\r\n" + headers + "\r\n" + content + "\r\n"
}

const (
	xopHeaders    = "Content-Transfer-Encoding: 8bit\r\nContent-Type: application/xop+xml;charset=utf-8;type=\"text/xml\"\r\n"
	binaryHeaders = "Content-Transfer-Encoding: binary\r\nContent-Type: application/octet-stream\r\n"
	end           = "--" + boundary + "--\r\n"
)

// read reads a message as a server does: the root, the parts in the order
// given, the end.
func read(message string, f Frame, l Limits, hrefs ...string) (root string, parts []string, err error) {
	r, err := NewReader(iotest.OneByteReader(strings.NewReader(message)), f, l, "")
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	_, content, err := r.Root(f)
	if err != nil {
		return "", nil, err
	}
	b, err := io.ReadAll(content)
	if err != nil {
		return "", nil, err
	}
	for _, href := range hrefs {
		p, err := r.Part(href)
		if err != nil {
			return "", nil, err
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return "", nil, err
		}
		parts = append(parts, string(b))
	}
	return string(b), parts, r.Finish()
}

// TestReader: the orders and spellings that clients send.
func TestReader(t *testing.T) {
	root, a, b := part("root", xopHeaders, "<x/>"), part("a@x", binaryHeaders, "AAA\r\n--uuid"), part("http://tempuri.org/1/2", binaryHeaders, "")
	for name, c := range map[string]struct {
		message string
		frame   Frame
		hrefs   []string
		want    string
	}{
		"root first":                 {root + a + b + end, Frame{boundary, "<root>"}, []string{"cid:a@x", "cid:http%3A%2F%2Ftempuri.org%2F1%2F2"}, `["AAA\r\n--uuid" ""]`},
		"no start":                   {root + a + end, Frame{boundary, ""}, []string{"cid:a%40x"}, `["AAA\r\n--uuid"]`},
		"start without brackets":     {a + root + end, Frame{boundary, "root"}, []string{"CID:a@x"}, `["AAA\r\n--uuid"]`},
		"reversed":                   {b + a + root + end, Frame{boundary, "<root>"}, []string{"cid:a@x", "cid:http://tempuri.org/1/2"}, `["AAA\r\n--uuid" ""]`},
		"asked for in another order": {root + a + b + end, Frame{boundary, "<root>"}, []string{"cid:http://tempuri.org/1/2", "cid:a@x"}, `["" "AAA\r\n--uuid"]`},
		"unreferenced part":          {root + a + b + end, Frame{boundary, "<root>"}, []string{"cid:http://tempuri.org/1/2"}, `[""]`},
		"preamble and epilogue":      {"ignored\r\n" + root + end + "ignored", Frame{boundary, "<root>"}, nil, `[]`},
		"root without Content-ID":    {"--" + boundary + "\r\n" + xopHeaders + "\r\n<x/>\r\n" + a + end, Frame{boundary, ""}, []string{"cid:a@x"}, `["AAA\r\n--uuid"]`},
		"no headers at all":          {"--" + boundary + "\r\n\r\n<x/>\r\n" + end, Frame{boundary, ""}, nil, `[]`},
	} {
		got, parts, err := read(c.message, c.frame, Limits{}, c.hrefs...)
		if s := fmt.Sprintf("%q", parts); err != nil || got != "<x/>" || s != c.want {
			t.Errorf("%s: %q, %s, %v", name, got, s, err)
		}
	}
}

// TestRefusals: rows 43 and 44 of the attacks, as far as the frame goes.
func TestRefusals(t *testing.T) {
	root, a := part("root", xopHeaders, "<x/>"), part("a", binaryHeaders, "AAA")
	f := Frame{boundary, "<root>"}
	for name, c := range map[string]struct {
		message string
		frame   Frame
		limits  Limits
		hrefs   []string
		want    string
		large   bool
	}{
		"no boundary":            {root + end, Frame{"", ""}, Limits{}, nil, "names no boundary", false},
		"long boundary":          {root + end, Frame{strings.Repeat("b", 71), ""}, Limits{}, nil, "boundary is not one", false},
		"boundary with a break":  {root + end, Frame{"b\r\nX: y", ""}, Limits{}, nil, "boundary is not one", false},
		"start leads nowhere":    {root + a + end, Frame{boundary, "<other>"}, Limits{}, nil, "no root part", false},
		"empty":                  {"", f, Limits{}, nil, "ends before", false},
		"no parts":               {end, f, Limits{}, nil, "no root part", false},
		"truncated in root":      {root[:len(root)-4], f, Limits{}, nil, "ends before", false},
		"truncated in part":      {root + a[:len(a)-2], f, Limits{}, []string{"cid:a"}, "ends before", false},
		"no last boundary":       {root + a, f, Limits{}, []string{"cid:a"}, "ends before", false},
		"part missing":           {root + end, f, Limits{}, []string{"cid:a"}, "does not have", false},
		"part twice":             {root + a + end, f, Limits{}, []string{"cid:a", "cid:a"}, "two references", false},
		"root as content":        {root + a + end, f, Limits{}, []string{"cid:root"}, "two references", false},
		"http reference":         {root + a + end, f, Limits{}, []string{"http://example.org/a"}, "cid: URL", false},
		"file reference":         {root + a + end, f, Limits{}, []string{"file:///etc/passwd"}, "cid: URL", false},
		"empty reference":        {root + a + end, f, Limits{}, []string{""}, "cid: URL", false},
		"one Content-ID twice":   {root + a + a + end, f, Limits{}, []string{"cid:a"}, "one Content-ID", false},
		"one twice, unasked":     {root + a + part("b", "", "") + part("b", "", "") + end, f, Limits{}, []string{"cid:a"}, "one Content-ID", false},
		"base64 part":            {root + part("a", "Content-Transfer-Encoding: base64\r\n", "QUFB") + end, f, Limits{}, []string{"cid:a"}, "Content-Transfer-Encoding", false},
		"quoted-printable root":  {part("root", "Content-Transfer-Encoding: quoted-printable\r\n", "<x/>") + end, f, Limits{}, nil, "Content-Transfer-Encoding", false},
		"nested multipart":       {root + part("a", "Content-Type: multipart/mixed; boundary=b\r\n", "") + end, f, Limits{}, []string{"cid:a"}, "message of its own", false},
		"two Content-Types":      {part("root", "Content-Type: a/b\r\nContent-Type: c/d\r\n", "") + end, f, Limits{}, nil, "two headers", false},
		"many parts":             {root + part("b", "", "") + a + end, f, Limits{Parts: 2}, []string{"cid:a"}, "more than 2 parts", true},
		"long headers":           {part("root", "X: "+strings.Repeat("x", 40<<10)+"\r\n", "") + end, f, Limits{}, nil, "headers have more", true},
		"many headers":           {part("root", strings.Repeat("X: y\r\n", 10<<10), "") + end, f, Limits{}, nil, "headers have more", true},
		"long part before":       {a + root + end, f, Limits{Spool: 2}, nil, "more than 2 bytes", true},
		"nameless part":          {"--" + boundary + "\r\n\r\nAAA\r\n" + root + end, f, Limits{}, nil, "without a Content-ID", false},
		"not multipart":          {"<x/>", f, Limits{}, nil, "ends before", false},
		"headers without colons": {"--" + boundary + "\r\nnonsense\r\n\r\n" + end, f, Limits{}, nil, "not written as multipart", false},
	} {
		_, _, err := read(c.message, c.frame, c.limits, c.hrefs...)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Msg, c.want) || e.TooLarge != c.large {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEveryTruncation: wherever a message is cut off before its last boundary has
// ended, it is refused: what came may be half of what was sent.
func TestEveryTruncation(t *testing.T) {
	whole := part("root", xopHeaders, "<x/>") + part("a", binaryHeaders, "AAA\r\n--uuid") + part("unasked", "X: y\r\n", "BBB") + end
	for name, lineEnd := range map[string]string{"as it should be": "\r\n", "line feeds alone": "\n"} {
		message := strings.ReplaceAll(whole, "\r\n", lineEnd)
		last := len(message) - len(lineEnd)
		for n := range message {
			_, _, err := read(message[:n], Frame{boundary, "<root>"}, Limits{}, "cid:a")
			var e *Error
			if n == last && err != nil {
				t.Errorf("%s: %d bytes, with the last boundary: %v", name, n, err)
			}
			if n < last && (!errors.As(err, &e) || e.TooLarge) {
				t.Errorf("%s: cut off behind %q: %v", name, message[max(0, n-20):n], err)
			}
		}
	}
}

// TestConnection: what breaks the connection is not called the message's fault.
func TestConnection(t *testing.T) {
	broken := errors.New("connection reset")
	for _, n := range []int{10, 100, 200} {
		message := part("root", xopHeaders, "<x/>") + part("a", binaryHeaders, strings.Repeat("A", 1000))
		r, err := NewReader(io.MultiReader(strings.NewReader(message[:n]), iotest.ErrReader(broken)), Frame{boundary, ""}, Limits{}, "")
		if err != nil {
			t.Fatal(err)
		}
		_, content, err := r.Root(Frame{})
		if err == nil {
			_, err = io.Copy(io.Discard, content)
		}
		if err == nil {
			err = r.Finish()
		}
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

// TestNothingStays: what was put aside is gone when the reader is closed, and
// has no name before.
func TestNothingStays(t *testing.T) {
	dir := t.TempDir()
	f := Frame{boundary, "<root>"}
	r, err := NewReader(strings.NewReader(part("a", binaryHeaders, "AAA")+part("root", xopHeaders, "<x/>")+end), f, Limits{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Root(f); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// TestNoRoom: that a part cannot be kept is not the message's fault.
func TestNoRoom(t *testing.T) {
	f := Frame{boundary, "<root>"}
	message := part("a", binaryHeaders, "AAA") + part("root", xopHeaders, "<x/>") + end
	closed, err := os.Open(os.DevNull) // for reading only
	if err != nil {
		t.Fatal(err)
	}
	for name, spool := range map[string]spool{
		"no directory": {dir: t.TempDir() + "/gone", most: 100},
		"no writing":   {file: closed, unnamed: true, most: 100},
	} {
		r, err := NewReader(strings.NewReader(message), f, Limits{}, "")
		if err != nil {
			t.Fatal(err)
		}
		r.spool = spool
		_, _, err = r.Root(f)
		var e *SpoolError
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
		r.Close()
	}
}

// FuzzReader: any bytes end in bounded time, in an error of ours or none.
func FuzzReader(f *testing.F) {
	root, a := part("root", xopHeaders, "<x/>"), part("a", binaryHeaders, "AAA")
	f.Add(root+a+end, boundary, "<root>", "cid:a")
	f.Add(a+root+end, boundary, "root", "cid:%61")
	f.Add("--\r\n\r\n----", "", "", "cid:")
	f.Fuzz(func(t *testing.T, message, boundary, start, href string) {
		_, _, err := read(message, Frame{boundary, start}, Limits{Parts: 4, Headers: 1 << 10, Spool: 1 << 12}, href)
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%v", err)
		}
	})
}
