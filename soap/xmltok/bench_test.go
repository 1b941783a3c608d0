package xmltok_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"overgang/soap/xmltok"
)

// benchVocabulary is what a server would know beforehand.
var benchVocabulary = xmltok.NewVocabulary(
	"http://schemas.xmlsoap.org/soap/envelope/", "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10",
	"Envelope", "Header", "Body", "SubmitFormTaskBasic", "systemUserName", "formTaskShipment", "FormTasks", "FormData",
)

// form is form data of about n bytes: indented, CR LF, some Norwegian letters.
func form(n int) string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Skjema xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" skjemanummer=\"212\">\r\n")
	for i := 0; b.Len() < n-10; i++ {
		fmt.Fprintf(&b, "  <Rapport-grp-%d gruppeid=\"%d\">\r\n    <Virksomhet-navn orid=\"%d\">Blåbærsyltetøy &amp; sønner AS</Virksomhet-navn>\r\n  </Rapport-grp-%d>\r\n", i, i*7, i*31, i)
	}
	b.WriteString("</Skjema>")
	return b.String()
}

func envelope(data string) []byte {
	return []byte("<?xml version=\"1.0\" encoding=\"utf-8\"?>" +
		"<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:ns=\"http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10\"><soapenv:Header/><soapenv:Body>" +
		"<ns:SubmitFormTaskBasic><ns:systemUserName>system</ns:systemUserName><ns:formTaskShipment><ns:FormTasks><ns:FormData>" +
		data + "</ns:FormData></ns:FormTasks></ns:formTaskShipment></ns:SubmitFormTaskBasic></soapenv:Body></soapenv:Envelope>")
}

func escaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// dense is markup with little text.
func dense(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "<ns:Part id=\"p\" ns:kind=\"true\"><ns:Code>%d</ns:Code><ns:Count/></ns:Part>", i%10)
	}
	return b.String()
}

// binary is base64 in lines of 76, as many clients write it.
func binary(n int) string {
	all := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("0123456789abcdef\x00\xff"), n/24))
	var b strings.Builder
	for len(all) > 76 {
		b.WriteString(all[:76] + "\r\n")
		all = all[76:]
	}
	b.WriteString(all)
	return b.String()
}

func BenchmarkReader(b *testing.B) {
	for _, doc := range []struct {
		name string
		data []byte
	}{
		{"CDATA-10KB", envelope("<![CDATA[" + form(10_000) + "]]>")},
		{"Escaped-10KB", envelope(escaped(form(9_000)))},
		{"Plain-10KB", envelope(strings.Repeat("Plain text without anything. ", 350))},
		{"Raw-10KB", envelope(form(10_000)[len("<?xml version=\"1.0\" encoding=\"utf-8\"?>"):])},
		{"Dense-10KB", envelope(dense(10_000))},
		{"Base64-10MB", envelope(base64.StdEncoding.EncodeToString(make([]byte, 7_500_000)))},
		{"Hostile-5MB", []byte(hostile())},
		{"Base64Lines-10MB", envelope(binary(10_000_000))},
	} {
		b.Run(doc.name, func(b *testing.B) {
			r := xmltok.NewReader(benchVocabulary)
			src := bytes.NewReader(nil)
			b.SetBytes(int64(len(doc.data)))
			b.ReportAllocs()
			for b.Loop() {
				src.Reset(doc.data)
				r.Reset(src, xmltok.Limits{})
				if _, err := readAll(r); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(doc.name+"/encoding-xml", func(b *testing.B) {
			src := bytes.NewReader(nil)
			b.SetBytes(int64(len(doc.data)))
			b.ReportAllocs()
			for b.Loop() {
				src.Reset(doc.data)
				d := xml.NewDecoder(src)
				for {
					if _, err := d.Token(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
