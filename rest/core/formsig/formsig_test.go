package formsig

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// The signed forms in testdata are xmlsec1's: see testdata/make.sh.

var now = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)

func file(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func verifier(t testing.TB, signers ...string) *Verifier {
	t.Helper()
	var pem []string
	for _, s := range signers {
		pem = append(pem, file(t, s))
	}
	v, err := New(pem)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerify(t *testing.T) {
	for _, c := range []struct {
		form, signers, mention string // "" = valid
	}{
		{"rsa.xml", "authority.pem", ""},
		{"rsa.xml", "signer.pem", ""},
		{"inclusive.xml", "authority.pem", ""},
		{"byid.xml", "authority.pem", ""},
		{"ecdsa.xml", "authority.pem", ""},
		{"rsa.xml", "stranger.pem", "not trusted"},
		{"untrusted.xml", "authority.pem", "not trusted"},
		{"untrusted.xml", "signer.pem", "not trusted"},
		{"sha1.xml", "authority.pem", "not accepted"},
		{"weak-key.xml", "authority.pem", "too weak"},
		{"part.xml", "authority.pem", "does not cover the form's root"},
	} {
		t.Run(c.form+" by "+c.signers, func(t *testing.T) {
			expect(t, verifier(t, c.signers).Verify(strings.NewReader(file(t, c.form)), now), c.mention)
		})
	}
}

func expect(t *testing.T, err error, mention string) {
	t.Helper()
	if mention == "" {
		if err != nil {
			t.Errorf("refused: %v", err)
		}
		return
	}
	var f *Finding
	if !errors.As(err, &f) || !strings.Contains(f.Message, mention) {
		t.Errorf("error %v, want a finding about %q", err, mention)
	}
}

func TestVerifyTampered(t *testing.T) {
	v := verifier(t, "authority.pem")
	whole := file(t, "rsa.xml")
	byID := file(t, "byid.xml")
	start, end := strings.Index(whole, "<ds:Signature"), strings.Index(whole, "</ds:Signature>")+len("</ds:Signature>")
	signature := whole[start:end]
	bare := whole[:start] + whole[end:]
	reference := between(whole, "<ds:Reference", "</ds:Reference>")
	swap := func(old, with string) string { return swapIn(t, whole, old, with) }
	declaration, root, _ := strings.Cut(byID, "\n")

	for name, c := range map[string]struct{ form, mention string }{
		"changed value":          {swap("<antall>3<", "<antall>4<"), "does not fit"},
		"changed attribute":      {swap(`a="1"`, `a="2"`), "does not fit"},
		"added element":          {swap("</m:melding>", "<ny/></m:melding>"), "does not fit"},
		"changed signed info":    {swap("rsa-sha256", "rsa-sha512"), "does not fit"},
		"no signature":           {bare, "no signature"},
		"signature moved":        {strings.Replace(bare, "<antall>3", "<antall>"+signature+"3", 1), "not a child"},
		"two signatures":         {swap(signature, signature+signature), "2 signatures"},
		"wrapped":                {declaration + "<innpakning>" + root + "</innpakning>", "not a child"},
		"wrapped, other root":    {declaration + `<m:melding xmlns:m="urn:melding" ID="skjema-1"><antall>9</antall>` + root + "</m:melding>", "not a child"},
		"id twice":               {strings.Replace(byID, "<antall>", `<antall Id="skjema-1">`, 1), "does not cover"},
		"two references":         {swap(reference, reference+reference), "2 Reference"},
		"no reference":           {swap(reference, ""), "0 Reference"},
		"external reference":     {swap(`URI=""`, `URI="http://127.0.0.1:1/x"`), "does not cover"},
		"xpointer":               {swap(`URI=""`, `URI="#xpointer(/)"`), "does not cover"},
		"xpath transform":        {swap("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/1999/REC-xpath-19991116"), "transforms"},
		"no transforms":          {swap(between(whole, "<ds:Transforms>", "</ds:Transforms>"), "<ds:Transforms></ds:Transforms>"), "0 transforms"},
		"hmac":                   {swap("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"), "not accepted"},
		"c14n with comments":     {swap(`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"`, `<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#WithComments"`), "not accepted"},
		"no certificate":         {swap(between(whole, "<ds:X509Data>", "</ds:X509Data>"), "<ds:KeyValue/>"), "0 X509Data"},
		"smuggled object":        {swap("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object>x</ds:Object>"), "Object"},
		"smuggled text":          {swap("</ds:KeyInfo>", "</ds:KeyInfo>x"), "text"},
		"smuggled element":       {swap("<ds:SignatureValue>", "<ds:SignatureValue><x/>"), "does not cover"},
		"certificate of another": {swap(between(whole, "<ds:X509Certificate>", "</ds:X509Certificate>"), between(file(t, "ecdsa.xml"), "<ds:X509Certificate>", "</ds:X509Certificate>")), "does not fit"},
		"broken certificate":     {swap("<ds:X509Certificate>", "<ds:X509Certificate>AAAA"), "cannot be read"},
		"comment in a text":      {swap("Kåre", "Kå<!-- -->re"), "comments"},
		"comment after":          {whole + "<!-- -->", "comments"},
		"doctype":                {swap("?>\n", "?>\n<!DOCTYPE melding [<!ENTITY x \"y\">]>\n"), "document type"},
		"processing instruction": {swap("<antall>", "<?x y?><antall>"), "processing instructions"},
		"duplicate attribute":    {swap(`a="1"`, `a="1" a="2"`), "twice"},
		"duplicate by namespace": {swap(`x:b="2"`, `x:b="2" y:b="3" xmlns:y="urn:annet"`), "twice"},
		"undeclared prefix":      {swap("<antall>3</antall>", "<z:antall>3</z:antall>"), "not declared"},
		"many namespaces":        {swap("<antall>", "<antall"+manyNamespaces(1000)+">"), "attributes"},
		"deep":                   {swap("<antall>", strings.Repeat("<a>", 100)+strings.Repeat("</a>", 100)+"<antall>"), "not well-formed"},
		"many elements":          {swap("<antall>", strings.Repeat("<a/>", 2000)+"<antall>"), "1000 elements"},
		"large":                  {swap("Kåre", strings.Repeat("x", maxBytes)), "at most"},
		"two roots":              {whole + "<x/>", "not well-formed"},
		"not XML":                {"Hei", "not well-formed"},
		"stray colon":            {swap("<antall>3</antall>", "<:antall>3</:antall>"), "no name"},
		"text outside":           {whole + "x", "not well-formed"},
		"empty":                  {"", "not well-formed"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, v.Verify(strings.NewReader(c.form), now), c.mention)
		})
	}
}

