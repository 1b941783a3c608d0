// Package seed reads the YAML import format: parties, persons, systems,
// enterprise users, grants, services, prefill and a history of cases,
// submissions, messages and lookups (docs/import.md). A file is read strictly,
// checked whole, and applied in one transaction, but for the history; applying
// it again changes nothing.
package seed
