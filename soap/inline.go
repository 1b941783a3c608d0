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
// read. The envelope, with marks, is in x.out. The first content is opened before
// anything is sent: where the store is down, a fault can say so.
func (x *exchange) answerInline(list []*codec.Inline) error {
	pieces := bytes.Split(x.out, []byte{codec.InlineMark})
	if len(pieces) != len(list)+1 {
		return &opError{fmt.Errorf("soap: an answer has %d places for %d contents", len(pieces)-1, len(list))}
	}
	length := int64(len(x.out) - len(list))
	for _, c := range list {
		length += (c.Size + 2) / 3 * 4
	}
	first, err := list[0].Open()
	if err != nil {
		return err
	}
	h := x.w.Header()
	h["Content-Type"] = contentTypes[x.version]
	h["Content-Length"] = []string{strconv.FormatInt(length, 10)}
	x.answered = true
	x.record.Outcome, x.record.Status = Answered, http.StatusOK
	x.w.WriteHeader(http.StatusOK)
	if err := x.sendInline(pieces, list, first); err != nil {
		// Half an answer must not look like a whole one.
		x.record.Err = err
		x.broken = true
		panic(http.ErrAbortHandler)
	}
	x.record.Out += length
	return nil
}

// sendInline writes the pieces with the contents between them, of which the first
// is open.
func (x *exchange) sendInline(pieces [][]byte, list []*codec.Inline, content io.ReadCloser) error {
	w := bufio.NewWriterSize(x.w, 32<<10)
	for i, c := range list {
		if i > 0 {
			var err error
			if content, err = c.Open(); err != nil {
				x.record.Server = true
				return err
			}
		}
		if err := x.sendContent(w, pieces[i], content, c.Size); err != nil {
			return err
		}
	}
	if _, err := w.Write(pieces[len(list)]); err != nil {
		return err
	}
	return w.Flush()
}

// sendContent writes a piece and the content behind it, which is held to its size
// and closed.
func (x *exchange) sendContent(w io.Writer, piece []byte, content io.ReadCloser, size int64) error {
	defer content.Close()
	if _, err := w.Write(piece); err != nil {
		return err
	}
	e, r := base64.NewEncoder(base64.StdEncoding, w), &checked{r: content, left: size}
	if _, err := io.Copy(e, r); err != nil {
		x.record.Server = r.failed
		return err
	}
	return e.Close()
}
