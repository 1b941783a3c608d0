// Package adapter is what a legacy call means: one sub-package a service, one
// file a base operation, over [rest.Core]. It owns the legacy words (Reportee,
// ReceiptId, AltinnFault), the legacy credentials and the one table from error
// kinds to AltinnFault. It knows nothing of XML syntax and of storage.
//
// Adding an operation takes its contract in package wsdl, one file and one row
// in the service's table.
package adapter
