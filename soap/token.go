package soap

import (
	"net/http"

	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

// maxTokenRequest bounds the body of a token request, in bytes. Clients send
// about two thousand.
const maxTokenRequest = 64 << 10

// tokenRequest reads the Body's element, whose Start is the current token, of a
// token request.
func (x *exchange) tokenRequest(name xmltok.Name) error {
	if x.action != "" && x.action != x.kind.Action() {
		return x.mismatch("action parameter of the Content-Type", x.action, x.kind.Action())
	}
	if name != wssc.RequestName {
		return x.mismatch("Action header", x.address.action, "which is not a token request")
	}
	start, depth := x.reader.Offset(), x.reader.Depth()
	for x.reader.Depth() >= depth {
		if _, err := x.reader.Next(); err != nil {
			return err
		}
		if x.reader.Offset()-start > maxTokenRequest {
			return insecure(&wss.Error{Code: wssc.InvalidRequest, Reason: "a token request that is too long"})
		}
	}
	body, err := x.recorded("Body")
	if err != nil {
		return err
	}
	for n := range body.Elements() {
		x.asked = n
	}
	return nil
}

// answerToken answers the token request that was read.
func (x *exchange) answerToken() error {
	caller := wssc.Caller{Context: x.verified.Context}
	if x.verified.Certificate != nil {
		caller.Certificate = x.call.Certificate
	}
	r, err := x.endpoint.guard.tokens.Answer(x.r.Context(), x.kind, x.asked, caller)
	if err != nil {
		return insecure(err)
	}
	out := append(x.out[:0], envelopeOpen[x.version]...)
	out = x.appendHeader(out, x.kind.AnswerAction())
	out = r.Append(append(out, bodyOpen...))
	x.out = append(out, bodyClose...)
	x.record.Outcome = Answered
	x.send(http.StatusOK, contentTypes[x.version])
	// It held a secret.
	clear(x.out)
	return nil
}
