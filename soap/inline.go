package soap

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"overgang/soap/codec"
)

// answerInline sends an answer whose content stands in the envelope, as it is
// read. The envelope, with marks, is in x.out.
func (x *exchange) answerInline(list []*codec.Inline) error {
	pieces := bytes.Split(x.out, []byte{codec.InlineMark})
	if len(pieces) != len(list)+1 {
		return &opError{fmt.Errorf("soap: an answer has %d places for %d contents", len(pieces)-1, len(list))}
	}
	length := int64(len(x.out) - len(list))
	for _, c := range list {
		length += (c.Size + 2) / 3 * 4
	}
	h := x.w.Header()
	h["Content-Type"] = contentTypes[x.version]
	h["Content-Length"] = []string{strconv.FormatInt(length, 10)}
	x.answered = true
	x.record.Outcome, x.record.Status = Answered, http.StatusOK
	x.w.WriteHeader(http.StatusOK)
	if err := x.sendInline(pieces, list); err != nil {
		// Half an answer must not look like a whole one.
		x.record.Err = err
		x.broken = true
		panic(http.ErrAbortHandler)
	}
	x.record.Out += length
	return nil
}

func (x *exchange) sendInline(pieces [][]byte, list []*codec.Inline) error {
	w := bufio.NewWriterSize(x.w, 32<<10)
	for i, c := range list {
		if _, err := w.Write(pieces[i]); err != nil {
			return err
		}
		if err := writeBase64(w, c); err != nil {
			return err
		}
	}
	if _, err := w.Write(pieces[len(list)]); err != nil {
		return err
	}
	return w.Flush()
}

// writeBase64 writes a content, and holds it to its size.
func writeBase64(w io.Writer, c *codec.Inline) error {
	content, err := c.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	e := base64.NewEncoder(base64.StdEncoding, w)
	n, err := io.Copy(e, io.LimitReader(content, c.Size))
	switch {
	case err != nil:
		return err
	case n != c.Size:
		return fmt.Errorf("soap: the content of an answer has %d bytes instead of %d", n, c.Size)
	}
	return e.Close()
}
