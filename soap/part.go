package soap

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	"overgang/soap/codec"
	"overgang/soap/mtom"
)

// rootID is the Content-ID of the envelopes of packages.
const rootID = "envelope@overgang"

// answerPart sends an answer whose content travels in a part of its own, as it
// is read. The envelope is in x.out.
func (x *exchange) answerPart(part *codec.Part) error {
	e := mtom.Envelope{
		Media: mediaTypes[x.version], Boundary: "uuid:" + x.server.options.NewID() + "+id=1",
		RootID: rootID, PartID: codec.PartID, XML: x.out,
	}
	head, tail := e.AppendHead(nil), e.AppendTail(nil)
	h := x.w.Header()
	h["Content-Type"] = []string{e.ContentType()}
	h["Content-Length"] = []string{strconv.FormatInt(int64(len(head))+part.Size+int64(len(tail)), 10)}
	h["Mime-Version"] = []string{"1.0"}
	x.answered = true
	x.record.Outcome, x.record.Status = Answered, http.StatusOK
	x.w.WriteHeader(http.StatusOK)
	content := &checked{r: part.Content, left: part.Size}
	if err := x.sendPart(head, content, tail, part.Sent); err != nil {
		// Half an answer must not look like a whole one.
		x.record.Err, x.record.Server = err, content.failed
		x.broken = true
		panic(http.ErrAbortHandler)
	}
	return nil
}

// sendPart writes the message, and tells that the content was sent before its last
// boundary goes out: the client, which has it all then, may act on it at once.
func (x *exchange) sendPart(head []byte, content *checked, tail []byte, tell func() error) error {
	n, err := x.w.Write(head)
	x.record.Out += int64(n)
	if err != nil {
		return err
	}
	sent, err := io.Copy(x.w, content)
	x.record.Out += sent
	if err != nil {
		return err
	}
	if tell != nil {
		x.record.Err = tell()
	}
	n, err = x.w.Write(tail)
	x.record.Out += int64(n)
	return err
}

// checked is content of a length that was promised.
type checked struct {
	r      io.Reader
	left   int64
	failed bool // it, not the client, is why the answer broke off
}

// Read implements io.Reader.
func (c *checked) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if err == io.EOF && c.left > 0 {
		err = fmt.Errorf("soap: the content of an answer lacks %d bytes", c.left)
	}
	if err != nil && err != io.EOF {
		c.failed = true
	}
	return n, err
}

var mediaTypes = map[Version]string{V11: "text/xml", V12: "application/soap+xml"}
