package sqlstore

// statement is one fixed SQL text. Every connection prepares it once, at first
// use, and keeps it under its slot. Parameters are question marks.
type statement struct {
	text string
	slot int
}

// statements holds every fixed text of the package, by slot.
var statements []*statement

func sql(text string) *statement {
	st := &statement{text: text, slot: len(statements)}
	statements = append(statements, st)
	return st
}
