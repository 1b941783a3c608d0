package wss_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

const dsig = "http://www.w3.org/2000/09/xmldsig#"

// hostile are changes of sessionMessage, which is signed afterwards: the
// session's owner is the attacker, and only what is signed and how may be wrong.
var hostile = []struct{ name, from, to, want string }{
	{"nothing changed", "s:Body", "s:Body", ""},
	{"a second reference", timestampReference, timestampReference + referenceTo("_1"), ""},
	{"a token by its identifier", `URI="#sct"`, `URI="` + session + `"`, ""},

	{"18 two Security headers", `<o:Security `, `<o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"/><o:Security `, "wsse:InvalidSecurity"},
	{"20 wsu:Id twice", `u:Id="_2"`, `u:Id="_0"`, "wsse:InvalidSecurity"},
	{"20 Id of another", `u:Id="_2"`, `Id="_0"`, "wsse:InvalidSecurity"},
	{"20 ID of another", `u:Id="_2"`, `ID="_0"`, "wsse:InvalidSecurity"},
	{"20 xml:id of another", `u:Id="_2"`, `xml:id="_0"`, "wsse:InvalidSecurity"},
	{"20 AssertionID of another", `u:Id="_2"`, `AssertionID="_0"`, "wsse:InvalidSecurity"},
	{"20 two identifiers of one element", `<u:Timestamp `, `<u:Timestamp ID="_0" `, "wsse:InvalidSecurity"},
	{"20 the envelope's", `<s:Envelope `, `<s:Envelope Id="_0" `, "wsse:InvalidSecurity"},
	{"20 a reference by xml:id", `<u:Timestamp u:Id=`, `<u:Timestamp xml:id=`, "wsse:InvalidSecurity"},
	{"21 no signature value", `<SignatureValue>SIGNATURE</SignatureValue>`, ``, "wsse:InvalidSecurity"},
	{"22 no Timestamp", `<u:Timestamp u:Id="_0"><u:Created>CREATED</u:Created><u:Expires>EXPIRES</u:Expires></u:Timestamp>`, ``, "wsse:InvalidSecurity"},
	{"22 the Timestamp not signed", timestampReference, referenceTo("_1"), "wsse:InvalidSecurity"},
	{"22 nothing signed", timestampReference, ``, "wsse:InvalidSecurity"},
	{"23 XSLT", exclusiveTransform, `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>`, "wsse:UnsupportedAlgorithm"},
	{"23 XPath", exclusiveTransform, `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>self::text()</XPath></Transform>`, "wsse:UnsupportedAlgorithm"},
	{"23 XPath filter", exclusiveTransform, `<Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"/>`, "wsse:UnsupportedAlgorithm"},
	{"23 enveloped", exclusiveTransform, `<Transform Algorithm="` + dsig + `enveloped-signature"/>`, "wsse:UnsupportedAlgorithm"},
	{"23 base64", exclusiveTransform, `<Transform Algorithm="` + dsig + `base64"/>`, "wsse:UnsupportedAlgorithm"},
	{"23 inclusive C14N", exclusiveTransform, `<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>`, "wsse:UnsupportedAlgorithm"},
	{"23 with comments", exclusiveTransform, `<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#WithComments"/>`, "wsse:UnsupportedAlgorithm"},
	{"23 a parameter of another transform", exclusiveTransform, `<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><XPath>self::text()</XPath></Transform>`, "wsse:InvalidSecurity"},
	{"23 an empty list", exclusiveTransform, ``, "wsse:InvalidSecurity"},
	{"23 no list", `<Transforms>` + exclusiveTransform + `</Transforms>`, ``, "wsse:InvalidSecurity"},
	{"24 two transforms", exclusiveTransform, exclusiveTransform + exclusiveTransform, "wsse:InvalidSecurity"},
	{"24 many transforms", exclusiveTransform, strings.Repeat(exclusiveTransform, 1_000), "wsse:InvalidSecurity"},
	{"24 many references", timestampReference, timestampReference + strings.Repeat(referenceTo("_1"), 500), "wsse:InvalidSecurity"},
	{"24 one part twice", timestampReference, timestampReference + timestampReference, "wsse:InvalidSecurity"},
	{"25 http", `URI="#_0"`, `URI="http://127.0.0.1/x"`, "wsse:InvalidSecurity"},
	{"25 file", `URI="#_0"`, `URI="file:///etc/passwd"`, "wsse:InvalidSecurity"},
	{"25 the document", `URI="#_0"`, `URI=""`, "wsse:InvalidSecurity"},
	{"25 nothing", `URI="#_0"`, ``, "wsse:InvalidSecurity"},
	{"25 no name", `URI="#_0"`, `URI="#"`, "wsse:InvalidSecurity"},
	{"25 xpointer", `URI="#_0"`, `URI="#xpointer(id('_0'))"`, "wsse:InvalidSecurity"},
	{"25 cid", `URI="#_0"`, `URI="cid:_0"`, "wsse:InvalidSecurity"},
	{"25 a name and more", `URI="#_0"`, `URI="x#_0"`, "wsse:InvalidSecurity"},
	{"28 MD5", dsig + `sha1`, `http://www.w3.org/2001/04/xmldsig-more#md5`, "wsse:UnsupportedAlgorithm"},
	{"28 HMAC-MD5", dsig + `hmac-sha1`, `http://www.w3.org/2001/04/xmldsig-more#hmac-md5`, "wsse:UnsupportedAlgorithm"},
	{"28 no algorithm", `<SignatureMethod Algorithm="` + dsig + `hmac-sha1"/>`, `<SignatureMethod/>`, "wsse:UnsupportedAlgorithm"},
	{"28 none", dsig + `hmac-sha1`, `none`, "wsse:UnsupportedAlgorithm"},
	{"28 RSA where a session is asked for", dsig + `hmac-sha1`, dsig + `rsa-sha1`, "wsse:InvalidSecurity"},
	{"28 HMACOutputLength 1", `hmac-sha1"/>`, `hmac-sha1"><HMACOutputLength>1</HMACOutputLength></SignatureMethod>`, "wsse:InvalidSecurity"},
	{"28 HMACOutputLength 160", `hmac-sha1"/>`, `hmac-sha1"><HMACOutputLength>160</HMACOutputLength></SignatureMethod>`, "wsse:InvalidSecurity"},
	{"28 a part of the value", `SIGNATURE`, `AAAA`, "wsse:FailedCheck"},
	{"28 a value too long", `SIGNATURE`, `SIGNATUREAAAA`, "wsse:InvalidSecurity"},
	{"29 KeyValue", sessionReference, `<KeyValue><RSAKeyValue><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>`, "wsse:InvalidSecurity"},
	{"29 RetrievalMethod", sessionReference, `<RetrievalMethod URI="http://127.0.0.1/key"/>`, "wsse:InvalidSecurity"},
	{"29 KeyName", sessionReference, `<KeyName>key</KeyName>`, "wsse:InvalidSecurity"},
	{"29 two references", sessionReference, sessionReference + sessionReference, "wsse:InvalidSecurity"},
	{"29 a key and a reference", sessionReference, sessionReference + `<KeyName>key</KeyName>`, "wsse:InvalidSecurity"},
	{"29 an embedded token", sessionReference, `<o:SecurityTokenReference><o:Embedded/></o:SecurityTokenReference>`, "wsse:UnsupportedSecurityToken"},
	{"29 a token elsewhere", `URI="#sct"`, `URI="#_2"`, "wsse:SecurityTokenUnavailable"},
	{"29 the Timestamp as token", `URI="#sct"`, `URI="#_0"`, "wsse:InvalidSecurity"},
	{"29 a token fetched", `URI="#sct"`, `URI="http://127.0.0.1/token"`, "wsc:BadContextToken"},
	{"38 another session", session, `urn:uuid:00000000-0000-0000-0000-000000000000`, "wsc:BadContextToken"},
	{"42 EncryptedKey", `<Signature `, `<e:EncryptedKey xmlns:e="http://www.w3.org/2001/04/xmlenc#"/><Signature `, "wsse:InvalidSecurity"},
	{"42 EncryptedData", `<Signature `, `<e:EncryptedData xmlns:e="http://www.w3.org/2001/04/xmlenc#"/><Signature `, "wsse:InvalidSecurity"},
	{"42 ReferenceList", `<Signature `, `<e:ReferenceList xmlns:e="http://www.w3.org/2001/04/xmlenc#"/><Signature `, "wsse:InvalidSecurity"},
	{"SAML", `<Signature `, `<Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion"/><Signature `, "wsse:UnsupportedSecurityToken"},
	{"a UsernameToken beside", `<Signature `, `<o:UsernameToken><o:Username>u</o:Username><o:Password>p</o:Password></o:UsernameToken><Signature `, "wsse:InvalidSecurity"},
	{"text in the Security header", `<Signature `, `text<Signature `, "wsse:InvalidSecurity"},
	{"text in the SignedInfo", `<SignedInfo>`, `<SignedInfo>text`, "wsse:InvalidSecurity"},
	{"an Object", `</KeyInfo>`, `</KeyInfo><Object/>`, "wsse:InvalidSecurity"},
	{"a foreign Signature", `<Signature xmlns="` + dsig, `<Signature xmlns="` + dsig + `evil`, "wsse:UnsupportedSecurityToken"},
}

