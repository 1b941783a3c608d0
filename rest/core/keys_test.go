package core

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
)

// keys are as many owner's keys as are asked for, beside the party's.
func keys(owners int, key rest.Secret) *rest.EncryptedKeys {
	k := &rest.EncryptedKeys{Party: "cGFzc29yZA=="}
	for n := range owners {
		k.Owners = append(k.Owners, rest.OwnerKey{Owner: "TTD", Certificate: int32(n + 1), Key: key})
	}
	return k
}

func TestSubmitKeepsKeys(t *testing.T) {
	w := newWorld(t)
	most := rest.Secret(strings.Repeat("k", maxKey))
	s := w.shipment("REF-1")
	s.Instance.Keys = keys(maxKeys-1, most)
	s.Instance.Elements[len(s.Instance.Elements)-1].Encrypted = true
	out := w.submit(s)
	if out.Receipt.Status != rest.StatusOK || out.Instance == nil {
		t.Fatalf("submission: %+v", out)
	}
	got, err := w.Instance(w.ctx, w.system, out.Instance.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Instance.Keys, got.Keys); diff != "" {
		t.Error(diff)
	}
	if e := got.Elements; e[0].Encrypted || !e[len(e)-1].Encrypted {
		t.Errorf("encrypted: %+v", e)
	}
	owners := *s.Instance.Keys
	owners.Party = ""
	if diff := cmp.Diff(&owners, got.KeysFor(w.owner)); diff != "" {
		t.Errorf("what the owner is told: %s", diff)
	}
	if diff := cmp.Diff(s.Instance.Keys, got.KeysFor(w.system)); diff != "" {
		t.Errorf("what the party's system is told: %s", diff)
	}
}

func TestKeysRefused(t *testing.T) {
	w := newWorld(t)
	large := rest.Secret(strings.Repeat("k", maxKey+1))
	for name, c := range map[string]struct {
		keys *rest.EncryptedKeys
		kind rest.Kind
		text string
	}{
		"one too many":            {keys(maxKeys, "a"), rest.TooLarge, "There are 17 encrypted keys: at most 16 are allowed."},
		"an owner's too large":    {keys(1, large), rest.TooLarge, "An owner's encrypted key has 8193 bytes: at most 8192 are allowed."},
		"the party's too large":   {&rest.EncryptedKeys{Party: large}, rest.TooLarge, "The party's encrypted key has 8193 bytes: at most 8192 are allowed."},
		"an empty one":            {keys(1, ""), rest.Invalid, "The encrypted key for certificate 1 is empty."},
		"one that XML cannot say": {keys(1, "a\x00"), rest.Invalid, "An owner's encrypted key contains characters that are not allowed: use base64."},
		"one that is not ASCII":   {keys(1, "æ"), rest.Invalid, "An owner's encrypted key contains characters that are not allowed: use base64."},
		"an owner of two lines":   {&rest.EncryptedKeys{Owners: []rest.OwnerKey{{Owner: "T\nD", Key: "a"}}}, rest.Invalid, "The owner of an encrypted key is too long or contains characters that are not allowed."},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.shipment("REF-" + name)
			s.Instance.Keys = c.keys
			if out := w.submit(s); out.Instance != nil || out.Receipt.Status != rest.StatusRejected || out.Receipt.Text != c.text {
				t.Errorf("receipt: %+v", out.Receipt)
			}
			_, err := w.CreateInstance(w.ctx, w.owner, rest.NewInstance{App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: orgA}, Keys: c.keys})
			if rest.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.text) {
				t.Errorf("CreateInstance: %v", err)
			}
		})
	}
}

// What is encrypted is not held to its schema; a form is no such thing.
func TestEncryptedIsNotInspected(t *testing.T) {
	w := newWorld(t)
	app := testApp("kryptert", "4519", rest.ValidationEnforce)
	app.DataTypes = append(app.DataTypes, rest.DataType{ID: "liste", AttachmentTypeName: "Liste", Schema: []byte(formSchema)})
	w.register(app)
	list := func(encrypted bool) rest.NewSubmission {
		s := w.shipment("")
		s.Service.Code = "4519"
		s.Instance.Elements = append(s.Instance.Elements, rest.NewElement{AttachmentTypeName: "Liste", FileName: "liste.xml", Content: w.content("\x8a\x01\xff"), Encrypted: encrypted})
		return s
	}
	if out := w.submit(list(false)); out.Receipt.Status != rest.StatusValidationFailed {
		t.Errorf("bytes that are no XML, in the clear: %+v", out.Receipt)
	}
	out := w.submit(list(true))
	if out.Instance == nil || out.Receipt.Status != rest.StatusOK {
		t.Fatalf("bytes that are no XML, encrypted: %+v", out.Receipt)
	}
	if issues, err := w.ValidateInstance(w.ctx, w.system, out.Instance.ID); err != nil || failed(issues) {
		t.Errorf("validated later: %v, %v", issues, err)
	}
	form := w.shipment("")
	form.Instance.Elements[0].Encrypted = true
	if out := w.submit(form); out.Receipt.Status != rest.StatusRejected || !strings.Contains(out.Receipt.Text, "only fields of it") {
		t.Errorf("an encrypted form: %+v", out.Receipt)
	}
}

// A replacement says for itself whether it is encrypted.
func TestReplacedElementIsEncryptedOrNot(t *testing.T) {
	w := newWorld(t)
	in := w.create(w.owner, w.attachment("a.pdf", "one"))
	for _, encrypted := range []bool{true, false} {
		n := w.attachment("a.pdf", "two")
		n.Encrypted = encrypted
		_, _, err := w.ReplaceElement(w.ctx, w.owner, in.ID, in.Elements[0].ID, n, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.Instance(w.ctx, w.owner, in.ID); err != nil || got.Elements[0].Encrypted != encrypted {
			t.Errorf("encrypted %v: %+v, %v", encrypted, got, err)
		}
	}
}
