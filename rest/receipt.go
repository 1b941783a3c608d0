package rest

import "time"

// Receipt follows what was sent: its outcome and the references by which it is
// found again. Text changes move the old text to History.
type Receipt struct {
	ID         int32
	Parent     int32 // 0 = none
	Kind       ReceiptKind
	Status     ReceiptStatus
	Text       string
	History    string
	Changed    time.Time
	References []Reference
	Sub        []Receipt

	Sender   SystemID // whose receipt it is
	Party    PartyID  // on whose behalf it was sent
	Instance int32    // number of the instance; 0 = none was made
}

// ReceiptKind says what a receipt is for. The names are the wire's.
type ReceiptKind string

// Receipt kinds in use; the wire knows more.
const (
	ReceiptNotSet   ReceiptKind = "NotSet"
	ReceiptFormTask ReceiptKind = "FormTask"
	ReceiptBroker   ReceiptKind = "BrokerService" // of a file transfer
)

// ReceiptStatus is the outcome. The names are the wire's.
type ReceiptStatus string

// Receipt statuses.
const (
	StatusNotSet           ReceiptStatus = "NotSet"
	StatusOK               ReceiptStatus = "OK"
	StatusUnexpected       ReceiptStatus = "UnExpectedError"
	StatusValidationFailed ReceiptStatus = "ValidationFailed"
	StatusRejected         ReceiptStatus = "Rejected"
)

// Reference is one name under which a receipt is found.
type Reference struct {
	Type  ReferenceType
	Value string
}

// ReferenceType says what a reference refers to. The names are the wire's.
type ReferenceType string

// Reference types that the core makes or searches by itself; others are kept as they come.
const (
	RefShipment   ReferenceType = "ExternalShipmentReference" // the sender's name for the submission
	RefOwnerParty ReferenceType = "OwnerPartyReference"       // official number of who sent
	RefParty      ReferenceType = "PartyReference"            // official number of the instance's owner
	RefWorkflow   ReferenceType = "WorkFlowReference"         // the instance's number
	RefReceiver   ReferenceType = "ReceiversReference"
	RefArchive    ReferenceType = "ArchiveReference" // the instance's archive reference
	RefSender     ReferenceType = "SendersReference" // on sub-receipts: the sender's name for a form or attachment
	RefSystem     ReferenceType = "EndUserSystemReference"
	RefParent     ReferenceType = "ParentReference"
)

// ReceiptSearch finds one receipt: by ID, or by the first of References.
type ReceiptSearch struct {
	ID         int32
	References []Reference
}

// ReceiptFilter lists receipts by kind and time of change.
type ReceiptFilter struct {
	Kind     ReceiptKind
	From, To time.Time // inclusive; zero = open
	Limit    int       // 0 = 1000
	After    *Position // go on behind it; Number is the receipt's ID
}

// ReceiptQuery lists receipts page by page, of one party or by a reference, or
// by both. They come in the total order (Changed, ID).
type ReceiptQuery struct {
	Party      PartyRef  // zero = any, which takes a Reference
	Reference  Reference // zero = any; a match in a sub-receipt yields its top receipt
	Kind       ReceiptKind
	Status     ReceiptStatus // of the receipt itself
	Changed    TimeRange
	Descending bool
	Limit      int       // 1..1000; 0 = 100
	After      *Position // Number is the receipt's ID
}

// ReceiptPage is one page of receipts.
type ReceiptPage struct {
	Receipts []Receipt
	Next     *Position // nil = the last page
}

// ReceiptChange changes a receipt that is identified by ID or by Archive, not both.
type ReceiptChange struct {
	ID         int32
	Archive    string // archive reference
	Status     ReceiptStatus
	Text       string
	References []Reference // added to those it has
	Sub        []ReceiptChange
}
