package soap

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	wsaOpen    = ` xmlns:w="http://www.w3.org/2005/08/addressing"`
	wsseHeader = `<o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><o:Token>x</o:Token></o:Security>`
	anonymous  = `<w:Address>http://www.w3.org/2005/08/addressing/anonymous</w:Address>`
)

func TestHeaders(t *testing.T) {
	const countAction = "urn:test:post/IPost/Count"
	tests := []struct{ name, header, want string }{ // want "" = answered
		{"nothing", "", ""},
		{"white space and a comment", " \n<!-- x -->", ""},
		{"unknown", `<x xmlns="urn:x">y<z/></x>`, ""},
		{"Security", wsseHeader, ""},
		{"unknown, must not", `<x e:mustUnderstand="0"/><x e:mustUnderstand="false"/>`, ""},
		{"unknown, must", `<a xmlns="urn:x" e:mustUnderstand="1"/><b/>`, "MustUnderstand|{urn:x}a."},
		{"two unknown, must", `<p:a xmlns:p="urn:x" e:mustUnderstand=" true "/><b e:mustUnderstand="1"/>`, "MustUnderstand|{urn:x}a, {urn:test:post}b."},
		{"Security, must", strings.Replace(wsseHeader, ">", ` e:mustUnderstand="1">`, 1), "MustUnderstand|Security"},
		{"must in no namespace", `<x mustUnderstand="1"/>`, ""},
		{"must by another prefix", `<x xmlns:q="ENV" q:mustUnderstand="1"/>`, "MustUnderstand|{urn:test:post}x"},
		{"must is strange", `<x e:mustUnderstand="yes"/>`, "Client|not a boolean"},
		{"for another", `<x e:mustUnderstand="1" e:actor="urn:someone" e:role="urn:someone"/>`, ""},
		{"for next", `<x e:mustUnderstand="1" e:actor="http://schemas.xmlsoap.org/soap/actor/next" e:role="http://www.w3.org/2003/05/soap-envelope/role/next"/>`, "MustUnderstand|x"},
		{"for us by name", `<x e:mustUnderstand="1" e:actor="" e:role="http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"/>`, "MustUnderstand|x"},
		{"text", `hello`, "Client|Header holds text"},
		{"text behind a block", `<x/>hello`, "Client|Header holds text"},
		{"addressing", `<w:Action e:mustUnderstand="1">` + countAction + `</w:Action><w:ReplyTo>` + anonymous + `</w:ReplyTo><w:FaultTo>` + anonymous +
			`</w:FaultTo><w:RelatesTo>a</w:RelatesTo><w:RelatesTo>b</w:RelatesTo><w:From><w:Address>urn:me</w:Address></w:From><w:MessageID> urn:1&amp;2 </w:MessageID>`, ""},
		{"To is here", `<w:To e:mustUnderstand="1">https://www.example.com:8443/POST/PostPATH.svc</w:To>`, ""},
		{"To is anonymous", `<w:To>http://www.w3.org/2005/08/addressing/anonymous</w:To>`, ""},
		{"To is elsewhere", `<w:To>https://gateway.example/Post/Other.svc</w:To>`, "DestinationUnreachable|another address"},
		{"To is no address", `<w:To>%zz</w:To>`, "DestinationUnreachable|another address"},
		{"ReplyTo none", `<w:ReplyTo><w:Address>http://www.w3.org/2005/08/addressing/none</w:Address></w:ReplyTo>`, ""},
		{"ReplyTo elsewhere", `<w:ReplyTo><w:Address>http://127.0.0.1:1/</w:Address></w:ReplyTo>`, "OnlyAnonymousAddressSupported|ReplyTo"},
		{"ReplyTo twice inside", `<w:ReplyTo>` + anonymous + `<w:Address>file:///x</w:Address></w:ReplyTo>`, "OnlyAnonymousAddressSupported|ReplyTo"},
		{"FaultTo elsewhere", `<w:FaultTo><w:Address>file:///x</w:Address></w:FaultTo>`, "OnlyAnonymousAddressSupported|FaultTo"},
		{"FaultTo empty", `<w:FaultTo/>`, "OnlyAnonymousAddressSupported|FaultTo"},
		{"Action of another", `<w:Action>` + sendAction + `</w:Action>`, "ActionMismatch|Action header"},
		{"Action empty", `<w:Action/>`, "InvalidAddress|Action header is empty"},
		{"Action twice", `<w:Action>` + countAction + `</w:Action><w:Action>` + countAction + `</w:Action>`, "InvalidCardinality|more than one Action"},
		{"MessageID twice", `<w:MessageID>a</w:MessageID><w:MessageID>b</w:MessageID>`, "InvalidCardinality|more than one MessageID"},
		{"MessageID long", `<w:MessageID>` + strings.Repeat("x", 3000) + `</w:MessageID>`, "InvalidAddress|too long"},
		{"addressing for another", `<w:ReplyTo e:actor="urn:other" e:role="urn:other"/>`, ""},
		{"the most elements", strings.Repeat("<x/>", 2000), ""},
		{"too many elements", strings.Repeat("<x><y/></x>", 1000) + "<x/>", "400|more than 2000 elements"},
		{"too long", `<x>` + strings.Repeat("x", 300<<10) + `</x>`, "400|beyond the limit"},
	}
	b := start(t, nil)
	for _, version := range []Version{V11, V12} {
		path, contentType, client := path11, textXML11, "Client"
		if version == V12 {
			path, contentType, client = path12, soapXML12, "Sender"
		}
		for _, tt := range tests {
			header := strings.NewReplacer("ENV", version.Namespace(), "PostPATH.svc", path[len("/Post/"):]).Replace(tt.header)
			doc := strings.Replace(envelope(version.Namespace(), "<e:Header>"+header+"</e:Header>", countBody), "<e:Envelope", "<e:Envelope"+wsaOpen, 1)
			r := b.call(t, path, contentType, doc)
			if tt.want == "" {
				if r.status != 200 || strings.Contains(r.body, "RelatesTo") != strings.Contains(header, "MessageID") {
					t.Errorf("%s, SOAP %d: %d %s", tt.name, version, r.status, r.body)
				}
				continue
			}
			code, text, _ := strings.Cut(tt.want, "|")
			if code == "Client" {
				code = client
			}
			status := 500
			if code == "400" {
				code, status = "", 400
			}
			if r.status != status || !strings.Contains(r.body, code) || !strings.Contains(r.body, text) {
				t.Errorf("%s, SOAP %d: %d %s", tt.name, version, r.status, r.body)
			}
			if code == "MustUnderstand" && version == V12 && !strings.Contains(r.body, `<s:Header><s:NotUnderstood qname="n:`) {
				t.Errorf("%s: %s", tt.name, r.body)
			}
		}
	}
}

