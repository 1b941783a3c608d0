package xsdform

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// declarationSize bounds the XML declaration (XML 1.0 §2.8) that is looked at.
// What is read beyond it is not copied on its way.
const declarationSize = 256

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// decoded reads a document as UTF-8. ISO-8859-1 and its superset
// windows-1252 are transcoded; any other encoding than UTF-8 and US-ASCII is an
// error.
func decoded(r io.Reader) (io.Reader, error) {
	br := bufio.NewReaderSize(r, declarationSize)
	declaration, encoding, err := peek(br)
	if err != nil {
		return nil, err
	}
	if compatible(encoding) {
		return br, nil
	}
	switch strings.ToLower(encoding) {
	case "iso-8859-1", "iso_8859-1", "latin1":
		return transcoded(br, declaration, charmap.ISO8859_1)
	case "iso-8859-15":
		return transcoded(br, declaration, charmap.ISO8859_15)
	case "windows-1252":
		return transcoded(br, declaration, charmap.Windows1252)
	}
	return nil, fmt.Errorf("encoding %.40q is not supported: use UTF-8 or ISO-8859-1", encoding)
}

// compatible says that a declared encoding is UTF-8 or a part of it.
func compatible(encoding string) bool {
	return encoding == "" || strings.EqualFold(encoding, "utf-8") || strings.EqualFold(encoding, "us-ascii")
}

// Characters reads a document whose bytes are known to be UTF-8, because they
// came as characters of a message or under a charset that says so: what its
// own declaration names does not count (RFC 7303 §3, XML 1.0 §4.3.3).
func Characters(document io.Reader) (io.Reader, error) {
	br := bufio.NewReaderSize(document, declarationSize)
	declaration, encoding, err := peek(br)
	if err != nil || compatible(encoding) {
		return br, err
	}
	return withoutDeclaration(br, declaration)
}

// Misdeclared says whether a document of characters declares another encoding
// than the UTF-8 that its bytes are in, as what .NET writes into a string does.
func Misdeclared(document io.Reader) (bool, error) {
	_, encoding, err := peek(bufio.NewReaderSize(document, declarationSize))
	return !compatible(encoding), err
}

// transcoded drops the declaration, whose encoding no longer holds.
func transcoded(br *bufio.Reader, declaration int, cm *charmap.Charmap) (io.Reader, error) {
	rest, err := withoutDeclaration(br, declaration)
	if err != nil {
		return nil, err
	}
	return cm.NewDecoder().Reader(rest), nil
}

// withoutDeclaration drops the declaration. It pads with the line breaks that
// it had, so that line numbers stay right.
func withoutDeclaration(br *bufio.Reader, declaration int) (io.Reader, error) {
	head := make([]byte, declaration)
	if _, err := io.ReadFull(br, head); err != nil {
		return nil, err
	}
	lines := strings.Repeat("\n", bytes.Count(head, []byte("\n")))
	return io.MultiReader(strings.NewReader(lines), br), nil
}

// peek finds the declaration of a document, reading nothing away.
func peek(document *bufio.Reader) (length int, encoding string, err error) {
	head, err := document.Peek(declarationSize)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return 0, "", err
	}
	length, encoding = declared(head)
	return length, encoding, nil
}

// declared finds the XML declaration's length and its encoding.
func declared(head []byte) (length int, encoding string) {
	if after, ok := bytes.CutPrefix(head, []byte("<?xml")); !ok || len(after) == 0 || !strings.ContainsRune(" \t\r\n", rune(after[0])) {
		return 0, ""
	}
	end := bytes.Index(head, []byte("?>"))
	if end < 0 {
		return 0, ""
	}
	length = end + len("?>")
	_, after, ok := bytes.Cut(head[:end], []byte("encoding"))
	if !ok {
		return length, ""
	}
	after = bytes.TrimLeft(after, " \t\r\n")
	if len(after) == 0 || after[0] != '=' {
		return length, ""
	}
	after = bytes.TrimLeft(after[1:], " \t\r\n")
	if len(after) == 0 || (after[0] != '"' && after[0] != '\'') {
		return length, ""
	}
	value, _, ok := bytes.Cut(after[1:], after[:1])
	if !ok {
		return length, ""
	}
	return length, string(value)
}

// wellKnownEncoding checks a schema's encoding before it is compiled.
func wellKnownEncoding(document []byte) error {
	_, err := decoded(bytesReader(document))
	return err
}

// UTF8 reads a form's document as UTF-8, whichever of the accepted encodings
// it declares. What is wrong with the encoding is an error that may be shown.
func UTF8(document io.Reader) (io.Reader, error) { return decoded(document) }
