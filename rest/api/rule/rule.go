// Package rule holds what an OpenAPI document demands of the fields of its
// bodies beside their types: lengths, numbers of items, bounds, patterns. The
// code that oapi-codegen makes of the documents (typedef.tmpl is its template)
// tells each type's rules, so that what a document says is what is enforced.
package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Rule is what a document demands of a field. The zero value demands nothing.
type Rule struct {
	Required             bool
	MinLength, MaxLength int // of a text, in characters; MaxLength 0 = any
	MinItems, MaxItems   int // of an array; MaxItems 0 = any
	Min, Max             *int64
	Pattern              string   // that a text has a match of, as in RE2
	OneOf                []string // texts that there may be
	Each                 *Rule    // of an array's items
	Problem              string   // code of the problem that a breach is (x-problem in the document); "" = json-value
}

// Ruled is a type whose fields, by their JSON names, have rules.
type Ruled interface {
	Rule(field string) Rule
}

// Bound is a bound of whole numbers.
func Bound(n int64) *int64 { return &n }

// Text says what is wrong with a text, or nothing.
func (r Rule) Text(s string) string {
	n := utf8.RuneCountInString(s)
	switch {
	case r.MaxLength > 0 && n > r.MaxLength:
		return fmt.Sprintf("has more than %d characters", r.MaxLength)
	case n == 0 && r.MinLength > 0:
		return "is empty"
	case n < r.MinLength:
		return fmt.Sprintf("has fewer than %d characters", r.MinLength)
	case len(r.OneOf) > 0 && !slices.Contains(r.OneOf, s):
		return "is none of " + strings.Join(r.OneOf, ", ")
	case r.Pattern != "" && !compiled(r.Pattern).MatchString(s):
		return "is not of the form " + r.Pattern
	}
	return ""
}

// Number says what is wrong with a number, or nothing.
func (r Rule) Number(n int64) string {
	switch {
	case r.Min != nil && n < *r.Min:
		return "is under " + strconv.FormatInt(*r.Min, 10)
	case r.Max != nil && n > *r.Max:
		return "is over " + strconv.FormatInt(*r.Max, 10)
	}
	return ""
}

// Items says what is wrong with the number of an array's items, or nothing.
func (r Rule) Items(n int) string {
	switch {
	case r.MaxItems > 0 && n > r.MaxItems:
		return fmt.Sprintf("has more than %d items", r.MaxItems)
	case n < r.MinItems:
		return fmt.Sprintf("has fewer than %d items", r.MinItems)
	}
	return ""
}

// patterns holds the few patterns of the documents, compiled when they are first needed.
var patterns sync.Map

func compiled(pattern string) *regexp.Regexp {
	if known, ok := patterns.Load(pattern); ok {
		return known.(*regexp.Regexp)
	}
	re := regexp.MustCompile(pattern)
	patterns.Store(pattern, re)
	return re
}
