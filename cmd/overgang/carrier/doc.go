// Package carrier hands messages of the outbox to what the operator plugged in: a
// command that reads a message from its standard input, or an HTTP service that
// takes it as a request's body. Both are [core.Sender]s; when a message is handed
// over, and how often, is the core's.
package carrier
