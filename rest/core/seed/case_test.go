package seed

import (
	"strings"
	"testing"

	"overgang/rest"
)

// TestDocumentedCase starts the case that docs/import.md shows, and brings what
// goes into it; a second time brings nothing.
func TestDocumentedCase(t *testing.T) {
	f, c := documented(t)
	f.Submissions[0].CaseReference, f.Correspondences[0].CaseReference = f.Cases[0].Reference, f.Cases[0].Reference
	for _, want := range []int{1, 0} {
		done, err := f.Bring(t.Context(), c)
		if err != nil || len(done) != 4 {
			t.Fatalf("%+v, %v", done, err)
		}
		for _, d := range done {
			if d.All != 1 || d.New != want {
				t.Errorf("%+v, want %d new", d, want)
			}
		}
	}
	system := rest.Caller{System: 1001}
	page, err := c.Inbox(t.Context(), system, rest.InboxQuery{Party: rest.PartyRef{OrgNumber: "310000019"}})
	if err != nil || len(page.Entries) != 4 {
		t.Fatalf("%+v, %v", page, err)
	}
	number := f.started["310000019 "+f.Cases[0].Reference]
	members, err := c.CaseMembers(t.Context(), system, number)
	if err != nil || len(members.Instances) != 1 || len(members.Messages) != 1 {
		t.Errorf("%+v, %v", members, err)
	}
	f.Cases[0].Archived = true
	if _, err := f.Bring(t.Context(), c); err == nil || !strings.Contains(err.Error(), "cases[0]") {
		t.Errorf("archived with an active message: %v", err)
	}
	m := page.Entries[0].Message
	for _, e := range page.Entries {
		if e.Message != nil {
			m = e.Message
		}
	}
	if _, err := c.ConfirmCorrespondence(t.Context(), system, m.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.ArchiveCorrespondence(t.Context(), system, m.ID, 0); err != nil {
		t.Fatal(err)
	}
	out := int32(0) // it waits for a signature
	if _, err := c.ChangeInstance(t.Context(), system, members.Instances[0], rest.InstanceChange{Case: &out}, 0); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := f.Bring(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if file, err := c.Case(t.Context(), system, number); err != nil || file.Open() {
			t.Errorf("%+v, %v", file, err)
		}
	}
}

func TestCaseErrors(t *testing.T) {
	f, c := documented(t)
	for name, wrong := range map[string]struct {
		change func(*File)
		where  string
	}{
		"no reference":       {func(f *File) { f.Cases[0].Reference = "" }, "cases[0]"},
		"no app":             {func(f *File) { f.Cases[0].App = "ttd" }, "cases[0]"},
		"unknown app":        {func(f *File) { f.Cases[0].App = "ttd/annet" }, "cases[0]"},
		"no party":           {func(f *File) { f.Cases[0].Party = "31" }, "cases[0]"},
		"two of a reference": {func(f *File) { f.Cases = append(f.Cases, f.Cases[0]) }, "cases[1]"},
		"another's case":     {func(f *File) { f.Submissions[0].CaseReference = "SAK-1" }, "submissions[0]"},
		"no such number":     {func(f *File) { f.Correspondences[0].Case = 99 }, "has no case 99"},
		"no such case":       {func(f *File) { f.Correspondences[0].CaseReference = "SAK-1" }, "correspondences[0]"},
		"two ways":           {func(f *File) { f.Correspondences[0].Case, f.Correspondences[0].CaseReference = 1, "SAK-2026" }, "correspondences[0]"},
	} {
		g := *f
		g.Cases, g.Submissions, g.Correspondences = append([]Case(nil), f.Cases...), append([]Submission(nil), f.Submissions...), append([]Correspondence(nil), f.Correspondences...)
		wrong.change(&g)
		if _, err := g.Bring(t.Context(), c); err == nil || !strings.Contains(err.Error(), wrong.where) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