func TestHostile(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			message := signed(t, replace(t, sessionMessage, h.from, h.to))
			v, err := newStack(t, noon).verify(t, message, policies["call"])
			if code := codeOf(err); code != h.want {
				t.Errorf("got %q (%v), want %q", code, err, h.want)
			}
			if (v == nil) == (err == nil) {
				t.Errorf("%v and %v", v, err)
			}
		})
	}
}

// TestReferencesLead: only header blocks and children of the Security header
// can be signed, whole, and none of them by a signature within.
func TestReferencesLead(t *testing.T) {
	also := replace(t, sessionMessage, timestampReference, timestampReference+referenceTo("x"))
	for _, test := range []struct{ name, from, to, want string }{
		{"a header block", `<a:Action u:Id="_2">`, `<a:Action u:Id="x">`, ""},
		{"nothing", `s:Body`, `s:Body`, "wsse:InvalidSecurity"},
		{"the Security header", `<o:Security `, `<o:Security u:Id="x" `, "wsse:InvalidSecurity"},
		{"a part of the Timestamp", `<u:Created>`, `<u:Created u:Id="x">`, "wsse:InvalidSecurity"},
		{"the Header", `<s:Header>`, `<s:Header u:Id="x">`, "wsse:InvalidSecurity"},
		{"the envelope", `<s:Envelope `, `<s:Envelope u:Id="x" `, "wsse:InvalidSecurity"},
		{"the Body", `<s:Body/>`, `<s:Body u:Id="x"/>`, "wsse:InvalidSecurity"},
		{"a block by Id", `<a:Action u:Id="_2">`, `<a:Action Id="x">`, "wsse:InvalidSecurity"},
		{"the signature's KeyInfo", `<KeyInfo>`, `<KeyInfo u:Id="x">`, "wsse:InvalidSecurity"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := newStack(t, noon).verify(t, signed(t, replace(t, also, test.from, test.to)), policies["call"])
			if code := codeOf(err); code != test.want {
				t.Errorf("got %q (%v), want %q", code, err, test.want)
			}
		})
	}
}

