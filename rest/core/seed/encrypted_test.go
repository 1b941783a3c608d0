package seed

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
)

// TestEncryptedSubmission: the keys that docs/import.md shows, and attachments
// that are said to be encrypted, are the instance's as they are written.
func TestEncryptedSubmission(t *testing.T) {
	f, c := documented(t)
	f.Submissions[0].Attachments[0].Encrypted = true
	if n, err := f.Submit(t.Context(), c); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	system := rest.Caller{System: 1001}
	out, err := f.submit(t.Context(), c, f.Submissions[0])
	if err != nil || !out.Repeated {
		t.Fatalf("%+v, %v", out, err)
	}
	in, err := c.Instance(t.Context(), system, out.Instance.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := &rest.EncryptedKeys{Party: "cGFzc29yZA==", Owners: []rest.OwnerKey{{Owner: "TTD", Certificate: 1042, Key: "bm9lbg=="}}}
	if d := cmp.Diff(want, in.Keys); d != "" {
		t.Error(d)
	}
	for _, e := range in.Elements {
		if e.Encrypted == e.Form {
			t.Errorf("%+v", e)
		}
	}
}

func TestEncryptedErrors(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*File)
		where  string
	}{
		"no key for a certificate": {func(f *File) { f.Submissions[0].EncryptedKeys.Owners[0].Key = "" }, "submissions[0]"},
		"not ASCII":                {func(f *File) { f.Submissions[0].EncryptedKeys.Party = "nøkkel" }, "submissions[0]"},
		"a message's attachment": {func(f *File) {
			f.Correspondences[0].Attachments = []Attachment{{FileName: "a.txt", Text: "a", Encrypted: true}}
		}, "correspondences[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			f, core := documented(t)
			c.change(f)
			_, err := f.Bring(t.Context(), core)
			if err == nil || !strings.Contains(err.Error(), c.where) || strings.Contains(err.Error(), "nøkkel") {
				t.Error(err)
			}
		})
	}
}
