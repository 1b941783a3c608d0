package receipt

import (
	"time"

	"overgang/rest"
)

// V1 is ReceiptExternal of Intermediary/Receipt/2009/10, a DataContract shape.
// Lists are always there, if empty: clients walk them without looking.
type V1 struct {
	LastChanged       time.Time
	ParentReceiptId   int32
	ReceiptHistory    string
	ReceiptId         int32
	ReceiptStatusCode rest.ReceiptStatus
	ReceiptText       string
	ReceiptTypeName   rest.ReceiptKind
	References        *ReferencesV1
	SubReceipts       *ListV1
}

// ListV1 is ReceiptExternalList.
type ListV1 struct{ ReceiptExternal []V1 }

// ReferencesV1 is ReferenceList of 2009/10.
type ReferencesV1 struct{ Reference []ReferenceV1 }

// ReferenceV1 is Reference of 2009/10.
type ReferenceV1 struct {
	ReferenceTypeName rest.ReferenceType
	ReferenceValue    string
}

// SearchV1 is ReceiptSearchExternal.
type SearchV1 struct {
	ReceiptId  int32
	References *ReferencesV1
}

// SaveV1 is ReceiptSaveExternal.
type SaveV1 struct {
	ArchiveReference  string
	ReceiptId         int32
	ReceiptStatusCode rest.ReceiptStatus
	ReceiptText       string
	References        *ReferencesV1
	SubReceipts       *SavesV1
}

// SavesV1 is ReceiptSaveExternalList.
type SavesV1 struct{ ReceiptSaveExternal []SaveV1 }

// AsV1 renders r for GetReceipt, SaveReceipt and UpdateFormData.
func AsV1(r *rest.Receipt) *V1 {
	v := &V1{
		LastChanged:       r.Changed,
		ParentReceiptId:   r.Parent,
		ReceiptHistory:    r.History,
		ReceiptId:         r.ID,
		ReceiptStatusCode: status(r.Status),
		ReceiptText:       r.Text,
		ReceiptTypeName:   kindV1(r.Kind),
		References:        &ReferencesV1{},
		SubReceipts:       AsListV1(r.Sub),
	}
	for _, ref := range r.References {
		v.References.Reference = append(v.References.Reference, ReferenceV1{ReferenceTypeName: ref.Type, ReferenceValue: ref.Value})
	}
	return v
}

// AsListV1 renders a list for GetReceiptList.
func AsListV1(rs []rest.Receipt) *ListV1 {
	l := &ListV1{}
	for i := range rs {
		l.ReceiptExternal = append(l.ReceiptExternal, *AsV1(&rs[i]))
	}
	return l
}

// Search reads what GetReceipt asks for.
func (s *SearchV1) Search() (rest.ReceiptSearch, error) {
	if s == nil {
		return search(0, nil)
	}
	return search(s.ReceiptId, s.References.list())
}

// Change reads what SaveReceipt changes.
func (s *SaveV1) Change() (rest.ReceiptChange, error) {
	if s == nil {
		return rest.ReceiptChange{}, errNeitherKey
	}
	ch, err := change(s.ReceiptId, s.ArchiveReference, s.ReceiptStatusCode, s.ReceiptText, s.References.list())
	if err != nil || s.SubReceipts == nil {
		return ch, err
	}
	for i := range s.SubReceipts.ReceiptSaveExternal {
		sub := &s.SubReceipts.ReceiptSaveExternal[i]
		c, err := subChange(sub.ReceiptId, sub.ReceiptStatusCode, sub.ReceiptText, sub.References.list())
		if err != nil {
			return ch, err
		}
		ch.Sub = append(ch.Sub, c)
	}
	return ch, nil
}

func (l *ReferencesV1) list() []rest.Reference {
	if l == nil {
		return nil
	}
	out := make([]rest.Reference, len(l.Reference))
	for i, r := range l.Reference {
		out[i] = rest.Reference{Type: r.ReferenceTypeName, Value: r.ReferenceValue}
	}
	return out
}
