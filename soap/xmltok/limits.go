package xmltok

import "cmp"

// Limits bound a document; a field that is zero or less means its default. A
// document beyond a limit gets a *LimitError.
type Limits struct {
	Depth      int   // open elements; 64
	Attrs      int   // attributes of one element, declarations aside; 256
	Namespaces int   // namespace declarations in scope; 256
	Name       int   // bytes of one name, with its prefix; 1024
	Value      int   // bytes of one attribute's value as written; 64 KB
	Tag        int   // bytes of one tag or of the XML declaration; 256 KB
	Elements   int   // start tags in the document; 1,000,000
	Bytes      int64 // bytes of the document, those passed to Uncounted aside; 32 MB
}

// maxReference is the length in bytes beyond which no reference is read: only
// leading zeros can make one that long.
const maxReference = 64

// withDefaults fills in what was left open.
func (l Limits) withDefaults() Limits {
	return Limits{
		Depth:      orDefault(l.Depth, 64),
		Attrs:      orDefault(l.Attrs, 256),
		Namespaces: orDefault(l.Namespaces, 256),
		Name:       orDefault(l.Name, 1024),
		Value:      orDefault(l.Value, 64<<10),
		Tag:        orDefault(l.Tag, 256<<10),
		Elements:   orDefault(l.Elements, 1_000_000),
		Bytes:      orDefault(l.Bytes, 32<<20),
	}
}

func orDefault[T cmp.Ordered](v, def T) T {
	var zero T
	if v <= zero {
		return def
	}
	return v
}
