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
	defer part.Content.Close()
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
	if err := x.sendPart(head, part, tail); err != nil {
		// Half an answer must not look like a whole one.
		x.record.Err = err
		x.broken = true
		panic(http.ErrAbortHandler)
	}
	if part.Sent != nil {
		x.record.Err = part.Sent()
	}
	return nil
}

func (x *exchange) sendPart(head []byte, part *codec.Part, tail []byte) error {
	n, err := x.w.Write(head)
	x.record.Out += int64(n)
	if err != nil {
		return err
	}
	sent, err := io.Copy(x.w, io.LimitReader(part.Content, part.Size))
	x.record.Out += sent
	switch {
	case err != nil:
		return err
	case sent != part.Size:
		return fmt.Errorf("soap: the content of an answer has %d bytes instead of %d", sent, part.Size)
	}
	n, err = x.w.Write(tail)
	x.record.Out += int64(n)
	return err
}

var mediaTypes = map[Version]string{V11: "text/xml", V12: "application/soap+xml"}
