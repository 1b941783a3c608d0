// Package wsdl owns the legacy contracts: the WSDL and XSD documents (embedded
// from contracts/), their parser, the contract model that everything else is
// compiled from, and the documents as clients fetch them (?wsdl, ?singleWsdl,
// ?xsd=). There is no second description of the wire.
//
// It knows nothing of HTTP and of what an operation means.
package wsdl
