// Package gateway puts the parts together: the data directory with its store,
// content and keys; the core over it; the SOAP services, the HTTP API and the
// page before it; and the listeners that they answer on.
//
// It owns the order in which they start and stop, and no rule of any of them.
package gateway
