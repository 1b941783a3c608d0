package adapter_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"overgang/wsdl"
)

// meaning is what an answer says, whatever its flavour's names are.
type meaning struct {
	target
	body  *etree.Element // of an answer
	fault map[string]string
	parts map[string][]byte
	wrong string // no answer at all
}

// meaningOf reads a response section of a golden case.
func meaningOf(response []byte, of target) (m meaning) {
	m.target = of
	head, content, _ := strings.Cut(string(response), "\n\n")
	contentType := ""
	for _, line := range strings.Split(head, "\n") {
		if value, ok := strings.CutPrefix(line, "Content-Type: "); ok {
			contentType = value
		}
	}
	envelope, parts, err := inParts(contentType, content)
	doc := etree.NewDocument()
	if err == nil {
		err = doc.ReadFromString(envelope)
	}
	if err != nil || doc.Root() == nil || childOf(doc.Root(), "Body") == nil {
		m.wrong = strings.SplitN(head, "\n", 2)[0]
		return m
	}
	body := childOf(doc.Root(), "Body").ChildElements()
	if len(body) != 1 {
		m.wrong = fmt.Sprintf("%d elements in the body", len(body))
		return m
	}
	m.body, m.parts = body[0], parts
	if m.body.Tag == "Fault" {
		m.fault = map[string]string{}
		for _, e := range m.body.FindElements(".//AltinnFault/*") {
			m.fault[e.Tag] = e.Text()
		}
	}
	return m
}

// passing are the parts of a fault that are of one call only.
var passing = []string{"ErrorGuid", "UserId"}

// refused says that a fault is about a system's credentials, which WS checks
// before it reads the body: its fault has no AltinnFault.
func (m meaning) refused() bool {
	return m.fault["ErrorID"] == "5" || m.endpoint.Flavour == wsdl.WS && m.fault != nil && m.fault["ErrorID"] == ""
}

// unfit says that a fault is about a body that does not fit its schema. Its text
// names the flavour's elements.
func (m meaning) unfit() bool {
	return m.fault["ErrorID"] == "0" && strings.HasPrefix(m.fault["AltinnErrorMessage"], "Your request suffered from a non-functional error.")
}

// differ tells in what two meanings differ.
func (m meaning) differ(n meaning) (differences []string) {
	if m.refused() && n.refused() || m.unfit() && n.unfit() {
		return nil
	}
	if m.wrong != "" || n.wrong != "" || m.fault != nil || n.fault != nil {
		for _, name := range passing {
			delete(m.fault, name)
			delete(n.fault, name)
		}
		if m.wrong != n.wrong || (m.fault == nil) != (n.fault == nil) || !maps.Equal(m.fault, n.fault) {
			return []string{fmt.Sprintf("%s, and %s", m, n)}
		}
		return nil
	}
	c := comparer{a: m, b: n, enterprise: m.endpoint.Flavour == wsdl.EC2 || n.endpoint.Flavour == wsdl.EC2}
	c.compare("", m.op.Output.Type, n.op.Output.Type, m.body, n.body)
	return c.differences
}

// String tells what came, for differences.
func (m meaning) String() string {
	switch {
	case m.wrong != "":
		return m.wrong
	case m.fault != nil:
		return fmt.Sprintf("a fault %q", m.fault)
	}
	return "an answer"
}

// comparer walks two answers, each by its own type.
type comparer struct {
	a, b        meaning
	enterprise  bool // one of them was said to an enterprise user
	differences []string
}

func (c *comparer) differ(path, format string, values ...any) {
	c.differences = append(c.differences, path+": "+fmt.Sprintf(format, values...))
}

func (c *comparer) compare(path string, ta, tb *wsdl.Type, a, b *etree.Element) {
	if (ta.Kind == wsdl.KindComplex) != (tb.Kind == wsdl.KindComplex) {
		c.differ(path, "of other types")
		return
	}
	if ta.Kind != wsdl.KindComplex {
		c.compareText(path, ta, tb, c.a.text(a), c.b.text(b))
		return
	}
	if listOf(ta) && listOf(tb) { // whatever their items are called
		c.compareAll(path, ta.Fields[0], tb.Fields[0], a.ChildElements(), b.ChildElements())
		return
	}
	for _, fa := range ta.Fields {
		fb := fieldLike(tb, fa, c.b.op)
		if fb == nil {
			continue // the other flavour cannot say it
		}
		if c.enterprise && slices.Contains(actors, fa.Name.Local) {
			continue
		}
		c.compareAll(path+"/"+fa.Name.Local, fa, fb, there(fa, a), there(fb, b))
	}
}

func (c *comparer) compareAll(path string, fa, fb *wsdl.Element, a, b []*etree.Element) {
	if len(a) != len(b) {
		c.differ(path, "%d and %d times", len(a), len(b))
		return
	}
	for i := range a {
		c.compare(path, fa.Type, fb.Type, a[i], b[i])
	}
}

func listOf(t *wsdl.Type) bool { return len(t.Fields) == 1 && t.Fields[0].Max != 1 }

// fieldLike is the field of a type that is like that of another flavour. The
// result of an operation has its name in it.
func fieldLike(t *wsdl.Type, like *wsdl.Element, op *wsdl.Operation) *wsdl.Element {
	for _, f := range t.Fields {
		if sameName(f.Name.Local, like.Name.Local) || f.Name.Local == op.Name+"Result" && strings.HasSuffix(like.Name.Local, "Result") {
			return f
		}
	}
	return nil
}

// there are the elements of a field that say something: what is nil, or empty,
// reads as absent.
func there(f *wsdl.Element, in *etree.Element) (found []*etree.Element) {
	for _, e := range in.ChildElements() {
		if e.Tag == f.Name.Local && (len(e.ChildElements()) > 0 || e.Text() != "") {
			found = append(found, e)
		}
	}
	return found
}

// text is a simple value; content in a part of its own as if it were inline.
func (m meaning) text(e *etree.Element) string {
	if include := childOf(e, "Include"); include != nil {
		content, _ := included(include, m.parts)
		return base64.StdEncoding.EncodeToString(content)
	}
	return e.Text()
}

// actors are fields that tell who did something, or may: a person in Basic and
// WS, the enterprise user in EC2.
var actors = []string{
	"LastChangedBy", "LastChangedByID", "EndUserSystemID", "RoleRequirement", "UserID", "AuthenticatedUser",
	"SignedByUser", "SignedByUserName", "SignedByUserSSN", "CreatedByUserID",
	"CertificateIssuedByName", "CertificateIssuedForName", "CertificateValidFrom", "CertificateValidTo",
}

// callers turns what names them in texts into one name.
var callers = strings.NewReplacer(
	"EndUserSystem: 1001", "EndUserSystem: (caller)", "EndUserSystem: enterprise:1", "EndUserSystem: (caller)",
	systemPerson.ssn, "(caller)", "310010014", "(caller)", // PartyReference
)

func (c *comparer) compareText(path string, ta, tb *wsdl.Type, a, b string) {
	if c.enterprise {
		a, b = callers.Replace(a), callers.Replace(b)
	}
	if a == b || !says(ta, b) || !says(tb, a) {
		return
	}
	c.differ(path, "%q and %q", a, b)
}

// says whether a type has a value: first versions lack later ones.
func says(t *wsdl.Type, value string) bool {
	return len(t.Enum) == 0 || slices.Contains(t.Enum, value)
}
