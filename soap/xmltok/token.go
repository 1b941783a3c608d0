package xmltok

// Name is an expanded name. Space and Local are interned where the Reader's
// vocabulary knows them.
type Name struct{ Space, Local string }

// Attr is one attribute. Namespace declarations are not attributes.
type Attr struct {
	Name  Name
	Value string
}

// Kind of a token.
type Kind uint8

// Kinds. Comments are checked and skipped; CDATA sections are Text.
const (
	EOF   Kind = iota // after the root's end and nothing but white space and comments
	Start             // a start tag, or the first half of an empty-element tag
	End               // an end tag, or the second half of an empty-element tag
	Text              // character data; a long run comes in several pieces, none empty
)

// String names the kind.
func (k Kind) String() string {
	switch k {
	case EOF:
		return "EOF"
	case Start:
		return "Start"
	case End:
		return "End"
	case Text:
		return "Text"
	}
	return "invalid"
}
