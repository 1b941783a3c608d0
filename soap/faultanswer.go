package soap

import (
	"net/http"

	"overgang/soap/codec"
	"overgang/soap/wss"
)

// ownFaultCodes are the namespaces whose specifications make the subcode the
// faultcode of SOAP 1.1: WS-Addressing 1.0 SOAP Binding §6, WSS SOAP Message
// Security §12.
var ownFaultCodes = map[string]bool{
	addressingSpace:   true,
	wss.SecuritySpace: true,
}

// fault sends a fault in the answer's version.
func (x *exchange) fault(f *Fault) {
	h := x.w.Header()
	if f.RetryAfter > 0 {
		h.Set("Retry-After", retryAfter(f.RetryAfter))
	}
	x.record.Outcome, x.record.Reason, x.record.Err, x.record.Denied = Faulted, f.Reason, f.Err, f.denied
	x.record.Server = x.record.Server || f.Blame == Receiver || f.Ours
	out := append(x.out[:0], envelopeOpen[x.version]...)
	out = x.appendFaultHeader(out, f)
	out = append(append(out, bodyOpen...), `<s:Fault>`...)
	if x.version == V12 {
		out = x.appendFault12(out, f)
	} else {
		out = x.appendFault11(out, f)
	}
	x.out = append(append(out, `</s:Fault>`...), bodyClose...)
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	x.send(status, contentTypes[x.version])
}

// appendFaultHeader appends what a fault says in the header: addressing, the
// versions that are spoken here (SOAP 1.2 part 1 §5.4.7, appendix A), the
// headers that are not understood (§5.4.8), and security, as far as it got.
func (x *exchange) appendFaultHeader(out []byte, f *Fault) []byte {
	out = append(out, headerOpen...)
	from := len(out)
	if f.Blame == VersionMismatch {
		out = append(out, `<u:Upgrade xmlns:u="`+NS12+`"><u:SupportedEnvelope qname="e:Envelope" xmlns:e="`...)
		out = append(append(out, x.endpoint.version.Namespace()...), `"/></u:Upgrade>`...)
		return closeHeader(out, from)
	}
	out = x.appendAddressing(out, x.faultAction(f))
	if f.Blame == MustUnderstand && x.version == V12 {
		for _, n := range f.NotUnderstood {
			out = append(out, `<s:NotUnderstood qname="n:`...)
			out = codec.AppendEscaped(out, n.Local)
			out = append(out, `" xmlns:n="`...)
			out = codec.AppendEscaped(out, n.Space)
			out = append(out, `"/>`...)
		}
	}
	if f.problem != (problem{}) && x.version == V11 && x.address.sent {
		// WS-Addressing 1.0 SOAP Binding §6.2: in SOAP 1.1, details about headers are headers.
		out = append(out, `<a:FaultDetail xmlns:a="`+addressingSpace+`">`...)
		out = append(f.problem.append(out), `</a:FaultDetail>`...)
	}
	return closeHeader(x.appendSecurity(out), from)
}

// faultAction is the Action of a fault (WS-Addressing 1.0 SOAP Binding §6,
// WS-Addressing 1.0 Metadata §4.4.3).
func (x *exchange) faultAction(f *Fault) string {
	switch {
	case len(f.Subcodes) > 0 && f.Subcodes[0].Space == addressingSpace:
		return ownFaultAction
	case f.Detail != nil && x.op != nil && x.op.FaultAction != "":
		return x.op.FaultAction
	}
	return soapFaultAction
}

// appendFault11 appends the children of a SOAP 1.1 Fault (§4.4).
func (x *exchange) appendFault11(out []byte, f *Fault) []byte {
	out = append(out, `<faultcode`...)
	if n := len(f.Subcodes); n > 0 && ownFaultCodes[f.Subcodes[n-1].Space] {
		out = appendQName(out, f.Subcodes[n-1])
	} else {
		code := map[Blame]string{Sender: "Client", Receiver: "Server", VersionMismatch: "VersionMismatch", MustUnderstand: "MustUnderstand"}[f.Blame]
		out = append(append(out, `>s:`...), code...)
	}
	out = append(out, `</faultcode><faultstring xml:lang="`...)
	out = codec.AppendEscaped(out, f.lang())
	out = append(out, `">`...)
	out = codec.AppendEscaped(out, f.Reason)
	out = append(out, `</faultstring>`...)
	return x.appendDetail(out, f, `<detail>`, `</detail>`)
}

// appendFault12 appends the children of a SOAP 1.2 Fault (part 1 §5.4).
func (x *exchange) appendFault12(out []byte, f *Fault) []byte {
	code := map[Blame]string{Sender: "Sender", Receiver: "Receiver", VersionMismatch: "VersionMismatch", MustUnderstand: "MustUnderstand"}[f.Blame]
	out = append(append(append(out, `<s:Code><s:Value>s:`...), code...), `</s:Value>`...)
	for _, c := range f.Subcodes {
		out = append(appendQName(append(out, `<s:Subcode><s:Value`...), c), `</s:Value>`...)
	}
	for range f.Subcodes {
		out = append(out, `</s:Subcode>`...)
	}
	out = append(out, `</s:Code><s:Reason><s:Text xml:lang="`...)
	out = codec.AppendEscaped(out, f.lang())
	out = append(out, `">`...)
	out = codec.AppendEscaped(out, f.Reason)
	out = append(out, `</s:Text></s:Reason>`...)
	return x.appendDetail(out, f, `<s:Detail>`, `</s:Detail>`)
}

// appendQName appends the rest of a start tag, with the name's namespace, and
// the name as text.
func appendQName(out []byte, n QName) []byte {
	prefix := n.Prefix
	if prefix == "" || prefix == "s" {
		prefix = "c"
	}
	out = append(append(append(out, ` xmlns:`...), prefix...), `="`...)
	out = codec.AppendEscaped(out, n.Space)
	out = append(append(append(out, `">`...), prefix...), ':')
	return codec.AppendEscaped(out, n.Local)
}

// appendDetail appends the operation's declared fault element, or what
// WS-Addressing says of the cause. A detail that cannot be encoded is left out and told in the record.
func (x *exchange) appendDetail(out []byte, f *Fault, open, close string) []byte {
	if f.problem != (problem{}) && x.version == V12 {
		return append(f.problem.append(append(out, open...)), close...)
	}
	if f.Detail == nil || x.op == nil {
		return out
	}
	with, err := x.server.details.appendDetail(append(out, open...), x.op, f.Detail)
	if err != nil {
		x.server.options.Logger.ErrorContext(x.r.Context(), "a fault's detail was left out", "request", x.record.RequestID, "cause", err.Error())
		return out
	}
	return append(with, close...)
}

// lang is the language of the reason.
func (f *Fault) lang() string {
	if f.Lang == "" {
		return "en"
	}
	return f.Lang
}
