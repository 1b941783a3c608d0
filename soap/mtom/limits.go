package mtom

// Limits bound what a message may cost. Zero fields mean their default.
type Limits struct {
	Parts   int   // of a message, the root among them; 16
	Headers int   // bytes of one part's headers; 16 KiB
	Spool   int64 // bytes of parts that come before they are asked for; 64 MiB
}

// longestBoundary is RFC 2046's, in characters.
const longestBoundary = 70

func (l Limits) withDefaults() Limits {
	if l.Parts <= 0 {
		l.Parts = 16
	}
	if l.Headers <= 0 {
		l.Headers = 16 << 10
	}
	if l.Spool <= 0 {
		l.Spool = 64 << 20
	}
	return l
}
