package wss_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

// Signature wrapping, row 19: a message that WSS4J signed is taken apart. Each
// signed part is moved to every place there is, and a fake put where the part
// was, with every identifier it could have. What is moved stays as it was
// signed, so that its digest is right.

// children takes all children off a node.
func children(n *c14n.Node) (all []*c14n.Node) {
	for c := n.First; c != nil; c = c.Next {
		all = append(all, c)
	}
	return all
}

// hold makes nodes the children of n.
func hold(n *c14n.Node, nodes ...*c14n.Node) {
	n.First, n.Last = nil, nil
	for _, c := range nodes {
		c.Next = nil
		n.Append(c)
	}
}

// exchange puts nodes where one was.
func exchange(old *c14n.Node, by ...*c14n.Node) {
	var all []*c14n.Node
	parent := old.Parent
	for _, c := range children(parent) {
		if c == old {
			all = append(all, by...)
		} else {
			all = append(all, c)
		}
	}
	hold(parent, all...)
}

func text(s string) *c14n.Node { return &c14n.Node{Kind: c14n.Text, Data: s} }

func elementOf(name xmltok.Name, prefix string, in ...*c14n.Node) *c14n.Node {
	n := &c14n.Node{Name: name, Prefix: prefix}
	hold(n, in...)
	return n
}

// wrapper is an element that nobody knows.
func wrapper(in ...*c14n.Node) *c14n.Node {
	return elementOf(xmltok.Name{Space: "urn:wrapper", Local: "Wrapper"}, "w", in...)
}

// fakes stand in for the signed parts.
var fakes = map[string]func(*c14n.Node) *c14n.Node{
	"To": func(real *c14n.Node) *c14n.Node { return elementOf(real.Name, "wsa", text("https://evil.example/")) },
	"Timestamp": func(real *c14n.Node) *c14n.Node {
		made := time.Date(2026, 11, 22, 2, 10, 0, 0, time.UTC)
		field := func(local string, t time.Time) *c14n.Node {
			return elementOf(xmltok.Name{Space: wss.UtilitySpace, Local: local}, "wsu", text(t.Format(time.RFC3339)))
		}
		return elementOf(real.Name, "wsu", field("Created", made), field("Expires", made.Add(5*time.Minute)))
	},
}

// named are the identifiers that a fake may have.
var named = map[string]func(fake *c14n.Node, id string){
	"no identifier": func(*c14n.Node, string) {},
	"the same": func(n *c14n.Node, id string) {
		n.Attrs = []c14n.Attr{{Name: xmltok.Name{Space: wss.UtilitySpace, Local: "Id"}, Prefix: "wsu", Value: id}}
	},
	"another": func(n *c14n.Node, id string) {
		n.Attrs = []c14n.Attr{{Name: xmltok.Name{Space: wss.UtilitySpace, Local: "Id"}, Prefix: "wsu", Value: id + "x"}}
	},
	"the same, Id": func(n *c14n.Node, id string) { n.Attrs = []c14n.Attr{{Name: xmltok.Name{Local: "Id"}, Value: id}} },
	"the same, ID": func(n *c14n.Node, id string) { n.Attrs = []c14n.Attr{{Name: xmltok.Name{Local: "ID"}, Value: id}} },
	"the same, AssertionID": func(n *c14n.Node, id string) {
		n.Attrs = []c14n.Attr{{Name: xmltok.Name{Local: "AssertionID"}, Value: id}}
	},
	"the same, xml:id": func(n *c14n.Node, id string) {
		n.Attrs = []c14n.Attr{{Name: xmltok.Name{Space: "http://www.w3.org/XML/1998/namespace", Local: "id"}, Prefix: "xml", Value: id}}
	},
	"the same, in no namespace that is known": func(n *c14n.Node, id string) {
		n.Attrs = []c14n.Attr{{Name: xmltok.Name{Space: "urn:wrapper", Local: "Id"}, Prefix: "w", Value: id}}
	},
}

// parts of a message, to move things to.
type wrapped struct{ envelope, header, security, signature, keyInfo, token, other *c14n.Node }

func (w *wrapped) find(m wss.Message) {
	local := func(name string) *c14n.Node {
		return search(m.Header.Parent, func(n *c14n.Node) bool { return n.Name.Local == name })
	}
	*w = wrapped{m.Header.Parent, m.Header, m.Security[0], local("Signature"), local("KeyInfo"), local("BinarySecurityToken"), local("MessageID")}
}

