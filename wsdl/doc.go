// Package wsdl owns the legacy contracts: the WSDL and XSD documents (embedded
// from contracts/), their parser, the contract model that everything else is
// compiled from, and the documents as clients fetch them (?wsdl, ?singleWsdl,
// ?xsd=). There is no second description of the wire.
//
// It knows nothing of HTTP and of what an operation means.
//
// # The documents
//
// contracts/NAME.wsdl is one endpoint, NAME being the last part of its address
// without ".svc". Its soap:address holds the published path; the host is a
// placeholder. Its types are imported from contracts/xsd, where each namespace
// is one document, shared by every endpoint that uses it:
//
//	http://www.altinn.no/services/A/B/2009/10      services.A.B.2009-10.xsd
//	http://schemas.altinn.no/services/A/B/2009/10  schemas.A.B.2009-10.xsd
//
// A WSDL names each of its namespaces and where it is to be found; the
// schemaLocations within the XSDs are for other readers. Two endpoints that
// disagree on a namespace can therefore have a document each.
//
// contracts/addresses.txt lists further spellings of addresses.
//
// The parser reads the part of WSDL 1.1, its SOAP 1.1 and 1.2 bindings,
// WS-SecurityPolicy 1.1 and XML Schema that the contracts are written in. All
// else is an error when loading, so that nothing in a document is ignored.
package wsdl
