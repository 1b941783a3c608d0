// Package codec maps message bodies to plain Go structs and back, by the
// schema: at start it compiles, per operation and flavour, a [Plan] from the
// contract's types to a struct by local name; at run time it streams tokens
// through the plan.
//
// # Matching
//
// A particle is matched with the struct's exported field of the same name
// without regard to case; fields of embedded structs count as the struct's own.
// A member name of the form _x003C_Name_x003E_k__BackingField matches Name. The
// particle <Op>Result of an <Op>Response also matches a field called Result, so
// that one struct serves every flavour.
//
//	schema                              Go
//	string, anyURI, enumeration         a string kind (rest.Secret, …)
//	string                              *Large, in requests only
//	decimal                             a string kind, in the lexical form of xs:decimal
//	int, long, short, unsigned…         an integer kind that holds all of its values
//	double                              float64
//	boolean                             bool
//	dateTime                            time.Time
//	base64Binary                        *Inline, in answers only
//	base64Binary                        []byte, or *Large in requests, or *Part in responses
//	complex                             struct
//	complex with one unbounded particle a slice of the particle's type
//	maxOccurs > 1                       a slice
//
// A pointer to any of these but slices is optional: nil is absent or nil.
//
// # Encoding
//
// Elements are written in the schema's order, in their own namespaces. What is
// not a pointer or a slice is always written. A nil pointer or slice is written
// as xsi:nil="true" where the element is nillable, else left out where it is
// optional, else it is an error. An empty value of an
// enumeration or a pattern counts as nil. A time is written in
// UTC with up to seven trimmed fractional digits, as .NET wrote them, and the
// zero time as 0001-01-01T00:00:00. Characters that XML cannot carry become
// U+FFFD.
//
// # Decoding
//
// Elements may come in any order and may be missing. Unknown elements are
// ignored, unless a known local name comes in another namespace: that is an
// error (but for the namespace of the body's element, and those of an inferred
// contract: see [Compile]), as are a second occurrence of a singleton, a value that is not of its
// type or enumeration, text between elements and elements in a text. White
// space around numbers, booleans, times and enumeration values is dropped; an
// empty one of these is absent where it is optional or nillable. Times may lack
// the zone and the time of day. A complex element may be called after its type.
//
// # XOP
//
// In a package (XOP 1.0), a *Large may be an xop:Include: its bytes follow in a
// part of their own, see [Decoder.Apart]. A *Part always travels so.
package codec
