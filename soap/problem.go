package soap

import "overgang/soap/codec"

// problem is what an addressing fault says of its cause, WS-Addressing 1.0 SOAP
// Binding §6.3. At most one of its fields is set.
type problem struct {
	header string // local name of the header
	iri    string // an address that cannot be reached
	action string // an action that is unknown or another than the message's
}

// longestProblem bounds what is repeated of a request, in bytes.
const longestProblem = 2048

// appendProblem appends the fault's detail element; nothing for the zero
// problem and for what is too long to repeat.
func (p problem) append(out []byte) []byte {
	const open = ` xmlns:a="` + addressingSpace + `">`
	switch {
	case p.header != "":
		out = append(out, `<a:ProblemHeaderQName`+open+`a:`...)
		out = codec.AppendEscaped(out, p.header)
		return append(out, `</a:ProblemHeaderQName>`...)
	case p.iri != "" && len(p.iri) <= longestProblem:
		out = append(out, `<a:ProblemIRI`+open...)
		out = codec.AppendEscaped(out, p.iri)
		return append(out, `</a:ProblemIRI>`...)
	case p.action != "" && len(p.action) <= longestProblem:
		out = append(out, `<a:ProblemAction`+open+`<a:Action>`...)
		out = codec.AppendEscaped(out, p.action)
		return append(out, `</a:Action></a:ProblemAction>`...)
	}
	return out
}
