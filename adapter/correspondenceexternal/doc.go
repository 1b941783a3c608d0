// Package correspondenceexternal is the legacy service CorrespondenceExternal:
// messages from service owners to reportees, one by one. What is done to a
// message here shows in the HTTP API, and the other way round.
package correspondenceexternal
