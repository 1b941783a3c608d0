// Package keymanagement is the legacy service KeyManagement: the certificates
// that a service's sensitive fields are encrypted with (KeyManagementEC2.wsdl;
// Basic and WS inferred).
package keymanagement
