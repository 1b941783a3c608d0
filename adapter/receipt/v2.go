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
	References      *ReferencesV2
	SubReceipts     *ListV2
}

// ListV2 is ReceiptList.
type ListV2 struct{ Receipt []V2 }

// ReferencesV2 is ReferenceList of 2015/06.
type ReferencesV2 struct{ Reference []ReferenceV2 }

// ReferenceV2 is Reference of 2015/06.
type ReferenceV2 struct {
	ReferenceType  rest.ReferenceType
	ReferenceValue string
}

// SearchV2 is ReceiptSearch.
type SearchV2 struct {
	ReceiptId  int32
	References *ReferencesV2
}

// SaveV2 is ReceiptSave.
type SaveV2 struct {
	ArchiveReference string
	ReceiptId        int32
	ReceiptStatus    rest.ReceiptStatus
	ReceiptText      string
	References       *ReferencesV2
	SubReceipts      *SavesV2
}

// SavesV2 is ReceiptSaveList.
type SavesV2 struct{ ReceiptSave []SaveV2 }

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
		References:      &ReferencesV2{},
		SubReceipts:     AsListV2(r.Sub),
	}
	for _, ref := range r.References {
		v.References.Reference = append(v.References.Reference, ReferenceV2{ReferenceType: ref.Type, ReferenceValue: ref.Value})
	}
	return v
}

// AsListV2 renders a list for GetReceiptListV2.
func AsListV2(rs []rest.Receipt) *ListV2 {
	l := &ListV2{}
	for i := range rs {
		l.Receipt = append(l.Receipt, *AsV2(&rs[i]))
	}
	return l
}

// Search reads what GetReceiptV2 asks for.
func (s *SearchV2) Search() (rest.ReceiptSearch, error) {
	if s == nil {
		return search(0, nil)
	}
	return search(s.ReceiptId, s.References.list())
}

// Change reads what UpdateReceipt changes.
func (s *SaveV2) Change() (rest.ReceiptChange, error) {
	if s == nil {
		return rest.ReceiptChange{}, errNeitherKey
	}
	ch, err := change(s.ReceiptId, s.ArchiveReference, s.ReceiptStatus, s.ReceiptText, s.References.list())
	if err != nil || s.SubReceipts == nil {
		return ch, err
	}
	for i := range s.SubReceipts.ReceiptSave {
		sub := &s.SubReceipts.ReceiptSave[i]
		c, err := subChange(sub.ReceiptId, sub.ReceiptStatus, sub.ReceiptText, sub.References.list())
		if err != nil {
			return ch, err
		}
		ch.Sub = append(ch.Sub, c)
	}
	return ch, nil
}

func (l *ReferencesV2) list() []rest.Reference {
	if l == nil {
		return nil
	}
	out := make([]rest.Reference, len(l.Reference))
	for i, r := range l.Reference {
		out[i] = rest.Reference{Type: r.ReferenceType, Value: r.ReferenceValue}
	}
	return out
}
