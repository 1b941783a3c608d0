// Package systemauthentication is the legacy service SystemAuthentication: it
// tells a person which one-time code to use (SystemAuthentication.wsdl).
package systemauthentication
