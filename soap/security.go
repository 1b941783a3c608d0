package soap

import (
	"errors"

	"overgang/wsdl"
)

// wsseSpace is the namespace of WS-Security 1.0.
const wsseSpace = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"

var (
	securityHeader = wsdl.Name{Space: wsseSpace, Local: "Security"}
	// A recipient has one Security header at most (WSS SOAP Message Security
	// 1.1 §5): of two, one could be checked and the other used.
	errTwoSecurities = errors.New("two Security headers for this node")
)

// insecure is the fault of every message whose security is wrong. What is
// wrong with it is for the log: outwardly all are the same.
func insecure(err error) *Fault {
	return &Fault{
		Subcodes: []QName{{Space: wsseSpace, Prefix: "wsse", Local: "InvalidSecurity"}},
		Reason:   "An error occurred when verifying security for the message.",
		Err:      err,
	}
}
