package api

import (
	"strconv"

	"overgang/rest"
)

// form reads parameters and keeps the first thing that is wrong.
type form struct{ err error }

func (f *form) fail(code, detail string) {
	if f.err == nil {
		f.err = rest.Errorf(rest.Invalid, code, "%s", detail)
	}
}

// either returns the one of two names' values that is given.
func (f *form) either(name, value, laterName, laterValue string) string {
	if value != "" && laterValue != "" {
		f.fail("parameter-twice", name+" and "+laterName+" are the same; give one.")
	}
	if value == "" {
		return laterValue
	}
	return value
}

// boolean reads true or false; absent is nil.
func (f *form) boolean(name, value string) *bool {
	is := value == "true"
	switch value {
	case "":
		return nil
	case "true", "false":
		return &is
	}
	f.fail("boolean-invalid", name+" is true or false.")
	return nil
}

// number reads a number from 1 that a 32-bit one has room for; absent is 0.
func (f *form) number(name, value string) int32 {
	if value == "" {
		return 0
	}
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil || n < 1 {
		f.fail("number-invalid", name+" is a number from 1.")
	}
	return int32(n)
}

// reference checks the length of a reference; the core checks the rest.
func (f *form) reference(name, value string) {
	if len(value) > maxReference {
		f.fail("reference-invalid", name+" has at most 255 bytes.")
	}
}

// maxReference is how many bytes a reference has at most.
const maxReference = 255

// dates reads a date filter under both its names; all values hold together.
func (f *form) dates(name string, values []string, laterName string, laterValues []string) rest.TimeRange {
	a, err := dateRange(name, values)
	if err == nil {
		var b rest.TimeRange
		b, err = dateRange(laterName, laterValues)
		a = intersect(a, b)
	}
	if err != nil && f.err == nil {
		f.err = err
	}
	return a
}
