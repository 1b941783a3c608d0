package c14n_test

import (
	"strings"
	"testing"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

const header = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"><s:Header><a:Action s:mustUnderstand="1">urn:action</a:Action><a:To s:mustUnderstand="1" u:Id="_1">http://localhost/</a:To><o:Security s:mustUnderstand="1" xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><u:Timestamp u:Id="_0"><u:Created>2026-11-20T08:00:00.000Z</u:Created><u:Expires>2026-11-20T08:05:00.000Z</u:Expires></u:Timestamp></o:Security></s:Header></s:Envelope>`

func BenchmarkTimestamp(b *testing.B) {
	e := find(parse(b, header), "Timestamp")
	for name, options := range map[string]c14n.Options{"plain": {}, "listed": {Inclusive: []string{"s", "a"}}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var out []byte
			for b.Loop() {
				out = c14n.Append(out[:0], e, options)
			}
			b.SetBytes(int64(len(out)))
		})
	}
}

func BenchmarkParse(b *testing.B) {
	words := strings.FieldsFunc(header, func(r rune) bool { return strings.ContainsRune(` <>="`, r) })
	p, doc := c14n.NewParser(xmltok.NewVocabulary(words...)), []byte(header)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Parse(doc, xmltok.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
