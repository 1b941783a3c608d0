// Package demo is what `overgang serve --demo` adds to a gateway: a
// certificate authority of its own, two invented services with their form
// schemas, synthetic parties and persons, some history, and a file of shell
// variables with which a newcomer repeats the first submission.
//
// All numbers are synthetic (persons have 80 added to the month, organisations
// begin with 3) with valid check digits; secrets are random per data directory.
package demo
