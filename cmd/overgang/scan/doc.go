// Package scan asks a virus scanner of the operator's about files: a command
// that reads a file from its standard input, or an HTTP service that takes it as
// a request's body. Both are [core.Scanner]s; when and about what they are asked
// is the core's.
package scan
