package mtom

// Envelope is the root part of an answer, and the one part that it refers to.
type Envelope struct {
	Media    string // of the envelope: "text/xml" or "application/soap+xml"
	Boundary string // at most 70 characters of RFC 2046, not in the content
	RootID   string // the root's Content-ID, without brackets
	PartID   string // the content's
	XML      []byte // the envelope
}

// ContentType of the message, with its parameters as WCF wrote them.
func (e Envelope) ContentType() string {
	return `multipart/related; type="application/xop+xml";start="<` + e.RootID + `>";boundary="` + e.Boundary + `";start-info="` + e.Media + `"`
}

// AppendHead appends everything that stands in front of the content.
func (e Envelope) AppendHead(to []byte) []byte {
	to = append(to, "--"+e.Boundary+"\r\nContent-ID: <"+e.RootID+">\r\nContent-Transfer-Encoding: 8bit\r\n"+
		`Content-Type: application/xop+xml;charset=utf-8;type="`+e.Media+"\"\r\n\r\n"...)
	to = append(to, e.XML...)
	return append(to, "\r\n--"+e.Boundary+"\r\nContent-ID: <"+e.PartID+">\r\nContent-Transfer-Encoding: binary\r\n"+
		"Content-Type: application/octet-stream\r\n\r\n"...)
}

// AppendTail appends everything that stands behind the content.
func (e Envelope) AppendTail(to []byte) []byte {
	return append(to, "\r\n--"+e.Boundary+"--\r\n"...)
}

// AppendInclude appends the element that stands for the content in the envelope
// (XOP 1.0 §2.1).
func (e Envelope) AppendInclude(to []byte) []byte {
	return append(to, `<xop:Include xmlns:xop="`+Space+`" href="cid:`+e.PartID+`"/>`...)
}

// Space is the namespace of xop:Include.
const Space = "http://www.w3.org/2004/08/xop/include"
