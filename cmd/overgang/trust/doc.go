// Package trust knows the certificates that enterprise users registered and
// judges them: it is the Certificates and the Trust of soap/wss.
//
// Authorities come from files, revocation from lists (CRLs) and, where wanted,
// from OCSP responders. Both are fetched in the background, from addresses that
// are configured or that registered certificates and authorities name: no
// message ever causes a fetch. What was fetched last and was good is kept, also
// on disk, until it is too old to be believed.
//
// It knows nothing of messages, passwords and rights.
package trust
