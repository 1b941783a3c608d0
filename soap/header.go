package soap

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/beevik/etree"

	"overgang/soap/xmltok"
	"overgang/wsdl"
)

// HeaderProcessor acts on header blocks, as WS-Security does.
type HeaderProcessor interface {
	// Understands says whether blocks of that name are acted on at the endpoint.
	Understands(e *wsdl.Endpoint, name wsdl.Name) bool
	// Process gets all blocks that are addressed to this node and understood,
	// in the order of the message, before the Body is read. They are children
	// of the message's Header in a tree that has the message's own prefixes
	// and declarations, without a Body. An error that is not a [*Fault] goes to
	// Options.FaultFor.
	Process(ctx context.Context, call *Call, blocks []*etree.Element) error
}

// Roles of a SOAP node (SOAP 1.1 §4.2.2, SOAP 1.2 part 1 §2.2).
const (
	actorNext    = "http://schemas.xmlsoap.org/soap/actor/next"
	roleNext     = NS12 + "/role/next"
	roleUltimate = NS12 + "/role/ultimateReceiver"
)

// header reads the Header whose Start is the current token. A tree is made
// only if there is something in it.
func (x *exchange) header() error {
	start, depth := x.reader.Offset(), x.reader.Depth()
	blocks := 0
	for {
		kind, err := x.reader.Next()
		if err != nil {
			return err
		}
		if x.reader.Offset()-start > x.server.limits.Header {
			return &refusal{status: http.StatusBadRequest, close: true,
				text: fmt.Sprintf("The request is refused: a header beyond the limit of %d bytes.", x.server.limits.Header)}
		}
		switch {
		case kind == xmltok.Start:
			blocks++
		case kind == xmltok.End && x.reader.Depth() < depth:
			if blocks == 0 {
				return nil
			}
			tree, err := x.headerTree(x.reader.Offset())
			if err != nil {
				return err
			}
			return x.headers(tree.ChildElements())
		case kind == xmltok.Text && x.reader.Depth() == depth && !onlySpace(x.reader.Text()):
			return sender("The Header holds text.")
		}
	}
}

// headerTree parses what was recorded up to the Header's end. The tokenizer
// found it well-formed, without document type, duplicate attributes and
// undeclared prefixes, which etree would take.
func (x *exchange) headerTree(end int64) (*etree.Element, error) {
	if end > int64(len(x.source.recorded)) {
		return nil, &refusal{status: http.StatusBadRequest, text: "The request is refused: the envelope's start is too long.", close: true}
	}
	raw := bytes.TrimPrefix(x.source.recorded[:end], []byte("\xef\xbb\xbf"))
	open := rootName(raw)
	doc := etree.NewDocument()
	doc.ReadSettings.PreserveDuplicateAttrs = true
	if err := doc.ReadFromBytes([]byte(string(raw) + "</" + open + ">")); err != nil {
		return nil, fmt.Errorf("soap: header: %w", err)
	}
	for _, e := range doc.Root().ChildElements() {
		return e, nil
	}
	return nil, fmt.Errorf("soap: the header is lost")
}

// rootName is the root's name as it was written.
func rootName(raw []byte) string {
	for {
		i := bytes.IndexByte(raw, '<')
		if i < 0 {
			return ""
		}
		raw = raw[i+1:]
		switch {
		case bytes.HasPrefix(raw, []byte("?")):
			raw = raw[bytes.Index(raw, []byte("?>"))+2:]
		case bytes.HasPrefix(raw, []byte("!--")):
			raw = raw[3+bytes.Index(raw[3:], []byte("-->"))+3:]
		default:
			if end := bytes.IndexAny(raw, " \t\r\n/>"); end >= 0 {
				return string(raw[:end])
			}
			return string(raw)
		}
	}
}

// headers sorts the blocks: those for other roles are left alone, those that
// must be understood and are not are a fault, the rest is acted on.
func (x *exchange) headers(blocks []*etree.Element) error {
	s := x.server
	var missed []QName
	understood := make([][]*etree.Element, len(s.options.Headers))
	var own []*etree.Element
	securities := 0
	for _, b := range blocks {
		must, ours, err := x.target(b)
		if err != nil {
			return err
		}
		if !ours {
			continue
		}
		name := wsdl.Name{Space: b.NamespaceURI(), Local: b.Tag}
		if name == securityHeader {
			securities++
		}
		known := false
		if name.Space == addressingSpace && addressingHeaders[name.Local] {
			own, known = append(own, b), true
		}
		for i, p := range s.options.Headers {
			if p.Understands(x.endpoint.Endpoint, name) {
				understood[i], known = append(understood[i], b), true
			}
		}
		if must && !known {
			missed = append(missed, QName{Space: name.Space, Prefix: b.Space, Local: name.Local})
		}
	}
	if securities > 1 {
		return insecure(errTwoSecurities)
	}
	if len(missed) > 0 {
		return notUnderstood(missed)
	}
	if err := x.readAddressing(own); err != nil {
		return err
	}
	for i, p := range s.options.Headers {
		if len(understood[i]) == 0 {
			continue
		}
		if err := p.Process(x.r.Context(), x.call, understood[i]); err != nil {
			return err
		}
	}
	return nil
}

// target says whether a block must be understood, and by us.
func (x *exchange) target(b *etree.Element) (must, ours bool, err error) {
	ours = true
	for i := range b.Attr {
		a := &b.Attr[i]
		if a.Space == "" || a.Space == "xmlns" || a.NamespaceURI() != x.version.Namespace() {
			continue
		}
		value := strings.TrimSpace(a.Value)
		switch {
		case a.Key == "mustUnderstand":
			switch value {
			case "1", "true":
				must = true
			case "0", "false":
			default:
				return false, false, sender("A header's mustUnderstand is not a boolean.")
			}
		case a.Key == "actor" && x.version == V11:
			ours = value == "" || value == actorNext
		case a.Key == "role" && x.version == V12:
			ours = value == "" || value == roleNext || value == roleUltimate
		}
	}
	return must, ours, nil
}

func notUnderstood(names []QName) *Fault {
	const most = 10
	var list []string
	for _, n := range names[:min(len(names), most)] {
		list = append(list, fmt.Sprintf("{%.200s}%.100s", n.Space, n.Local))
	}
	return &Fault{Blame: MustUnderstand, NotUnderstood: names[:min(len(names), most)],
		Reason: "These headers must be understood and are not: " + strings.Join(list, ", ") + "."}
}
