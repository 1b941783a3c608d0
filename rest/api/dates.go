package api

import (
	"strings"
	"time"

	"overgang/rest"
)

const (
	dateForms     = "2019-05-01 (00:00Z) or RFC 3339, for example 2019-05-01T12:00:00Z"
	dateOperators = "after(D), before(D), between(A,B), gt:D, gte:D, lt:D, lte:D, eq:D"
)

// parseTime reads RFC 3339. A time whose year in UTC has not four digits, or is
// 0000, is none: answers in UTC could not tell it (RFC 3339 §1, XSD 1.0 §3.2.7).
func parseTime(text string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, text)
	t = t.UTC()
	return t, err == nil && t.Year() >= 1 && t.Year() <= 9999
}

// parseDate reads RFC 3339, or a bare date, which is 00:00Z.
func parseDate(text string) (time.Time, bool) {
	if t, ok := parseTime(text); ok {
		return t, true
	}
	t, err := time.Parse(time.DateOnly, text)
	return t, err == nil
}

// dateRange is what all the values of a date filter allow together.
func dateRange(name string, values []string) (rest.TimeRange, error) {
	var all rest.TimeRange
	for _, v := range values {
		one, err := dateOperator(name, v)
		if err != nil {
			return rest.TimeRange{}, err
		}
		all = intersect(all, one)
	}
	return all, nil
}

// dateOperator reads one value: after and before exclude their date, between
// includes the first and excludes the second.
func dateOperator(name, value string) (rest.TimeRange, error) {
	if inner, ok := call(value, "after"); ok {
		return bound(name, "gt", inner)
	}
	if inner, ok := call(value, "before"); ok {
		return bound(name, "lt", inner)
	}
	if inner, ok := call(value, "between"); ok {
		a, b, ok := strings.Cut(inner, ",")
		if !ok {
			return rest.TimeRange{}, rest.Errorf(rest.Invalid, "date-operator", "%s: between wants two dates, between(A,B).", name)
		}
		from, err := bound(name, "gte", strings.TrimSpace(a))
		if err != nil {
			return from, err
		}
		to, err := bound(name, "lt", strings.TrimSpace(b))
		return intersect(from, to), err
	}
	if operator, date, ok := strings.Cut(value, ":"); ok {
		return bound(name, operator, date)
	}
	return rest.TimeRange{}, badOperator(name)
}

func badOperator(name string) error {
	return rest.Errorf(rest.Invalid, "date-operator", "%s wants an operator: %s.", name, dateOperators)
}

// call returns what is between the parentheses of "name(…)".
func call(value, name string) (string, bool) {
	inner, ok := strings.CutPrefix(value, name+"(")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, ")")
}

func bound(name, operator, date string) (rest.TimeRange, error) {
	if !strings.Contains(" gt gte lt lte eq ", " "+operator+" ") {
		return rest.TimeRange{}, badOperator(name)
	}
	t, ok := parseDate(date)
	if !ok {
		return rest.TimeRange{}, rest.Errorf(rest.Invalid, "date-invalid", "%s: a date is %s.", name, dateForms)
	}
	switch operator {
	case "gt":
		return rest.TimeRange{From: t, OpenFrom: true}, nil
	case "gte":
		return rest.TimeRange{From: t}, nil
	case "lt":
		return rest.TimeRange{To: t, OpenTo: true}, nil
	case "lte":
		return rest.TimeRange{To: t}, nil
	}
	return rest.TimeRange{From: t, To: t}, nil // eq
}

// intersect is what both ranges allow. The zero end is open.
func intersect(a, b rest.TimeRange) rest.TimeRange {
	if b.From.After(a.From) || b.From.Equal(a.From) && b.OpenFrom {
		a.From, a.OpenFrom = b.From, b.OpenFrom
	}
	if !b.To.IsZero() && (a.To.IsZero() || b.To.Before(a.To) || b.To.Equal(a.To) && b.OpenTo) {
		a.To, a.OpenTo = b.To, b.OpenTo
	}
	return a
}
