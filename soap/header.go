package soap

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

// Roles of a SOAP node (SOAP 1.1 §4.2.2, SOAP 1.2 part 1 §2.2).
const (
	actorNext    = "http://schemas.xmlsoap.org/soap/actor/next"
	roleNext     = NS12 + "/role/next"
	roleUltimate = NS12 + "/role/ultimateReceiver"
)

// maxHeaderElements bounds the tree that is made of a Header. Clients send about
// a hundred; a signature may have 16 references of five.
const maxHeaderElements = 2_000

// header reads the Header whose Start is the current token. A tree is made
// only if there is something in it; otherwise it is nil.
func (x *exchange) header() (*c14n.Node, error) {
	start, depth := x.reader.Offset(), x.reader.Depth()
	blocks := 0 // and what is in them
	for {
		kind, err := x.reader.Next()
		if err != nil {
			return nil, err
		}
		if x.reader.Offset()-start > x.server.limits.Header {
			return nil, &refusal{status: http.StatusBadRequest, close: true,
				text: fmt.Sprintf("The request is refused: a header beyond the limit of %d bytes.", x.server.limits.Header)}
		}
		switch {
		case kind == xmltok.Start:
			if blocks++; blocks > maxHeaderElements {
				return nil, &refusal{status: http.StatusBadRequest, close: true,
					text: fmt.Sprintf("The request is refused: a header of more than %d elements.", maxHeaderElements)}
			}
		case kind == xmltok.End && x.reader.Depth() < depth:
			if blocks == 0 {
				return nil, nil
			}
			return x.recorded("Header")
		case kind == xmltok.Text && x.reader.Depth() == depth && !onlySpace(x.reader.Text()):
			return nil, sender("The Header holds text.")
		}
	}
}

// recorded reads what came up to the current token, an end tag, into a tree
// once more, by the same tokenizer, and gives the child of the envelope of that
// name. From there on its nodes are what is verified, and what is used.
func (x *exchange) recorded(child string) (*c14n.Node, error) {
	end := x.reader.Offset()
	if end > int64(len(x.source.recorded)) {
		return nil, &refusal{status: http.StatusBadRequest, text: "The request is refused: the envelope's start is too long.", close: true}
	}
	if x.parser == nil {
		x.parser = c14n.NewParser(x.server.vocabulary)
	}
	root, err := x.parser.ParseHead(x.source.recorded[:end], x.server.limits.tokens())
	if err != nil {
		return nil, &opError{fmt.Errorf("soap: read again: %w", err)}
	}
	for n := range root.Elements() {
		if n.Name.Local == child && n.Name.Space == root.Name.Space {
			return n, nil
		}
	}
	return nil, &opError{errors.New("soap: the " + child + " is lost")}
}

// headers acts on the blocks of a Header, nil where there are none: those for
// other roles are left alone, those that must be understood and are not are a
// fault, addressing and security are checked.
func (x *exchange) headers(header *c14n.Node) error {
	if header == nil {
		return x.secure(wss.Message{})
	}
	b, err := x.sort(header)
	if err != nil {
		return err
	}
	x.fields = b.fields
	x.noteAddressing(b.addressing)
	if len(b.missed) > 0 {
		return notUnderstood(b.missed)
	}
	if err := x.readAddressing(b.addressing); err != nil {
		return err
	}
	if len(b.securities) > 1 {
		// One could be checked and the other used (WSS SOAP Message Security 1.1 §5).
		return insecure(&wss.Error{Code: wss.InvalidSecurity, Reason: fmt.Sprintf("%d Security headers for this node", len(b.securities))})
	}
	return x.secure(wss.Message{Header: header, Security: b.securities})
}

// blocks are the header blocks that are for this node.
type blocks struct {
	addressing, securities []*c14n.Node
	fields                 []*c14n.Node // parameters of the operation
	missed                 []QName      // must be understood, and are not
}

func (x *exchange) sort(header *c14n.Node) (b blocks, err error) {
	for n := range header.Elements() {
		must, ours, err := x.target(n)
		if err != nil {
			return b, err
		}
		if !ours {
			continue
		}
		known := false
		switch {
		case n.Name.Space == addressingSpace && addressingHeaders[n.Name.Local]:
			b.addressing, known = append(b.addressing, n), true
		case n.Name == wss.SecurityName:
			b.securities, known = append(b.securities, n), x.endpoint.guard != nil
		case x.endpoint.field(n):
			b.fields, known = append(b.fields, n), true
		}
		if must && !known {
			b.missed = append(b.missed, QName{Space: n.Name.Space, Prefix: n.Prefix, Local: n.Name.Local})
		}
	}
	return b, nil
}

// target says whether a block must be understood, and by us.
func (x *exchange) target(b *c14n.Node) (must, ours bool, err error) {
	ours = true
	for i := range b.Attrs {
		a := &b.Attrs[i]
		if a.Name.Space != x.version.Namespace() {
			continue
		}
		value := strings.Trim(a.Value, space)
		switch {
		case a.Name.Local == "mustUnderstand":
			switch value {
			case "1", "true":
				must = true
			case "0", "false":
			default:
				return false, false, sender("A header's mustUnderstand is not a boolean.")
			}
		case a.Name.Local == "actor" && x.version == V11:
			ours = value == "" || value == actorNext
		case a.Name.Local == "role" && x.version == V12:
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
