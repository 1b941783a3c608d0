package soap

import (
	"io"
	"net/http"
	"strings"
	"time"

	"overgang/soap/mtom"
)

// acceptPackage takes note of a body in parts (MTOM, SOAP 1.1 binding for MTOM
// 1.0), which streamed endpoints take beside plain envelopes. How the envelope
// is written is said by its part.
func (x *exchange) acceptPackage(c contentType) error {
	// Some clients leave type out, or name the envelope's.
	switch strings.ToLower(c.typ) {
	case "", xopMedia, "text/xml", "application/soap+xml":
	default:
		return unsupported("The type of a multipart request must be " + xopMedia + ".")
	}
	if c.boundary == "" {
		return unsupported("The Content-Type names no boundary.")
	}
	x.frame = mtom.Frame{Boundary: c.boundary, Start: c.start}
	return x.sayAction("action of the multipart Content-Type", c.action)
}

const xopMedia = "application/xop+xml"

// envelopeStart bounds what stands in front of an envelope's header, in bytes.
const envelopeStart = 256 << 10

// openBody prepares the reading of the body: of the envelope, whether it is alone
// or the root of a package.
func (x *exchange) openBody() error {
	limits, record := &x.server.limits, int(x.server.limits.Header)+envelopeStart+maxTokenRequest
	if x.frame.Boundary == "" {
		limit := limits.Message
		if x.endpoint.MTOM { // content inline is a third longer
			limit = max(limit, limits.Package/3*4+limits.Message)
		}
		if x.r.ContentLength > limit {
			return tooLarge()
		}
		x.source.reset(x.r.Body, limit, record)
		return nil
	}
	if x.r.ContentLength > limits.Package {
		return tooLarge()
	}
	x.outer.reset(x.r.Body, limits.Package, 0)
	var err error
	x.parts, err = mtom.NewReader(&x.outer, x.frame, mtom.Limits{Parts: limits.Parts, Spool: limits.Spool}, x.server.options.TempDir)
	if err != nil {
		return err
	}
	mediaType, root, err := x.parts.Root(x.frame)
	if err != nil {
		return err
	}
	x.source.reset(root, limits.Message, record)
	return x.acceptRoot(mediaType)
}

// acceptRoot reads the Content-Type of the root part: application/xop+xml with
// the envelope's own as type, in which SOAP 1.2 may have its action.
func (x *exchange) acceptRoot(mediaType string) error {
	c, ok := parseContentType(mediaType)
	if !ok || c.media != xopMedia {
		return unsupported("The Content-Type of the root part must be " + xopMedia + ".")
	}
	inner, _ := parseContentType(c.typ)
	switch inner.media {
	case "text/xml":
		x.media = V11
	case "application/soap+xml":
		x.media = V12
	case "":
		x.media = 0 // whichever it is
	default:
		return unsupported("The type of the root part must be the Content-Type of an envelope, as " + x.endpoint.version.ContentType() + ".")
	}
	if err := acceptCharset(c.charset); err != nil {
		return err
	}
	if err := x.sayAction("action of the root part", c.action); err != nil {
		return err
	}
	return x.sayAction("action of the root part's type", inner.action)
}

// sayAction takes note of an action that the transport names; all must agree.
func (x *exchange) sayAction(where, action string) error {
	switch {
	case action == "":
	case x.action == "":
		x.action = action
	case x.action != action:
		return x.mismatch(where, action, x.action)
	}
	return nil
}

// wire is what comes over the connection.
func (x *exchange) wire() *source {
	if x.outer.r != nil {
		return &x.outer
	}
	return &x.source
}

// copyBuffer is how much of a part is handed on at once.
const copyBuffer = 64 << 10

// takeParts writes the parts that the body refers to, to their fields, and
// reads to the message's end. The envelope was read.
func (x *exchange) takeParts() error {
	if x.parts == nil {
		return nil
	}
	for _, a := range x.dec.Apart() {
		part, err := x.parts.Part(a.Href)
		if err != nil {
			return err
		}
		if x.copied == nil {
			x.copied = make([]byte, copyBuffer)
		}
		if err := copyPart(a.To, part, x.copied); err != nil {
			return err
		}
		if err := a.To.Sink.Settle(); err != nil {
			return err
		}
	}
	return x.parts.Finish()
}

// copyPart hands pieces on that are as large as the buffer, though the parser
// gives small ones.
func copyPart(to io.Writer, part io.Reader, buffer []byte) error {
	for {
		n, err := io.ReadFull(part, buffer)
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return err
			}
		}
		switch {
		case err == nil:
		case err == io.EOF, err == io.ErrUnexpectedEOF: // ReadFull's own: the parts' are mtom.Errors
			return nil
		default:
			return err
		}
	}
}

// explainPackage is the refusal of a message that is no good package.
func explainPackage(e *mtom.Error) *refusal {
	status := http.StatusBadRequest
	if e.TooLarge {
		status = http.StatusRequestEntityTooLarge
	}
	return &refusal{status: status, text: "The request cannot be read: " + e.Msg + ".", close: true, err: e}
}

// noRoom is the refusal of a package of which a part cannot be kept.
func noRoom(e *mtom.SpoolError) *refusal {
	return &refusal{status: http.StatusServiceUnavailable, text: "The request's parts cannot be kept at the moment. Nothing was stored. Try again later.",
		close: true, retry: time.Minute, err: e}
}

func unsupported(text string) *refusal {
	return &refusal{status: http.StatusUnsupportedMediaType, text: text}
}
