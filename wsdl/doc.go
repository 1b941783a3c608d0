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
//	http://schemas.altinn.no/A/B/2009/10           altinn.A.B.2009-10.xsd
//	http://schemas.datacontract.org/2004/07/A.B    datacontract.A.B.xsd
//	http://schemas.microsoft.com/2003/10/Serialization/[Arrays]  serialization[.Arrays].xsd
//	http://schemas.microsoft.com/Message           message.xsd
//
// A WSDL names its namespaces and where each is to be found; one that it leaves
// out is where the schema that imports it says. Two endpoints that disagree on a
// namespace can therefore have a document each. What is served is cut down to
// what the endpoint's messages are made of.
//
// contracts/addresses.txt lists further spellings of addresses, spellings.txt
// those of operations, inferred.txt the contracts that nobody published.
//
// The policies of WS and EC2 have the transport token HttpToken, as they were
// first published; documents at an https address are served with HttpsToken.
//
// The parser reads the part of WSDL 1.1, its SOAP 1.1 and 1.2 bindings,
// WS-SecurityPolicy 1.1 and XML Schema that the contracts are written in. All
// else is an error when loading, so that nothing in a document is ignored.
package wsdl
