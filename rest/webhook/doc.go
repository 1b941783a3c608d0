// Package webhook tells subscribers of events: it posts CloudEvents to their
// endpoints, signed (Standard Webhooks 1.0.0), at least once each.
//
// It owns what sending is about: which addresses may be called, the signature,
// when to try again, how many requests at once, and that one bad receiver does
// not delay the others. What there is to send, to whom, and what became of it
// is the core's ([rest.Deliveries]); how an event reads is given to it.
//
// The order of a subscription's events is kept while nothing fails; those of
// one instance are sent one after the other. What failed is put off and may
// come after later ones. The cursor moves only together with what was put off
// or given up, in one transaction, so that nothing is lost when the process
// dies; what was sent and not yet stored is then sent again, under its id.
package webhook
