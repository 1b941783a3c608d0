package wsdl

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
)

const testBase = "https://gw.example:8443"

func load(t testing.TB) *Contract {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestServedDocuments reads the documents as clients fetch them to the same
// model as the embedded ones.
func TestServedDocuments(t *testing.T) {
	c := load(t)
	location := regexp.MustCompile(`schemaLocation="([^"]*)"`)
	for _, e := range c.Endpoints {
		address := testBase + e.Paths[0]
		for _, query := range []string{"wsdl", "singleWsdl"} {
			t.Run(e.Name+"/"+query, func(t *testing.T) {
				main, ok := c.Document(e, query, testBase)
				if !ok {
					t.Fatal("no document")
				}
				// What a client does: fetch all that is referred to, from the
				// address that it is told.
				files := fstest.MapFS{}
				local := func(body []byte) []byte {
					return location.ReplaceAllFunc(body, func(m []byte) []byte {
						url := string(location.FindSubmatch(m)[1])
						query, ok := strings.CutPrefix(url, address+"?")
						if !ok {
							t.Errorf("a schema at %s", url)
						}
						schema, ok := c.Document(e, query, testBase)
						if !ok {
							t.Errorf("no document %s", url)
						}
						name := strings.TrimPrefix(query, "xsd=")
						files[name] = &fstest.MapFile{Data: schema}
						return fmt.Appendf(nil, "schemaLocation=%q", name)
					})
				}
				files[e.Name+".wsdl"] = &fstest.MapFile{Data: local(main)}
				for name, file := range files {
					if strings.HasPrefix(name, "xsd") {
						local(file.Data) // imports of imports
					}
				}
				if single := len(files) == 1; single != (query == "singleWsdl") {
					t.Errorf("%d documents", len(files))
				}
				again, err := LoadFS(files)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(shapeOf(e), shapeOf(again.Endpoints[0])); diff != "" {
					t.Errorf("embedded (-), served (+):\n%s", diff)
				}
				if !strings.Contains(string(main), `:address location="`+address+`"`) {
					t.Error("another address")
				}
				if strings.Contains(string(main), "gateway.example") {
					t.Error("the documents' own host")
				}
			})
		}
	}
}

func TestDocumentNames(t *testing.T) {
	c := load(t)
	e := c.EndpointAt("/intermediaryexternal/intermediaryinboundBASIC.svc")
	if e == nil {
		t.Fatal("no endpoint")
	}
	for _, test := range []struct {
		query string
		root  string // "" = no document
	}{
		{"wsdl", "wsdl:definitions"},
		{"WSDL", "wsdl:definitions"},
		{"wsdl=", "wsdl:definitions"},
		{"Wsdl&nocache=1", "wsdl:definitions"},
		{"singleWsdl", "wsdl:definitions"},
		{"singlewsdl", "wsdl:definitions"},
		{"SINGLEWSDL", "wsdl:definitions"},
		{"xsd=xsd0", "xs:schema"},
		{"XSD=XSD5", "xs:schema"},
		{"xsd=xsd%30", "xs:schema"},
		{"", ""},
		{"wsdl=wsdl0", ""},
		{"wsdl2", ""},
		{"xsd", ""},
		{"xsd=", ""},
		{"xsd=xsd", ""},
		{"xsd=xsd6", ""},
		{"xsd=xsd-1", ""},
		{"xsd=xsd00", ""},
		{"xsd=%zz", ""},
		{"xsd=../IntermediaryInboundBasic.wsdl", ""},
		{"xsd=..%2f..%2fmodel.go", ""},
		{"xsd=services.2009-10.xsd", ""},
		{"xsd=/etc/passwd", ""},
		{"xsd=xsd0%00", ""},
		{"wsdl%00", ""},
		{"disco", ""},
	} {
		body, ok := c.Document(e, test.query, testBase)
		if ok != (test.root != "") || ok && !strings.Contains(string(body[:100]), "<"+test.root) {
			t.Errorf("?%s: %v, %.100s", test.query, ok, body)
		}
	}
	if _, ok := c.Document(&Endpoint{Name: e.Name, Paths: e.Paths}, "wsdl", testBase); ok {
		t.Error("documents of a foreign endpoint")
	}
}

// TestDocumentsByBase asks for more base URLs than are kept, at once.
func TestDocumentsByBase(t *testing.T) {
	c := load(t)
	e := c.Endpoints[0]
	var wg sync.WaitGroup
	for i := range 4 * maxBases {
		wg.Go(func() {
			for _, base := range []string{fmt.Sprintf("https://h%d.example/old", i), fmt.Sprintf("https://h%d.example/old/", i)} {
				body, ok := c.Document(e, "wsdl", base)
				if want := fmt.Sprintf(`location="https://h%d.example/old%s"`, i, e.Paths[0]); !ok || !strings.Contains(string(body), want) {
					t.Errorf("no %s", want)
				}
			}
		})
	}
	wg.Wait()
	if n := len(c.published.bases); n > maxBases {
		t.Errorf("%d base URLs kept", n)
	}
	first, _ := c.Document(e, "wsdl", testBase)
	again, _ := c.Document(e, "WSDL", testBase)
	if &first[0] != &again[0] {
		t.Error("made twice")
	}
	body, _ := c.Document(e, "wsdl", `https://h.example/"><x`)
	if strings.Contains(string(body), "><x") {
		t.Error("a base URL is not escaped")
	}
}

// embeddedFiles is the embedded contracts, to be changed.
func embeddedFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(embedded, "contracts", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := embedded.ReadFile(path)
		files[strings.TrimPrefix(path, "contracts/")] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestTransport asks for the documents at http and at https addresses: the
// policy's transport token is that of the address.
func TestTransport(t *testing.T) {
	streamed, err := LoadFS(archive(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Contract{streamed, load(t)} {
		for _, e := range c.Endpoints {
			for base, want := range map[string]string{"http://gw.example": "HttpToken", "https://gw.example": "HttpsToken", "HTTPS://gw.example": "HttpsToken", "": "HttpToken"} {
				for _, query := range []string{"wsdl", "singleWsdl"} {
					checkTransport(t, c, e, query, base, want)
				}
			}
		}
	}
}

func checkTransport(t *testing.T, c *Contract, e *Endpoint, query, base, want string) {
	t.Helper()
	body, ok := c.Document(e, query, base)
	if !ok {
		t.Fatalf("%s: no document", e.Name)
	}
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(body); err != nil {
		t.Fatal(err)
	}
	tokens := tree.FindElements("//TransportToken/Policy/*")
	if e.Flavour == EC2 && len(tokens) == 0 {
		t.Errorf("%s?%s at %q: no transport token", e.Name, query, base)
	}
	for _, token := range tokens {
		certificate := token.SelectAttrValue("RequireClientCertificate", "unsaid")
		if token.Tag != want || token.NamespaceURI() != nsSP || want == "HttpsToken" && certificate != "false" || want == "HttpToken" && certificate != "unsaid" {
			t.Errorf("%s?%s at %q: %s, RequireClientCertificate %s", e.Name, query, base, token.Tag, certificate)
		}
	}
}

// TestTransitiveImports has a WSDL not say where a schema is that its own
// schemas import: it is found, and served in the WSDL like the others.
func TestTransitiveImports(t *testing.T) {
	files := embeddedFiles(t)
	const line = `<xs:import namespace="http://schemas.altinn.no/services/Authentication/2009/10" schemaLocation="xsd/schemas.Authentication.2009-10.xsd"/>`
	text := string(files["SystemAuthentication.wsdl"].Data)
	files["SystemAuthentication.wsdl"] = &fstest.MapFile{Data: []byte(strings.Replace(text, line, "", 1))}
	c, err := LoadFS(files)
	if err != nil {
		t.Fatal(err)
	}
	e := c.EndpointAt("/AuthenticationExternal/SystemAuthentication.svc")
	body, _ := c.Document(e, "wsdl", testBase)
	want := `<xs:import namespace="http://schemas.altinn.no/services/Authentication/2009/10" schemaLocation="` + testBase + e.Paths[0] + `?xsd=xsd3"/>`
	if !strings.Contains(string(body), want) {
		t.Errorf("no %s in\n%s", want, body)
	}
}
