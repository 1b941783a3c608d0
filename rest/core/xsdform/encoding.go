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
const declarationSize = 256

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// decoded reads a document as UTF-8. ISO-8859-1 and its superset
// windows-1252 are transcoded and the declaration is rewritten; any other
// encoding than UTF-8 and US-ASCII is an error.
func decoded(r io.Reader) (io.Reader, error) {
	br := bufio.NewReaderSize(r, 4096)
	head, err := br.Peek(declarationSize)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return nil, err
	}
	declaration, encoding := declared(head)
	switch strings.ToLower(encoding) {
	case "", "utf-8", "us-ascii":
		return br, nil
	case "iso-8859-1", "iso_8859-1", "latin1":
		return transcoded(br, declaration, charmap.ISO8859_1)
	case "windows-1252", "iso-8859-15":
		if strings.EqualFold(encoding, "iso-8859-15") {
			return transcoded(br, declaration, charmap.ISO8859_15)
		}
		return transcoded(br, declaration, charmap.Windows1252)
	}
	return nil, fmt.Errorf("encoding %.40q is not supported: use UTF-8 or ISO-8859-1", encoding)
}

// transcoded drops the declaration, whose encoding no longer holds. It pads
// with the line breaks the declaration had, so that line numbers stay right.
func transcoded(br *bufio.Reader, declaration int, cm *charmap.Charmap) (io.Reader, error) {
	head := make([]byte, declaration)
	if _, err := io.ReadFull(br, head); err != nil {
		return nil, err
	}
	lines := strings.Repeat("\n", bytes.Count(head, []byte("\n")))
	return io.MultiReader(strings.NewReader(lines), cm.NewDecoder().Reader(br)), nil
}

// declared finds the XML declaration's length and its encoding.
func declared(head []byte) (length int, encoding string) {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
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
