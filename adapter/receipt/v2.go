package receipt

import (
	"time"

	"overgang/rest"
)

// V2 is Receipt of Intermediary/Receipt/2015/06, a DataContract shape. Lists
// are always there, if empty.
type V2 struct {
	LastChanged     time.Time
	ParentReceiptId int32
	ReceiptHistory  string
	ReceiptId       int32
	ReceiptStatus   rest.ReceiptStatus
	ReceiptTemplate *string // never used by the old service either: nil
	ReceiptText     string
	ReceiptType     rest.ReceiptKind
	References      []ReferenceV2
	SubReceipts     []V2
}

// ReferenceV2 is Reference of 2015/06.
type ReferenceV2 struct {
	ReferenceType  rest.ReferenceType
	ReferenceValue string
}

// SearchV2 is ReceiptSearch.
type SearchV2 struct {
	ReceiptId  int32
	References []ReferenceV2
}

// SaveV2 is ReceiptSave.
type SaveV2 struct {
	ArchiveReference string
	ReceiptId        int32
	ReceiptStatus    rest.ReceiptStatus
	ReceiptText      string
	References       []ReferenceV2
	SubReceipts      []SaveV2
}

// AsV2 renders r for GetReceiptV2 and UpdateReceipt.
func AsV2(r *rest.Receipt) *V2 {
	v := &V2{
		LastChanged:     r.Changed,
		ParentReceiptId: r.Parent,
		ReceiptHistory:  r.History,
		ReceiptId:       r.ID,
		ReceiptStatus:   status(r.Status),
		ReceiptText:     r.Text,
		ReceiptType:     kindV2(r.Kind),
		References:      make([]ReferenceV2, 0, len(r.References)),
		SubReceipts:     AsListV2(r.Sub),
	}
	for _, ref := range r.References {
		v.References = append(v.References, ReferenceV2{ReferenceType: ref.Type, ReferenceValue: ref.Value})
	}
	return v
}

// AsListV2 renders a list for GetReceiptListV2.
func AsListV2(rs []rest.Receipt) []V2 {
	l := make([]V2, 0, len(rs))
	for i := range rs {
		l = append(l, *AsV2(&rs[i]))
	}
	return l
}

// Search reads what GetReceiptV2 asks for.
func (s *SearchV2) Search() (rest.ReceiptSearch, error) {
	if s == nil {
		return search(0, nil)
	}
	return search(s.ReceiptId, listV2(s.References))
}

// Change reads what UpdateReceipt changes.
func (s *SaveV2) Change() (rest.ReceiptChange, error) {
	if s == nil {
		return rest.ReceiptChange{}, errNeitherKey
	}
	ch, err := change(s.ReceiptId, s.ArchiveReference, s.ReceiptStatus, s.ReceiptText, listV2(s.References))
	if err != nil {
		return ch, err
	}
	for i := range s.SubReceipts {
		sub := &s.SubReceipts[i]
		c, err := subChange(sub.ReceiptId, sub.ReceiptStatus, sub.ReceiptText, listV2(sub.References))
		if err != nil {
			return ch, err
		}
		ch.Sub = append(ch.Sub, c)
	}
	return ch, nil
}

func listV2(l []ReferenceV2) []rest.Reference {
	out := make([]rest.Reference, len(l))
	for i, r := range l {
		out[i] = rest.Reference{Type: r.ReferenceType, Value: r.ReferenceValue}
	}
	return out
}
