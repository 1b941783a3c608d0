package api

import (
	"errors"
	"mime"
	"net/http"
	"strings"
	"testing"
	"time"

	"overgang/rest"
)

// invalid fails unless err is something a client can be told.
func invalid(t *testing.T, err error) {
	t.Helper()
	var known *rest.Error
	if err != nil && (!errors.As(err, &known) || known.Kind != rest.Invalid) {
		t.Fatalf("%T %v", err, err)
	}
}

func FuzzReadJSON(f *testing.F) {
	f.Add(`{"instanceOwnerId":"1","labels":["a"],"data":[{"formId":"x","content":"eA=="}]}`)
	f.Add(`{"reportee":{"ssn":"12247918309"},"dueDateTime":"2019-06-01T12:00:00Z"}`)
	f.Add(`{"labels":[[`)
	f.Fuzz(func(t *testing.T, text string) {
		var n NewInstance
		err := readJSON(strings.NewReader(text), &n, 8)
		invalid(t, err)
		if err == nil {
			if _, err := template(rest.AppID{Org: "o", App: "a"}, &n); err != nil {
				invalid(t, err)
			}
		}
	})
}

func FuzzDateFilter(f *testing.F) {
	for _, s := range []string{"after(2019-05-01)", "between(2019-05-01,2019-05-02T00:00:00+02:00)", "gt:2019-05-01", "eq:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := dateRange("d", []string{text})
		invalid(t, err)
		if err == nil && r == (rest.TimeRange{}) && !strings.Contains(text, "0001-01-01") {
			t.Fatalf("%q filters nothing", text)
		}
	})
}

func FuzzRange(f *testing.F) {
	for _, s := range []string{"bytes=0-1", "bytes=-5", "bytes=5-", "bytes=9223372036854775807-", "bytes=1-1,2-2"} {
		f.Add(s, int64(10))
	}
	f.Fuzz(func(t *testing.T, text string, size int64) {
		if size < 1 {
			return
		}
		r, err := wantedRange(http.Header{"Range": {text}}, `"x"`, size)
		if err == nil && r != nil && (r.first < 0 || r.last < r.first || r.last >= size) {
			t.Fatalf("%q of %d: %+v", text, size, r)
		}
	})
}

func FuzzCursor(f *testing.F) {
	c, err := newCursors([]byte(strings.Repeat("k", 32)), strings.NewReader("a fixed nonce, the same in every process"))
	if err != nil {
		f.Fatal(err)
	}
	p := rest.Position{At: time.Date(2019, 5, 1, 0, 0, 0, 1000, time.UTC), Number: 7}
	good, err := c.seal(p, "q")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, "q")
	f.Add(good[1:], "q")
	f.Fuzz(func(t *testing.T, text, bound string) {
		got, err := c.open(text, bound)
		invalid(t, err)
		if own := text == good && bound == "q"; own != (err == nil) || own && *got != p {
			t.Fatalf("%q for %q: %v, %v", text, bound, got, err)
		}
	})
}

// FuzzDisposition: whatever the name, a reader of RFC 6266 gets it back, and the header holds.
func FuzzDisposition(f *testing.F) {
	for _, s := range []string{"a.xml", "blåbær.xml", "a\"b\\c%", "x\r\nY: z", "\u202e.exe", "'; filename*=x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		header := disposition(name)
		if strings.ContainsAny(header, "\r\n") {
			t.Fatalf("%q breaks the header", name)
		}
		kind, params, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" || params["filename"] != name {
			t.Fatalf("%q: %s: %v %v", name, header, params, err)
		}
		if _, err := fileName(header); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzIfMatch(f *testing.F) {
	f.Add(`"1", W/"2"`)
	f.Fuzz(func(t *testing.T, header string) {
		_, err := matches(header, &rest.Instance{Version: 1}, &rest.Element{Version: 1})
		invalid(t, err)
	})
}
