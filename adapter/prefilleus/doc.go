// Package prefilleus is the legacy service PreFillEUS: what a service's owner
// filled in for a party beforehand (PreFillEUSExternalEC2.wsdl; Basic and WS
// inferred).
package prefilleus
