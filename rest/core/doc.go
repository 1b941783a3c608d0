// Package core is the embedded core: the rules of the gateway over a store.
//
// It owns who may do what, what a submission has to satisfy, the steps of a
// process, receipts and their texts, logging in, and the caches that make all
// of this fast. It implements [rest.Core] for both faces, and [Admin] for
// operators. It knows nothing of SOAP, HTTP or SQL.
//
// Everything that reads clocks, randomness or ids takes them from [Config].
// Checks that need time (schemas, signatures, password hashes) run before a
// transaction; the transaction only writes.
package core