// places are where the signed part may go; fake is already where it was.
var places = map[string]func(w *wrapped, real, fake *c14n.Node){
	"left out": func(w *wrapped, real, fake *c14n.Node) {},
	"a header block before": func(w *wrapped, real, fake *c14n.Node) {
		hold(w.header, append([]*c14n.Node{real}, children(w.header)...)...)
	},
	"a header block behind": func(w *wrapped, real, fake *c14n.Node) { w.header.Append(real) },
	"before the fake":       func(w *wrapped, real, fake *c14n.Node) { exchange(fake, real, fake) },
	"behind the fake":       func(w *wrapped, real, fake *c14n.Node) { exchange(fake, fake, real) },
	"in the fake":           func(w *wrapped, real, fake *c14n.Node) { fake.Append(real) },
	"in the fake's wrapper": func(w *wrapped, real, fake *c14n.Node) { fake.Append(wrapper(real)) },
	"in a wrapper before": func(w *wrapped, real, fake *c14n.Node) {
		hold(w.header, append([]*c14n.Node{wrapper(real)}, children(w.header)...)...)
	},
	"in a wrapper behind":       func(w *wrapped, real, fake *c14n.Node) { w.header.Append(wrapper(real)) },
	"in a wrapper of a wrapper": func(w *wrapped, real, fake *c14n.Node) { w.header.Append(wrapper(wrapper(real))) },
	"in another header block":   func(w *wrapped, real, fake *c14n.Node) { w.other.Append(real) },
	"in the Security header":    func(w *wrapped, real, fake *c14n.Node) { w.security.Append(real) },
	"first in the Security header": func(w *wrapped, real, fake *c14n.Node) {
		hold(w.security, append([]*c14n.Node{real}, children(w.security)...)...)
	},
	"in a wrapper in Security": func(w *wrapped, real, fake *c14n.Node) { w.security.Append(wrapper(real)) },
	"in the Signature":         func(w *wrapped, real, fake *c14n.Node) { w.signature.Append(real) },
	"in the Signature's Object": func(w *wrapped, real, fake *c14n.Node) {
		w.signature.Append(elementOf(xmltok.Name{Space: dsig, Local: "Object"}, "ds", real))
	},
	"in the KeyInfo": func(w *wrapped, real, fake *c14n.Node) { w.keyInfo.Append(real) },
	"in the token":   func(w *wrapped, real, fake *c14n.Node) { w.token.Append(real) },
	"before the Header": func(w *wrapped, real, fake *c14n.Node) {
		hold(w.envelope, append([]*c14n.Node{real}, children(w.envelope)...)...)
	},
	"in a wrapper before the Header": func(w *wrapped, real, fake *c14n.Node) {
		hold(w.envelope, append([]*c14n.Node{wrapper(real)}, children(w.envelope)...)...)
	},
	"in a Header of its own": func(w *wrapped, real, fake *c14n.Node) {
		w.envelope.Append(elementOf(w.header.Name, w.header.Prefix, real))
	},
	"in a Header and Security of its own": func(w *wrapped, real, fake *c14n.Node) {
		w.header.Append(wrapper(elementOf(w.header.Name, w.header.Prefix, elementOf(wss.SecurityName, "wsse", real))))
	},
	"in a Security header for another": func(w *wrapped, real, fake *c14n.Node) {
		w.header.Append(wrapper(elementOf(wss.SecurityName, "wsse", real)))
	},
}

func TestWrapping(t *testing.T) {
	f := found(t, "wss4j/certificate-direct-sha256")
	policy := policies[f.policy]
	tried := 0
	for part, fakeOf := range fakes {
		for place, put := range places {
			for identifier, name := range named {
				m, err := parse(t, f.message)
				if err != nil {
					t.Fatal(err)
				}
				var w wrapped
				w.find(m)
				real := search(m.Header, func(n *c14n.Node) bool { return n.Name.Local == part })
				id, ok := real.Attr(xmltok.Name{Space: wss.UtilitySpace, Local: "Id"})
				if !ok {
					t.Fatalf("%s has no identifier", part)
				}
				fake := fakeOf(real)
				name(fake, id)
				exchange(real, fake)
				put(&w, real, fake)
				// As text, so that it is read as it would arrive.
				message := string(c14n.Append(nil, m.Header.Parent, c14n.Options{}))
				v, err := newStack(t, f.made).verify(t, message, policy)
				if err == nil {
					t.Errorf("%s %s, the fake with %s: taken, %v", part, place, identifier, v.Signed)
				} else if code := codeOf(err); code[0] == '?' {
					t.Errorf("%s %s, the fake with %s: %v", part, place, identifier, err)
				}
				tried++
			}
		}
	}
	if tried < 300 {
		t.Errorf("only %d permutations", tried)
	}
}

// TestWrappingWithoutFake: what the permutations do to a message is not by
// itself what makes it wrong; and a message that was written anew outside of
// what is signed is the same message (row 37).
func TestWrappingWithoutFake(t *testing.T) {
	f := found(t, "wss4j/certificate-direct-sha256")
	s := newStack(t, f.made)
	m, err := parse(t, f.message)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		m.Header.Append(wrapper(text(fmt.Sprint(i))))
		m.Security[0].Append(text("\n"))
		message := string(c14n.Append(nil, m.Header.Parent, c14n.Options{}))
		_, err := s.verify(t, message, policies[f.policy])
		if want := map[bool]string{true: "", false: "wsse:InvalidSecurity"}[i == 0]; codeOf(err) != want {
			t.Errorf("round %d: got %v, want %q", i, err, want)
		}
	}
	// Bits of the value that decoding drops, and white space.
	_, err = s.verify(t, replace(t, f.message, "<ds:SignatureValue>", "<ds:SignatureValue>\n\t"), policies[f.policy])
	if codeOf(err) != "wsse:InvalidSecurity" {
		t.Errorf("white space in the value: %v", err)
	}
}

// TestEveryBitCounts changes each character of what is signed.
func TestEveryBitCounts(t *testing.T) {
	message := signed(t, replace(t, sessionMessage, timestampReference, timestampReference+referenceTo("_1")))
	for _, name := range []string{"u:Timestamp", "a:To", "SignedInfo"} {
		from, to := strings.Index(message, "<"+name), strings.Index(message, "</"+name+">")
		for i := from; i < to; i++ {
			changed := []byte(message)
			if changed[i]++; changed[i] == '<' || changed[i] == '&' {
				changed[i]++
			}
			if v, err := newStack(t, noon).verify(t, string(changed), policies["call"]); err == nil {
				t.Errorf("%s: %q for %q at %d is taken: %v", name, changed[i], message[i], i, v)
			}
		}
	}
}