func TestAddressingIsAnswered(t *testing.T) {
	b := start(t, nil)
	header := `<w:MessageID xmlns:w="http://www.w3.org/2005/08/addressing">urn:1&amp;2</w:MessageID>`
	r := b.call(t, path11, textXML11, header11(header, countBody))
	want := `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>` +
		`<a:Action xmlns:a="http://www.w3.org/2005/08/addressing">urn:test:post/IPost/CountResponse</a:Action>` +
		`<a:RelatesTo xmlns:a="http://www.w3.org/2005/08/addressing">urn:1&amp;2</a:RelatesTo></s:Header>` +
		`<s:Body><CountResponse xmlns="urn:test:post"><CountResult>4</CountResult></CountResponse></s:Body></s:Envelope>`
	if diff := cmp.Diff(want, r.body); diff != "" {
		t.Error(diff)
	}
	for body, action := range map[string]string{
		`<Send><user>wrong</user></Send>`: "urn:test:post/IPost/SendFault",
		`<Send><user>fault</user></Send>`: "http://www.w3.org/2005/08/addressing/soap/fault",
		`<Nonsense/>`:                     "http://www.w3.org/2005/08/addressing/fault",
	} {
		r := b.call(t, path11, textXML11, header11(header, body))
		if r.status != 500 || !strings.Contains(r.body, `">`+action+`</a:Action>`) || !strings.Contains(r.body, `>urn:1&amp;2</a:RelatesTo>`) {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
}

func TestEnvelopeShape(t *testing.T) {
	b := start(t, nil)
	for name, doc := range map[string]string{
		"two headers":   envelope(NS11, "<e:Header/><e:Header/>", countBody),
		"foreign":       envelope(NS11, "<x/>", countBody),
		"other version": envelope(NS11, `<Header xmlns="`+NS12+`"/>`, countBody),
		"text":          envelope(NS11, "x", countBody),
		"empty":         `<Envelope xmlns="` + NS11 + `"/>`,
		"header only":   `<Envelope xmlns="` + NS11 + `"><Header/></Envelope>`,
	} {
		r := b.call(t, path11, textXML11, doc)
		if r.status != 500 || !strings.Contains(r.body, "<faultcode>s:Client</faultcode>") {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	for name, doc := range map[string]string{
		"byte order mark": "\xef\xbb\xbf" + header11("<x/>", countBody),
		"comments":        "<!-- <a> -->" + header11("<x/>", "<!-- -->"+countBody)[40:],
		"default prefix":  `<Envelope xmlns="` + NS11 + `"><Header><x/></Header><Body><Count xmlns="` + tns + `"/></Body></Envelope>`,
		"encodingStyle":   strings.Replace(body11(countBody), "<e:Body>", `<e:Body e:encodingStyle="x">`, 1),
	} {
		if r := b.call(t, path11, textXML11, doc); r.status != 200 {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}
