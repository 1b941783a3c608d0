package soap

import (
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"
)

// FuzzEnvelope sends documents as SOAP 1.1 and 1.2. Whatever comes, the answer
// is well-formed, has one of the promised statuses, and every sink was ended.
func FuzzEnvelope(f *testing.F) {
	for _, doc := range []string{
		body11(sendBody), body11(countBody), header11(wsseHeader, countBody), envelope(NS12, "", sendBody),
		header11(`<w:Action`+wsaOpen+` e:mustUnderstand="1">`+sendAction+`</w:Action><w:MessageID`+wsaOpen+`>x</w:MessageID>`, sendBody),
		header11(`<x e:mustUnderstand="1"/>`, ""), "<!-- c --><?xml version='1.0'?><a/>",
	} {
		f.Add(doc, sendAction)
	}
	p := &post{}
	s, err := New(testContract(), p.services(), Options{FaultFor: testFaultFor})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, doc, action string) {
		for _, version := range []Version{V11, V12} {
			p.sinks = nil
			w := newRecorder()
			r, _ := http.NewRequest("POST", map[Version]string{V11: path11, V12: path12}[version], strings.NewReader(doc))
			r.Header.Set("Content-Type", version.ContentType())
			r.Header.Set("SOAPAction", action)
			s.ServeHTTP(w, r)
			switch w.status {
			case 200, 500:
				wellFormed(t, w.String())
			case 400, 413, 415:
			default:
				t.Fatalf("status %d", w.status)
			}
			if strings.Contains(w.String(), "panic") {
				t.Fatal(w.String())
			}
			for _, sink := range p.sinks {
				if sink.closed+sink.aborted != 1 {
					t.Fatalf("a sink was closed %d and aborted %d times", sink.closed, sink.aborted)
				}
			}
		}
	})
}

func wellFormed(t *testing.T, doc string) {
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, doc)
		}
	}
}