// TestManyReferences: row 24. Sixteen parts of one message can be signed.
func TestManyReferences(t *testing.T) {
	for n, want := range map[int]string{16: "", 17: "wsse:InvalidSecurity"} {
		var blocks, references strings.Builder
		for i := range n - 1 {
			fmt.Fprintf(&blocks, `<b u:Id="b%d"/>`, i)
			references.WriteString(referenceTo(fmt.Sprintf("b%d", i)))
		}
		message := replace(t, replace(t, sessionMessage, "<s:Header>", "<s:Header>"+blocks.String()), timestampReference, timestampReference+references.String())
		v, err := newStack(t, noon).verify(t, signed(t, message), policies["call"])
		if codeOf(err) != want || err == nil && len(v.Signed) != n {
			t.Errorf("%d references: %v", n, err)
		}
	}
}

// TestSecurityElsewhere: the Security header is a header block.
func TestSecurityElsewhere(t *testing.T) {
	m, err := parse(t, signed(t, sessionMessage))
	if err != nil {
		t.Fatal(err)
	}
	security := m.Security[0]
	exchange(security, wrapper(security))
	if _, err := newStack(t, noon).Verify(context.Background(), m, policies["call"]); codeOf(err) != "wsse:InvalidSecurity" {
		t.Errorf("got %v", err)
	}
}

// keyless gives a context with too short a key.
type keyless struct{}

func (keyless) Context(context.Context, wss.ContextReference) (*wss.Context, error) {
	return &wss.Context{Identifier: session, Expires: noon.Add(time.Hour), Key: []byte(sessionKey)[:15]}, nil
}

func TestShortKey(t *testing.T) {
	s := newStack(t, noon)
	s.Contexts = keyless{}
	if _, err := s.verify(t, signed(t, sessionMessage), policies["call"]); codeOf(err) != "wsc:BadContextToken" {
		t.Errorf("got %v", err)
	}
}

