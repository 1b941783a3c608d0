package sqlstore

import "overgang/rest"

// wantedReference is a whole reference that a list asks for.
type wantedReference struct {
	value     string
	numbers   string     // yields the instances that it is on, in SQL
	count     *statement // counts them up to a limit
	condition string     // that the row of an index has it
}

const (
	// numbersReferred and numbersNamed are read from indexes alone.
	numbersReferred = "SELECT number FROM instance WHERE reference = ?"
	numbersNamed    = "SELECT DISTINCT instance AS number FROM element WHERE sender_reference = ? AND sender_reference <> ''"

	isReferred = "EXISTS (SELECT 1 FROM instance t WHERE t.number = i.number AND t.reference = ?)"
	isNamed    = "EXISTS (SELECT 1 FROM element e WHERE e.sender_reference = ? AND e.sender_reference <> '' AND e.instance = i.number)"

	// fewReferred is how many instances are read at once, without a look at what
	// else could lead to them.
	fewReferred = 100
)

var (
	countReferred = sql("SELECT count(*) FROM (" + numbersReferred + " LIMIT ?)")
	countNamed    = sql("SELECT count(*) FROM (" + numbersNamed + " LIMIT ?)")
)

// referred are the references that a query asks for.
func referred(q rest.Query) (list []wantedReference) {
	if q.Reference != "" {
		list = append(list, wantedReference{q.Reference, numbersReferred, countReferred, isReferred})
	}
	if q.SenderReference != "" {
		list = append(list, wantedReference{q.SenderReference, numbersNamed, countNamed, isNamed})
	}
	return list
}

// byReference are the instances that a reference is on. nil = it is on so many
// that it is better asked of rows that were found otherwise.
func (r *reader) byReference(w wantedReference) (*set, error) {
	s := &set{from: "(" + w.numbers + ")", args: []any{w.value}}
	err := r.query(w.count, func(row *row) error { s.rows = int(row.int()); return nil }, w.value, manyRows)
	if err != nil || s.rows >= manyRows {
		return nil, err
	}
	s.read = s.rows
	return s, nil
}
