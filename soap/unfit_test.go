package soap

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestUnfitBodyGetsDetail: the fault of a body that does not fit its schema
// goes through FaultFor, which may add the operation's declared detail.
func TestUnfitBodyGetsDetail(t *testing.T) {
	p := &post{}
	s, err := New(testContract(), p.services(), Options{FaultFor: testFaultFor})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, doc, content string }{
		{path11, `<s:Envelope xmlns:s="` + NS11 + `"><s:Body><Count xmlns="` + tns + `"><number>many</number></Count></s:Body></s:Envelope>`, textXML11},
		{path12, `<s:Envelope xmlns:s="` + NS12 + `"><s:Body><Count xmlns="` + tns + `"><number>many</number></Count></s:Body></s:Envelope>`, soapXML12},
	} {
		r := httptest.NewRequest(http.MethodPost, c.path, strings.NewReader(c.doc))
		r.Header.Set("Content-Type", c.content)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		got := w.Body.String()
		if !strings.Contains(got, "does not fit its schema: number") || !strings.Contains(got, "<Message>does not fit Count</Message>") {
			t.Errorf("%s: %d %s", c.path, w.Code, got)
		}
		if p.handled != 0 {
			t.Error("handled all the same")
		}
	}
}
