package reporteearchiveexternal

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
)

// people are registered persons; nothing else of the core is asked for.
type people struct {
	Core
	known map[rest.PartyID]rest.Party
}

func (p people) Party(_ context.Context, ref rest.PartyRef) (rest.Party, error) {
	if found, ok := p.known[ref.ID]; ok {
		return found, nil
	}
	return rest.Party{}, rest.Errorf(rest.NotFound, "party-unknown", "There is no such party.")
}

func TestSigningSteps(t *testing.T) {
	form, file, gone := uuid.New(), uuid.New(), uuid.New()
	i := &rest.Instance{
		Elements: []rest.Element{{ID: form, Number: 11, Form: true}, {ID: file, Number: 12}},
		Signatures: []rest.Signature{
			{Person: 7, Step: "Signing", Elements: []uuid.UUID{form, file}},
			{Person: 8, Step: "elsewhere", Elements: []uuid.UUID{file, gone}}, // a person and a step that are no longer there
			{System: 1001},
		},
	}
	s := &service{core: people{known: map[rest.PartyID]rest.Party{7: {ID: 7, Name: "Kari", SSN: "01817010055"}}}}
	got, err := s.signingSteps(t.Context(), i, []rest.Step{{ID: "FormFilling"}, {ID: "Signing"}})
	if err != nil {
		t.Fatal(err)
	}
	of := func(n int32) *int32 { return &n }
	name, ssn := "Kari", "01817010055"
	want := []SigningStep{
		{SignatureID: 1, IsSigningAllRequired: "YES", ProcessStepID: of(2), SignedByUser: of(7), SignedByUserName: &name, SignedByUserSSN: &ssn,
			SignedFromList: []int32{11}, SignedAttachmentList: []int32{12}},
		{SignatureID: 2, IsSigningAllRequired: "NO", SignedByUser: of(8), SignedFromList: []int32{}, SignedAttachmentList: []int32{12}},
		{SignatureID: 3, IsSigningAllRequired: "NO", SignedFromList: []int32{}, SignedAttachmentList: []int32{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
