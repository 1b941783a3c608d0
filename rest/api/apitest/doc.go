// Package apitest is what the tests of the HTTP APIs share: a gateway over an
// embedded core of its own, calls whose exchanges are held against the API's
// OpenAPI document, and checks that lists of codes, pages of documentation and
// generated code are those of their sources. It is imported by tests only.
package apitest
