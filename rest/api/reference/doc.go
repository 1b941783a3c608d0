// Package reference renders OpenAPI documents as pages for reading: operations
// by tag, with their parameters, bodies, answers, examples and a command to
// copy; the schemas; the problem codes. It knows OpenAPI 3.1 as far as this
// project's documents use it, and no API: pages come from the documents alone,
// once, when it is made. Everything that a page needs is embedded, so that its
// Content-Security-Policy allows nothing from elsewhere.
package reference