func swapIn(t *testing.T, s, old, with string) string {
	t.Helper()
	if !strings.Contains(s, old) {
		t.Fatalf("fixture lacks %q", old)
	}
	return strings.Replace(s, old, with, 1)
}

func between(s, from, to string) string {
	i := strings.Index(s, from)
	return s[i : i+strings.Index(s[i:], to)+len(to)]
}

func manyNamespaces(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(` xmlns:n` + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676)) + `="urn:n"`)
	}
	return b.String()
}

func TestVerifyTimes(t *testing.T) {
	v := verifier(t, "authority.pem")
	form := file(t, "rsa.xml")
	expect(t, v.Verify(strings.NewReader(form), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)), "not valid now")
	expect(t, v.Verify(strings.NewReader(form), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)), "not valid now")
}

func TestVerifyReaderFailure(t *testing.T) {
	broken := errors.New("disk gone")
	if err := verifier(t, "authority.pem").Verify(iotest.ErrReader(broken), now); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, signers := range map[string][]string{
		"none": nil, "no PEM": {"hei"}, "a key": {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
		"no certificate": {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
	} {
		if _, err := New(signers); err == nil {
			t.Errorf("%s accepted", name)
		}
	}
}

func FuzzVerify(f *testing.F) {
	for _, name := range []string{"rsa.xml", "byid.xml", "part.xml"} {
		f.Add(file(f, name))
	}
	v := verifier(f, "authority.pem")
	original := file(f, "rsa.xml")
	f.Fuzz(func(t *testing.T, form string) {
		if v.Verify(strings.NewReader(form), now) == nil && !strings.Contains(form, "melding") {
			t.Fatalf("accepted, and far from %d bytes of the original", len(original))
		}
	})
}
