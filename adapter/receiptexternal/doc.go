// Package receiptexternal is the legacy service ReceiptExternal: finding,
// listing and changing receipts, in its first and second version
// (ReceiptExternalBasic.wsdl). It acts for systems only, never for a person.
package receiptexternal
