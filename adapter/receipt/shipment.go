package receipt

import (
	"time"

	"overgang/rest"
)

// Shipment is ReceiptExternalBE, the XmlSerializer shape of
// IntermediaryInboundBasic.wsdl: empty strings are sent, absent lists are not.
type Shipment struct {
	ReceiptId         int32
	ReceiptText       string
	ReceiptHistory    string
	LastChanged       time.Time
	ReceiptTypeName   rest.ReceiptKind
	ReceiptStatusCode rest.ReceiptStatus
	ParentReceiptId   int32
	References        *ShipmentReferences
	SubReceipts       *Shipments
}

// ShipmentReferences is ArrayOfReferenceExternalBE.
type ShipmentReferences struct{ ReferenceBE []ShipmentReference }

// ShipmentReference is ReferenceExternalBE.
type ShipmentReference struct {
	ReferenceValue    string
	ReferenceTypeName rest.ReferenceType
	ReporteeID        int32 // always 0, as it was in every recording
}

// Shipments is ArrayOfReceiptExternalBE.
type Shipments struct{ ReceiptExternalBE []Shipment }

// AsShipment renders r for SubmitFormTask and CompleteAndSignShipment.
func AsShipment(r *rest.Receipt) *Shipment {
	s := &Shipment{
		ReceiptId:         r.ID,
		ReceiptText:       r.Text,
		ReceiptHistory:    r.History,
		LastChanged:       r.Changed,
		ReceiptTypeName:   kindV1(r.Kind),
		ReceiptStatusCode: status(r.Status),
		ParentReceiptId:   r.Parent,
	}
	if len(r.References) > 0 {
		s.References = &ShipmentReferences{}
		for _, ref := range r.References {
			s.References.ReferenceBE = append(s.References.ReferenceBE,
				ShipmentReference{ReferenceValue: ref.Value, ReferenceTypeName: ref.Type})
		}
	}
	if len(r.Sub) > 0 {
		s.SubReceipts = &Shipments{}
		for i := range r.Sub {
			s.SubReceipts.ReceiptExternalBE = append(s.SubReceipts.ReceiptExternalBE, *AsShipment(&r.Sub[i]))
		}
	}
	return s
}