// TestManySignatures: row 24.
func TestManySignatures(t *testing.T) {
	message := signed(t, sessionMessage)
	_, rest, _ := strings.Cut(message, "<Signature ")
	one, _, _ := strings.Cut(rest, "</Signature>")
	one = "<Signature " + one + "</Signature>"
	for n, want := range map[int]string{1: "", 2: "wsse:InvalidSecurity", 3: "wsse:InvalidSecurity", 10_000: "wsse:InvalidSecurity"} {
		started := worked(t)
		_, err := newStack(t, noon).verify(t, replace(t, message, one, strings.Repeat(one, n)), policies["call"])
		if code := codeOf(err); code != want || n > 2 && !strings.Contains(err.Error(), "more than 2") {
			t.Errorf("%d signatures: %v", n, err)
		}
		if took := worked(t) - started; took > 5*time.Second {
			t.Errorf("%d signatures took %v", n, took)
		}
	}
}

// TestRequiredParts: rows 19 and 22, by a caller who signs what he likes.
func TestRequiredParts(t *testing.T) {
	policy := wss.Policy{Signature: wss.ContextKey, Signed: []xmltok.Name{{Space: addressing, Local: "To"}}}
	both := replace(t, sessionMessage, timestampReference, timestampReference+referenceTo("_1"))
	for _, test := range []struct{ name, message, want string }{
		{"signed", both, ""},
		{"not signed", sessionMessage, "wsse:InvalidSecurity"},
		{"not there", replace(t, both, "a:To", "a:From"), "wsse:InvalidSecurity"},
		{"of another namespace", replace(t, replace(t, both, "<a:To", `<b:To xmlns:b="urn:b"`), "</a:To", "</b:To"), "wsse:InvalidSecurity"},
		{"two, one signed", replace(t, both, "<a:Action", "<a:To>https://evil.example/</a:To><a:Action"), "wsse:InvalidSecurity"},
		{"in another header", replace(t, replace(t, both, "<a:To", `<b:W xmlns:b="urn:b"><a:To`), "</a:To>", "</a:To></b:W>"), "wsse:InvalidSecurity"},
		{"in the Security header", replace(t, replace(t, both, `<a:To u:Id="_1">https://gateway.example/</a:To>`, ""), "<Signature ",
			`<a:To u:Id="_1">https://gateway.example/</a:To><Signature `), "wsse:UnsupportedSecurityToken"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, err := newStack(t, noon).verify(t, signed(t, test.message), policy)
			if code := codeOf(err); code != test.want {
				t.Fatalf("got %q (%v), want %q", code, err, test.want)
			}
			if err == nil && (len(v.Signed) != 2 || !v.Covers(v.Signed[1]) || v.Signed[1].Name.Local != "To" || v.Covers(v.Signed[1].Parent)) {
				t.Errorf("signed: %v", v.Signed)
			}
		})
	}
}

// TestNothingToProve: a policy that asks for nothing takes a message with
// nothing, and no other asks for nothing.
func TestNothingToProve(t *testing.T) {
	bare := `<s:Envelope xmlns:s="urn:s"><s:Header><x/></s:Header></s:Envelope>`
	if v, err := newStack(t, noon).verify(t, bare, wss.Policy{}); err != nil || v.Username != nil || v.Certificate != nil || v.Context != nil {
		t.Errorf("%v, %v", v, err)
	}
	for _, p := range []wss.Policy{{Username: true}, {Signature: wss.ContextKey}, {Signature: wss.CertificateKey}, {Timestamp: true}} {
		if _, err := newStack(t, noon).verify(t, bare, p); codeOf(err) != "wsse:InvalidSecurity" {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

// TestTextIsOne: whatever is wrong, a caller reads one text, and no reason
// quotes what could be secret.
func TestTextIsOne(t *testing.T) {
	s := newStack(t, noon)
	_, err := s.verify(t, userMessage(`<o:Username>u</o:Username><o:Password Type="x">hunter2</o:Password>`), policies["user"])
	var refused *wss.Error
	if !errors.As(err, &refused) || strings.Contains(fmt.Sprintf("%v %+v", err, err), "hunter2") {
		t.Errorf("%v", err)
	}
	v, err := s.verify(t, userMessage(`<o:Username>u</o:Username><o:Password>hunter2</o:Password>`), policies["user"])
	if err != nil || v.Username.Password != "hunter2" {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(format, v.Username); strings.Contains(text, "hunter2") {
			t.Errorf("%s prints %s", format, text)
		}
	}
}
