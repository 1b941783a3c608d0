// Package soap speaks SOAP 1.1 and 1.2: envelopes, faults, dispatch on the
// body's element checked against the action, and the limits of hostile input.
// Below it are soap/xmltok (the byte tokenizer), soap/codec (schema-driven,
// streaming), and for WS-Security soap/c14n, soap/wss and soap/wssc.
//
// It knows the contracts of package wsdl and nothing of instances or storage:
// what an operation means is registered as an [Operation] by package adapter.
package soap
