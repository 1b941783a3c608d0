package xsdform

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

const schema = `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" targetNamespace="urn:melding" xmlns="urn:melding">
  <xs:element name="melding">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="navn" maxOccurs="unbounded"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="5"/></xs:restriction></xs:simpleType></xs:element>
        <xs:element name="antall" type="xs:int"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>`

func compile(t testing.TB) Validator {
	t.Helper()
	v, err := Streaming{}.Compile(context.Background(), "melding.xsd", []byte(schema))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestValidate(t *testing.T) {
	v := compile(t)
	for name, c := range map[string]struct {
		document string
		line     int // of the first finding; 0 = valid
		mention  string
	}{
		"valid":                  {`<melding xmlns="urn:melding"><navn>Kari</navn><antall>3</antall></melding>`, 0, ""},
		"declared utf-8":         {`<?xml version="1.0" encoding="utf-8"?><melding xmlns="urn:melding"><navn>Kåre</navn><antall>3</antall></melding>`, 0, ""},
		"latin 1":                {"<?xml version='1.0' encoding='ISO-8859-1'?><melding xmlns=\"urn:melding\"><navn>K\xe5r\xf8e</navn><antall>3</antall></melding>", 0, ""},
		"latin 1 lines":          {"<?xml version='1.0'\n encoding='iso-8859-1'?>\n<melding xmlns=\"urn:melding\">\n<navn>K\xe5reemann</navn><antall>3</antall></melding>", 4, "maxLength"},
		"utf-8 undeclared latin": {"<melding xmlns=\"urn:melding\"><navn>K\xe5re</navn><antall>3</antall></melding>", 1, ""},
		"wrong type":             {"<melding xmlns=\"urn:melding\">\n<navn>Kari</navn>\n<antall>tre</antall></melding>", 3, ""},
		"foreign root":           {`<annet xmlns="urn:melding"/>`, 1, "annet"},
		"no namespace":           {`<melding><navn>Kari</navn><antall>3</antall></melding>`, 1, ""},
		"missing element":        {"<melding xmlns=\"urn:melding\"><navn>Kari</navn></melding>", 1, ""},
		"doctype":                {`<!DOCTYPE melding [<!ENTITY x "y">]><melding xmlns="urn:melding"><navn>&x;</navn><antall>3</antall></melding>`, 1, ""},
		"external entity":        {`<!DOCTYPE melding SYSTEM "file:///etc/passwd"><melding xmlns="urn:melding"><navn>K</navn><antall>3</antall></melding>`, 1, ""},
		"schemaLocation":         {`<melding xmlns="urn:melding" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:melding http://127.0.0.1:1/evil.xsd"><navn>Kari</navn><antall>3</antall></melding>`, 0, ""},
		"utf-16":                 {`<?xml version="1.0" encoding="UTF-16"?><melding xmlns="urn:melding"/>`, 1, "UTF-16"},
		"deep":                   {strings.Repeat("<a>", 100_000), 1, ""},
		"truncated":              {`<melding xmlns="urn:melding"><navn>Kari`, 1, ""},
		"empty":                  {``, 1, ""},
		"duplicate attribute":    {`<melding xmlns="urn:melding" a="1" a="2"><navn>Kari</navn><antall>3</antall></melding>`, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := v.Validate(context.Background(), strings.NewReader(c.document))
			if err != nil {
				t.Fatal(err)
			}
			if c.line == 0 {
				if len(found) != 0 {
					t.Fatalf("findings: %+v", found)
				}
				return
			}
			if len(found) == 0 {
				t.Fatal("accepted")
			}
			if found[0].Message == "" || found[0].Code == "" || !strings.Contains(found[0].Message, c.mention) {
				t.Errorf("finding: %+v", found[0])
			}
			if found[0].Line != c.line && name != "truncated" && name != "empty" {
				t.Errorf("line %d, want %d: %+v", found[0].Line, c.line, found[0])
			}
		})
	}
}

func TestFindingsAreBounded(t *testing.T) {
	doc := `<melding xmlns="urn:melding">` + strings.Repeat("<navn>altfor lang</navn>", 1000) + `<antall>1</antall></melding>`
	found, err := compile(t).Validate(context.Background(), strings.NewReader(doc))
	if err != nil || len(found) == 0 || len(found) > MaxFindings {
		t.Fatalf("%d findings, %v", len(found), err)
	}
}

func TestReaderFailureIsNoFinding(t *testing.T) {
	broken := errors.New("disk gone")
	for _, prefix := range []string{"", `<melding xmlns="urn:melding">` + strings.Repeat(" ", 10_000)} {
		_, err := compile(t).Validate(context.Background(), io.MultiReader(strings.NewReader(prefix), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", len(prefix), err)
		}
	}
}

func TestValidateEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	endless := &endless{after: 100, do: cancel}
	found, err := compile(t).Validate(ctx, io.MultiReader(strings.NewReader(`<melding xmlns="urn:melding">`), endless))
	if !errors.Is(err, context.Canceled) || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
}

// endless reads elements for ever, and does something after some.
type endless struct {
	after int
	do    func()
}

func (e *endless) Read(p []byte) (int, error) {
	if e.after--; e.after == 0 {
		e.do()
	}
	return copy(p, "<navn>Kari</navn>"), nil
}

func TestCompileFetchesNothing(t *testing.T) {
	for name, s := range map[string]string{
		"import":  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="urn:x" schemaLocation="http://127.0.0.1:1/x.xsd"/><xs:element name="a" type="x:t" xmlns:x="urn:x"/></xs:schema>`,
		"include": `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="file:///etc/passwd"/><xs:element name="a" type="missing"/></xs:schema>`,
		"broken":  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:nothing"/></xs:schema>`,
		"no xml":  `not a schema`,
	} {
		if _, err := (Streaming{}).Compile(context.Background(), name, []byte(s)); err == nil {
			t.Errorf("%s compiled", name)
		} else if strings.Contains(err.Error(), "connection refused") {
			t.Errorf("%s was fetched: %v", name, err)
		}
	}
}

func FuzzDeclared(f *testing.F) {
	for _, s := range []string{"", "<?xml", `<?xml version="1.0" encoding="x"?>`, `<?xml encoding='`, `<?xml encoding= "a'?>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, _ := declared(b)
		if n > len(b) {
			t.Fatalf("length %d of %d", n, len(b))
		}
		r, err := decoded(strings.NewReader(string(b)))
		if err == nil {
			if _, err := io.Copy(io.Discard, r); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	v := compile(b)
	doc := `<melding xmlns="urn:melding">` + strings.Repeat("<navn>Kari</navn>\n", 500) + `<antall>1</antall></melding>`
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if found, err := v.Validate(context.Background(), strings.NewReader(doc)); err != nil || len(found) > 0 {
			b.Fatal(found, err)
		}
	}
}
