// Package receipt renders the core's receipts in the shapes that the
// legacy services answer with, and reads searches and changes from them. The
// shapes are those of IntermediaryInboundBasic.wsdl and ReceiptExternalBasic.wsdl.
package receipt
