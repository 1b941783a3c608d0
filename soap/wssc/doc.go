// Package wssc issues and reads security context tokens: WS-Trust and
// WS-SecureConversation, both of February 2005, as far as a gateway needs them
// that keeps no sessions.
//
// A token carries a cookie, which the client echoes and which is the whole
// session: who it is of, for which site, its key and its times, sealed with an
// AEAD under a key of a [Ring]. Every gateway with the same ring can answer.
// What one gateway knows by itself is little and bounded: cookies it has seen,
// for messages that only refer to a token, and, unless they are shared, tokens
// that were cancelled.
//
// An [Authority] makes an [Endpoint] for each site; that answers token requests
// and is what soap/wss asks for keys. Whatever is wrong is a [*wss.Error].
package wssc
