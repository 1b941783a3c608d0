package seed

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/rest/core"
	"overgang/rest/core/password"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

const secret = rest.Secret("a secret of at least thirty-two bytes")

var cheap = password.Params{Memory: 64, Time: 1, Threads: 1}

func newAdmin(t *testing.T) (*core.Admin, store.Store) {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(t.TempDir(), "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	admin, err := core.NewAdmin(core.AdminConfig{Store: db, Secret: secret, PasswordCost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	return admin, db
}

func newCore(t *testing.T, db store.Store) *core.Core {
	t.Helper()
	blobs, err := blobfs.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c, err := core.New(core.Config{Store: db, Blobs: blobs, Secret: secret, PasswordCost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// documented is that example, applied, and a core that has seen it.
func documented(t *testing.T) (*File, *core.Core) {
	t.Helper()
	admin, db := newAdmin(t)
	f, err := Load(document(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Apply(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	return f, newCore(t, db)
}

// document is the example that docs/import.md shows, so that the page stays
// true, with the files that it names.
func document(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(page)
	if m == nil {
		t.Fatal("docs/import.md shows no example")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"import.yaml":    strings.Replace(string(m[1]), "    trustedSigners: [ca.pem]", "    # trustedSigners: [ca.pem]", 1),
		"melding.xsd":    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="melding" type="xs:string"/></xs:schema>`,
		"melding.xml":    `<melding>Hei</melding>`,
		"kvittering.pdf": "%PDF-1.4",
		"prove.pem":      certificate(t),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "import.yaml")
}

func TestDocumentedExample(t *testing.T) {
	admin, db := newAdmin(t)
	f, err := Load(document(t))
	if err != nil {
		t.Fatal(err)
	}
	result, err := f.Apply(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	want := Result{Parties: 2, Persons: 1, Systems: 1, Services: 1, Grants: 1, Enterprises: 1, Prefills: 1, Passwords: []Password{
		{Who: "person Kari Prøve", Password: "hemmelig-passord", Given: true},
		{Who: "system 1001", Password: "hemmelig-system", Given: true},
		{Who: "enterprise user prove-lonn", Password: "hemmelig-virksomhet", Given: true},
	}}
	if diff := cmp.Diff(want, result); diff != "" {
		t.Error(diff)
	}
	c := newCore(t, db)
	caller, err := c.System(t.Context(), "1001", "hemmelig-system", "")
	if err != nil {
		t.Fatal(err)
	}
	kari, err := c.Person(t.Context(), caller, rest.PersonLogin{SSN: "01810100016", Password: "hemmelig-passord", Code: "48213", Method: rest.LetterCodes})
	if err != nil || kari.Person == 0 {
		t.Fatal(err)
	}
	d, err := admin.Enterprise(t.Context(), "prove-lonn")
	if err != nil || len(d.Certificates) != 1 || d.Certificates[0].Label != "Lønn 2026" || d.Name != "Prøve AS, lønn" {
		t.Fatalf("%+v, %v", d, err)
	}
	if _, err := c.Enterprise(t.Context(), "prove-lonn", "hemmelig-virksomhet", d.Certificates[0].Thumbprint.String(), ""); err != nil {
		t.Error(err)
	}
	if list, err := c.ServiceCertificates(t.Context(), rest.ServiceRef{Code: "4501", Edition: 1}); err != nil || len(list) != 1 || list[0].Label != "Fagsystem 2026" {
		t.Errorf("%+v, %v", list, err)
	}
	prefill, err := c.Prefills(t.Context(), caller, rest.AppID{Org: "ttd", App: "melding"}, rest.PartyRef{OrgNumber: "310000019"})
	if err != nil || len(prefill) != 1 || prefill[0].Forms[0].Data != "<melding>Hei</melding>" || len(prefill[0].Identity) != 2 || prefill[0].ValidTo.Year() != 2099 {
		t.Errorf("%+v, %v", prefill, err)
	}
	process := []rest.Step{
		{ID: "FormFilling", Kind: rest.Fill},
		{ID: "Control", Kind: rest.Fill, Optional: true, Roles: []rest.Role{rest.RoleUser}},
		{ID: "Signing", Kind: rest.Signing, Right: rest.Sign, Back: map[string]string{"reject": "FormFilling"}},
		{ID: "Submit", Kind: rest.Send},
	}
	app, err := c.Service(t.Context(), rest.ServiceRef{Code: "4501", Edition: 1})
	if err != nil || app.ID.String() != "ttd/melding" || len(app.DataTypes) != 2 || !reflect.DeepEqual(app.Process, process) || app.Validation != rest.ValidationEnforce || app.Titles["en"] != "Message" {
		t.Errorf("service %+v, %v", app, err)
	}
	for round, want := range []int{1, 0} {
		if n, err := f.Submit(t.Context(), c); err != nil || n != want {
			t.Errorf("round %d: %d submissions, %v", round, n, err)
		}
	}
	r, err := c.Receipt(t.Context(), caller, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefShipment, Value: "HIST-1"}}})
	if err != nil || r.Status != rest.StatusOK || len(r.Sub) != 2 {
		t.Errorf("receipt %+v, %v", r, err)
	}
}

func TestImportAgain(t *testing.T) {
	admin, db := newAdmin(t)
	path := document(t)
	f, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Apply(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	c := newCore(t, db)
	login := rest.PersonLogin{SSN: "01810100016", Password: "hemmelig-passord", Code: "48213", Method: rest.LetterCodes}
	if _, err := c.Person(t.Context(), rest.Caller{System: 1001}, login); err != nil {
		t.Fatal(err)
	}
	before := dump(t, db)
	again, err := f.Apply(t.Context(), admin)
	if err != nil || len(again.Passwords) != 0 {
		t.Fatalf("%+v, %v", again.Passwords, err)
	}
	if diff := cmp.Diff(before, dump(t, db)); diff != "" {
		t.Error(diff)
	}
	ch, err := c.Challenge(t.Context(), "1001", login, "")
	if err != nil || ch.Number != 2 {
		t.Errorf("the used code is back: %+v, %v", ch, err)
	}
}

// registered is everything that an import may touch.
type registered struct {
	Parties  []rest.Party
	Accounts []store.Account

	Enterprises  []rest.Enterprise
	Certificates []rest.Certificate
	Grants       []rest.Grant
	Apps         []*rest.Application
}

func dump(t *testing.T, db store.Store) (out registered) {
	t.Helper()
	err := db.View(t.Context(), func(r store.Reader) (err error) {
		if out.Parties, err = r.Parties(0, 100); err != nil {
			return err
		}
		if out.Accounts, err = r.Accounts(); err != nil {
			return err
		}
		if out.Enterprises, err = r.Enterprises(); err != nil {
			return err
		}
		if out.Certificates, err = r.Certificates(0); err != nil {
			return err
		}
		if out.Grants, err = r.AllGrants(); err != nil {
			return err
		}
		out.Apps, err = r.Applications()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestParseErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, mention string }{
		"unknown key":   {"parties:\n  - orgNumber: \"310000019\"\n    navn: Prøve\n", "line 3"},
		"unknown list":  {"partys: []\n", "line 1"},
		"wrong type":    {"systems:\n  - id: tusen\n    password: hemmelig\n", "line 2"},
		"syntax":        {"systems: [\n  - id\n", "line"},
		"duplicate key": {"systems: []\nsystems: []\n", "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("dir/x.yaml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.mention) || !strings.Contains(err.Error(), "x.yaml") {
				t.Fatalf("error %v", err)
			}
			if strings.Contains(err.Error(), "hemmelig") {
				t.Errorf("the error shows the file: %v", err)
			}
		})
	}
	if f, err := Parse("empty.yaml", nil); err != nil || f == nil {
		t.Errorf("an empty file: %v", err)
	}
}

func TestApplyErrors(t *testing.T) {
	service := "services:\n  - {app: ttd/melding, code: \"4501\", edition: 1, dataTypes: [{id: default, dataFormatId: \"1\", dataFormatVersion: 1%s}]%s}\n"
	with := func(inType, inService string) string {
		return strings.Replace(strings.Replace(service, "%s", inType, 1), "%s", inService, 1)
	}
	system := "systems: [{id: 1001, name: Lønn, password: hemmelig-system}]\n"
	for name, c := range map[string]struct{ text, mention string }{
		"check digit":         {"parties: [{orgNumber: \"310000018\", name: X}]", "parties[0]"},
		"ssn":                 {"persons: [{ssn: \"01810100017\", name: X}]", "persons[0]"},
		"no name":             {"parties: [{orgNumber: \"310000019\"}]", "needs a name"},
		"user name of digits": {"persons: [{ssn: \"01810100016\", name: X, userName: \"1001\"}]", "user name"},
		"short password":      {"systems: [{id: 1001, name: X, password: kort}]", "systems[0]"},
		"codes without date":  {"persons: [{ssn: \"01810100016\", name: X, codes: [\"12345\"]}]", "letter"},
		"unknown party":       {system + "grants: [{system: 1001, party: \"310000019\", rights: [read]}]", "party"},
		"unknown system":      {"parties: [{orgNumber: \"310000019\", name: X}]\ngrants: [{system: 1001, party: \"310000019\", rights: [read]}]", "system:1001"},
		"unknown right":       {system + "grants: [{system: 1001, party: \"310000019\", rights: [own]}]", "grants[0]"},
		"unknown service":     {system + "parties: [{orgNumber: \"310000019\", name: X}]\ngrants: [{system: 1001, party: \"310000019\", service: \"9\", rights: [read]}]", "service"},
		"broken schema":       {with(", schemaText: \"<xs:schema\"", ""), "services[0]"},
		"importing schema":    {with(", schemaText: '<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:import namespace=\"urn:x\" schemaLocation=\"x.xsd\"/></xs:schema>'", ""), "self-contained"},
		"missing schema file": {with(", schema: missing.xsd", ""), "missing.xsd"},
		"process order":       {with("", ", process: [{id: A, kind: send}]"), "starts with"},
		"process kind":        {with("", ", process: [{id: A, kind: fill}, {id: B, kind: play}]"), "unknown kind"},
		"mode":                {with("", ", validation: maybe"), "validation mode"},
		"no signers":          {with("", ", verifySignatures: true"), "trusted"},
		"two editions of 0":   {strings.Replace(with("", ""), "edition: 1", "edition: 0", 1), "edition"},
	} {
		t.Run(name, func(t *testing.T) {
			admin, db := newAdmin(t)
			before := dump(t, db)
			f, err := Parse(filepath.Join(t.TempDir(), "x.yaml"), []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.Apply(t.Context(), admin)
			if err == nil || !strings.Contains(err.Error(), c.mention) {
				t.Fatalf("error %v", err)
			}
			if strings.Contains(err.Error(), "hemmelig") {
				t.Errorf("the error shows a password: %v", err)
			}
			if diff := cmp.Diff(before, dump(t, db)); diff != "" {
				t.Errorf("a failed import left something behind:\n%s", diff)
			}
		})
	}
}

func TestSubmitErrors(t *testing.T) {
	admin, db := newAdmin(t)
	path := document(t)
	f, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Apply(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	c := newCore(t, db)
	for name, change := range map[string]func(*Submission){
		"no reference": func(s *Submission) { s.Reference = "" },
		"no system":    func(s *Submission) { s.System = 0 },
		"no grant":     func(s *Submission) { s.Party = "01810100288" },
		"form":         func(s *Submission) { s.Forms = []Form{{DataFormatID: "1000", DataFormatVersion: 1, Text: "<annet/>"}} },
		"missing file": func(s *Submission) { s.Forms = []Form{{DataFormatID: "1000", DataFormatVersion: 1, File: "x.xml"}} },
		"file or text": func(s *Submission) { s.Forms = []Form{{DataFormatID: "1000", DataFormatVersion: 1}} },
	} {
		g := *f
		s := f.Submissions[0]
		change(&s)
		g.Submissions = []Submission{s}
		if _, err := g.Submit(context.Background(), c); err == nil || !strings.Contains(err.Error(), "submissions[0]") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGeneratedPasswords(t *testing.T) {
	admin, db := newAdmin(t)
	f, err := Parse("x.yaml", []byte("systems: [{id: 1001, name: Lønn}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Apply(t.Context(), admin)
	if err != nil || len(r.Passwords) != 1 || r.Passwords[0].Given {
		t.Fatalf("%+v, %v", r, err)
	}
	c := newCore(t, db)
	deadline := time.Now().Add(time.Minute)
	for {
		_, err := c.System(t.Context(), "1001", r.Passwords[0].Password, "")
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	if again, err := f.Apply(t.Context(), admin); err != nil || len(again.Passwords) != 0 {
		t.Errorf("%+v, %v", again, err)
	}
}
