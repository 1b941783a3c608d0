// Package mtom reads and writes multipart/related messages with XOP (SOAP
// Message Transmission Optimization Mechanism; XML-binary Optimized Packaging
// 1.0; RFC 2387): an envelope in the root part, and binary content in parts of
// their own to which xop:Include elements in the envelope lead.
//
// It owns the frame: boundaries, part headers, the order of parts, and what
// all that may cost. Of the envelope itself it knows nothing.
//
// # Order
//
// Clients write the root part first, and then its content streams. Parts that
// come before they are asked for are kept in a temporary file, up to a limit.
package mtom
