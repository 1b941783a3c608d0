package c14n

import (
	"bytes"
	"errors"
	"strings"

	"overgang/soap/xmltok"
)

// Parser reads documents into trees. It is not safe for concurrent use; a pool
// may keep it between documents.
type Parser struct {
	reader *xmltok.Reader
	source bytes.Reader
	doc    string // as written
	at     int    // how much of doc has become nodes
	cdata  bool   // at lies within a CDATA section
	slab   slab
}

// NewParser returns a Parser for documents whose names are mostly in
// vocabulary, which may be nil.
func NewParser(vocabulary *xmltok.Vocabulary) *Parser {
	return &Parser{reader: xmltok.NewReader(vocabulary)}
}

// Parse reads a whole document and returns its root. Errors are the tokenizer's.
func (p *Parser) Parse(doc []byte, limits xmltok.Limits) (*Node, error) {
	return p.parse(doc, limits, false)
}

// ParseHead reads the beginning of a document, which ends right behind the end
// tag of an element that is not the root, and returns the root. So is the
// header of a message read whose body is still to come.
func (p *Parser) ParseHead(head []byte, limits xmltok.Limits) (*Node, error) {
	return p.parse(head, limits, true)
}

// errLost is a disagreement between the tokens and what they were read from.
var errLost = errors.New("c14n: the tokens are not those of the document")

func (p *Parser) parse(doc []byte, limits xmltok.Limits, head bool) (*Node, error) {
	p.doc, p.at, p.cdata, p.slab = string(doc), 0, false, slab{}
	p.source.Reset(doc)
	p.reader.Reset(&p.source, limits)
	defer func() {
		p.reader.Reset(nil, xmltok.Limits{})
		p.source.Reset(nil)
		p.doc, p.slab = "", slab{}
	}()
	var root, open *Node
	for {
		kind, err := p.reader.Next()
		if err != nil {
			return nil, err
		}
		at := int(p.reader.Offset())
		switch kind {
		case xmltok.EOF:
			return root, nil
		case xmltok.Start:
			if root == nil {
				p.skipProlog(at)
			}
			tag := p.between(open, at)
			open = p.slab.node(open)
			if root == nil {
				root = open
			}
			if err := p.element(open, tag); err != nil {
				return nil, err
			}
		case xmltok.End:
			p.between(open, at)
			open = open.Parent
			if head && open != nil && at == len(doc) {
				return root, nil
			}
		case xmltok.Text:
			p.text(open, at)
		}
		p.at = at
	}
}

// skipProlog moves to the root's start tag, which ends at end.
func (p *Parser) skipProlog(end int) {
	for {
		rest := p.doc[p.at:end]
		switch {
		case strings.HasPrefix(rest, "<?"):
			p.at += strings.Index(rest, "?>") + len("?>")
		case strings.HasPrefix(rest, "<!--"):
			p.at += len("<!--") + strings.Index(rest[len("<!--"):], "-->") + len("-->")
		case strings.HasPrefix(rest, "<"):
			return
		default: // white space, a byte order mark
			p.at++
		}
	}
}

// between reads what yields no token and lies before the token that ends at
// end: comments, which become children of open, and the limits of CDATA
// sections. It returns the token as written.
func (p *Parser) between(open *Node, end int) string {
	for {
		rest := p.doc[p.at:end]
		switch {
		case p.cdata && strings.HasPrefix(rest, "]]>"):
			p.at += len("]]>")
			p.cdata = false
		case p.cdata:
			return rest
		case strings.HasPrefix(rest, "<![CDATA["):
			p.at += len("<![CDATA[")
			p.cdata = true
		case strings.HasPrefix(rest, "<!--"):
			data, _, _ := strings.Cut(rest[len("<!--"):], "-->")
			c := p.slab.node(open)
			c.Kind, c.Data = Comment, lineEnds.Replace(data)
			p.at += len("<!--") + len(data) + len("-->")
		default:
			return rest
		}
	}
}

// lineEnds does for comments what the tokenizer does for text, XML 1.0 §2.11.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// text makes a node of the current Text.
func (p *Parser) text(open *Node, end int) {
	raw := p.between(open, end)
	if p.cdata && strings.HasSuffix(raw, "]]>") {
		raw = raw[:len(raw)-len("]]>")]
		p.cdata = false
	}
	n := p.slab.node(open)
	n.Kind, n.Data = Text, raw
	if data := p.reader.Text(); string(data) != raw {
		n.Data = string(data)
	}
}

// element fills in an element from the current Start and its tag as written.
func (p *Parser) element(e *Node, tag string) error {
	e.Name = p.reader.Name()
	attrs := p.reader.Attrs()
	name, rest, ok := tagName(tag)
	if !ok || name.local != e.Name.Local {
		return errLost
	}
	e.Prefix = name.prefix
	if !p.bound(e.Prefix, e.Name.Space) {
		return errLost
	}
	e.Attrs = p.slab.attributes(len(attrs))
	next := 0
	for {
		name, rest, ok = attribute(rest)
		switch {
		case !ok && next == len(attrs):
			return nil
		case !ok:
			return errLost
		case name.prefix == "xmlns":
			uri, _ := p.reader.Space(name.local)
			e.Declared = append(e.Declared, Namespace{name.local, uri})
		case name.prefix == "" && name.local == "xmlns":
			uri, _ := p.reader.Space("")
			e.Declared = append(e.Declared, Namespace{"", uri})
		case next == len(attrs), attrs[next].Name.Local != name.local, name.prefix != "" && !p.bound(name.prefix, attrs[next].Name.Space):
			return errLost
		default:
			e.Attrs[next] = Attr{attrs[next].Name, name.prefix, attrs[next].Value}
			next++
		}
	}
}

// bound says whether the tokenizer, too, binds prefix to space.
func (p *Parser) bound(prefix, space string) bool {
	uri, ok := p.reader.Space(prefix)
	return ok && uri == space
}
