// Package rest is the vocabulary of the core: parties, applications, instances,
// data elements, events, receipts and the [Core] interface that both faces of
// the gateway, the SOAP adapter and the HTTP API, are written against.
//
// It owns the words, their invariants and the error kinds. It does no I/O and
// knows nothing of SOAP, SQL or HTTP. The words of the legacy services
// (reportee, form task, shipment) live in package adapter and nowhere else.
package rest
