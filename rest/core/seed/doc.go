// Package seed reads the YAML import format: parties, persons, systems,
// enterprise users, grants,
// services and a history of submissions (docs/import.md). A file is read
// strictly, checked whole, and applied in one transaction; applying it again
// changes nothing.
package seed
