package receipt

import (
	"time"

	"overgang/rest"
)

// V1 is the first version's receipt: ReceiptExternal of
// Intermediary/Receipt/2009/10, a DataContract shape, and ReceiptExternalBE of
// IntermediaryInbound, an XmlSerializer shape with the same members.
type V1 struct {
	LastChanged       time.Time
	ParentReceiptId   int32
	ReceiptHistory    string
	ReceiptId         int32
	ReceiptStatusCode rest.ReceiptStatus
	ReceiptTemplate   *string // Receipt of ArchiveCorrespondence only; never used by the old service either: nil
	ReceiptText       string
	ReceiptTypeName   rest.ReceiptKind
	References        []ReferenceV1
	SubReceipts       []V1
}

// ReferenceV1 is Reference of 2009/10 and ReferenceExternalBE.
type ReferenceV1 struct {
	ReferenceTypeName rest.ReferenceType
	ReferenceValue    string
	ReporteeID        int32 // ReferenceExternalBE only; 0 in every recording
}

// SearchV1 is ReceiptSearchExternal.
type SearchV1 struct {
	ReceiptId  int32
	References []ReferenceV1
}

// SaveV1 is ReceiptSaveExternal.
type SaveV1 struct {
	ArchiveReference  string
	ReceiptId         int32
	ReceiptStatusCode rest.ReceiptStatus
	ReceiptText       string
	References        []ReferenceV1
	SubReceipts       []SaveV1
}

// AsV1 renders r for GetReceipt, SaveReceipt, UpdateFormData and, in EC2,
// CompleteAndSignShipment. Its lists are always there, if empty: clients walk
// them without looking.
func AsV1(r *rest.Receipt) *V1 { return asV1(r, true) }

// AsShipment renders r for SubmitFormTask and CompleteAndSignShipment, whose
// serializer leaves empty lists out.
func AsShipment(r *rest.Receipt) *V1 { return asV1(r, false) }

func asV1(r *rest.Receipt, lists bool) *V1 {
	v := &V1{
		LastChanged:       r.Changed,
		ParentReceiptId:   r.Parent,
		ReceiptHistory:    r.History,
		ReceiptId:         r.ID,
		ReceiptStatusCode: status(r.Status),
		ReceiptText:       r.Text,
		ReceiptTypeName:   kindV1(r.Kind),
	}
	if lists {
		v.References, v.SubReceipts = []ReferenceV1{}, []V1{}
	}
	for _, ref := range r.References {
		v.References = append(v.References, ReferenceV1{ReferenceTypeName: ref.Type, ReferenceValue: ref.Value})
	}
	for i := range r.Sub {
		v.SubReceipts = append(v.SubReceipts, *asV1(&r.Sub[i], lists))
	}
	return v
}

// AsListV1 renders a list for GetReceiptList.
func AsListV1(rs []rest.Receipt) []V1 {
	l := make([]V1, 0, len(rs))
	for i := range rs {
		l = append(l, *AsV1(&rs[i]))
	}
	return l
}

// Search reads what GetReceipt asks for.
func (s *SearchV1) Search() (rest.ReceiptSearch, error) {
	if s == nil {
		return search(0, nil)
	}
	return search(s.ReceiptId, listV1(s.References))
}

// Change reads what SaveReceipt changes.
func (s *SaveV1) Change() (rest.ReceiptChange, error) {
	if s == nil {
		return rest.ReceiptChange{}, errNeitherKey
	}
	ch, err := change(s.ReceiptId, s.ArchiveReference, s.ReceiptStatusCode, s.ReceiptText, listV1(s.References))
	if err != nil {
		return ch, err
	}
	for i := range s.SubReceipts {
		sub := &s.SubReceipts[i]
		c, err := subChange(sub.ReceiptId, sub.ReceiptStatusCode, sub.ReceiptText, listV1(sub.References))
		if err != nil {
			return ch, err
		}
		ch.Sub = append(ch.Sub, c)
	}
	return ch, nil
}

func listV1(l []ReferenceV1) []rest.Reference {
	out := make([]rest.Reference, len(l))
	for i, r := range l {
		out[i] = rest.Reference{Type: r.ReferenceTypeName, Value: r.ReferenceValue}
	}
	return out
}
