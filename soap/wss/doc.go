// Package wss processes the Security header of WS-Security 1.0 and 1.1
// (SOAP Message Security, UsernameToken profile, X.509 token profile) as a
// gateway needs it that gets signatures over header blocks, and nothing else:
// it verifies requests against a [Policy] and writes the header of answers.
//
// It says who signed or sent a user name, and which nodes are covered. It does
// not check passwords, does not know SOAP's faults and roles, and has no
// encryption: what is encrypted is refused unread. Security context tokens are
// the business of the [Contexts] that it is given.
//
// Whatever is wrong is an [*Error] with a code for the fault and a reason for
// the log; the text of the fault is the same for all, [FaultText].
package wss
