package soap

import (
	"net/http"
	"strconv"

	"overgang/soap/codec"
)

// The fixed parts of answers.
var (
	envelopeOpen = map[Version]string{
		V11: `<s:Envelope xmlns:s="` + NS11 + `">`,
		V12: `<s:Envelope xmlns:s="` + NS12 + `">`,
	}
	contentTypes = map[Version][]string{V11: {V11.ContentType()}, V12: {V12.ContentType()}}
	textPlain    = []string{"text/plain; charset=utf-8"}
	noSniff      = []string{"nosniff"}
)

const bodyOpen, bodyClose = `<s:Body>`, `</s:Body></s:Envelope>`

// answer sends an operation's response, and closes what it has open. An error
// before the first byte is the caller's to turn into a fault.
func (x *exchange) answer(response any) error {
	part := x.op.response.Part(response)
	if part != nil {
		defer part.Content.Close()
	}
	out := append(x.out[:0], envelopeOpen[x.version]...)
	out = x.appendHeader(out, x.op.ReplyAction)
	out = append(out, bodyOpen...)
	out, err := x.op.response.Append(out, response)
	x.out = out
	if err != nil {
		return &opError{err}
	}
	x.out = append(out, bodyClose...)
	if part != nil {
		return x.answerPart(part)
	}
	if list := x.op.response.Inlines(response); len(list) > 0 {
		return x.answerInline(list)
	}
	x.record.Outcome = Answered
	x.send(http.StatusOK, contentTypes[x.version])
	return nil
}

const headerOpen, headerClose = `<s:Header>`, `</s:Header>`

// appendHeader appends the Header of an answer; nothing if there is nothing to
// put into it.
func (x *exchange) appendHeader(out []byte, action string) []byte {
	out = append(out, headerOpen...)
	from := len(out)
	out = x.appendSecurity(x.appendAddressing(out, action))
	return closeHeader(out, from)
}

// closeHeader ends a Header whose blocks begin at from, or takes it back.
func closeHeader(out []byte, from int) []byte {
	if len(out) == from {
		return out[:from-len(headerOpen)]
	}
	return append(out, headerClose...)
}

// appendAddressing appends the blocks of an answer to a message that used
// WS-Addressing, in the order and with the attribute that WCF wrote.
func (x *exchange) appendAddressing(out []byte, action string) []byte {
	if !x.address.sent {
		return out
	}
	out = append(out, `<a:Action xmlns:a="`+addressingSpace+`"`...)
	if x.version == V12 {
		out = append(out, ` s:mustUnderstand="1"`...)
	}
	out = codec.AppendEscaped(append(out, '>'), action)
	out = append(out, `</a:Action>`...)
	if x.address.messageID != "" {
		out = append(out, `<a:RelatesTo xmlns:a="`+addressingSpace+`">`...)
		out = codec.AppendEscaped(out, x.address.messageID)
		out = append(out, `</a:RelatesTo>`...)
	}
	return out
}

// send writes x.out with its length.
func (x *exchange) send(status int, contentType []string) {
	h := x.w.Header()
	h["Content-Type"] = contentType
	h["Content-Length"] = []string{strconv.Itoa(len(x.out))}
	x.answered = true
	x.record.Status = status
	x.w.WriteHeader(status)
	if x.r.Method == http.MethodHead {
		return
	}
	n, err := x.w.Write(x.out)
	x.record.Out = int64(n)
	if err != nil && x.record.Err == nil {
		x.record.Err = err
	}
}

// refuse sends a plain status.
func (x *exchange) refuse(r *refusal) {
	h := x.w.Header()
	h["X-Content-Type-Options"] = noSniff
	if r.close {
		h.Set("Connection", "close")
	}
	if r.retry > 0 {
		h.Set("Retry-After", retryAfter(r.retry))
	}
	x.record.Outcome, x.record.Reason, x.record.Err = Refused, r.text, r.err
	x.record.Server = x.record.Server || r.status >= http.StatusInternalServerError
	x.out = append(append(x.out[:0], r.text...), '\n')
	x.send(r.status, textPlain)
}
