package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

func refusal(kind, code string) error {
	kinds := map[string]rest.Kind{"Unsupported": rest.Unsupported, "Unprocessable": rest.Unprocessable, "PreconditionFailed": rest.PreconditionFailed}
	return rest.Errorf(kinds[kind], code, "So says the core.")
}

// contentPaths are the addresses of the first element's content.
func contentPaths(i api.Instance) map[string]string {
	id := i.Data[0].Id.String()
	return map[string]string{
		"apps": dataPath(i) + "/" + id, "storage": "/storage/instances/" + i.Id + "/data/" + id,
		"later": "/storage/api/v1/instances/" + i.Id + "/data/" + id,
	}
}

func TestDownload(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	for face, path := range contentPaths(i) {
		t.Run(face, func(t *testing.T) {
			a := g.do(call{path: path, as: asUser}).want(t, 200, "")
			if string(a.body) != formText {
				t.Errorf("%s", a.body)
			}
			sum := digestOf(formText)
			for name, want := range map[string]string{
				"Content-Type": "application/xml", "Content-Length": "10", "Accept-Ranges": "bytes",
				"Content-Disposition": `attachment; filename="m.xml"`, "Digest": "sha-256=" + sum,
				"Repr-Digest": "sha-256=:" + sum + ":", "Content-Digest": "sha-256=:" + sum + ":", "X-Content-Type-Options": "nosniff",
			} {
				if got := a.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			tag := a.Header.Get("ETag")
			g.do(call{path: path, as: asUser, header: header("If-None-Match", tag)}).want(t, 304, "")
			g.do(call{path: path, as: asUser, header: header("If-None-Match", "*")}).want(t, 304, "")
			g.do(call{path: path, as: asUser, header: header("If-Match", tag, "Range", "bytes=0-3")}).want(t, 206, "")
			g.do(call{path: path, as: asUser, header: header("If-Match", `"other"`, "Range", "bytes=0-3")}).want(t, 412, "version-stale")
			g.do(call{path: path, as: asUser, header: header("If-Match", `"other"`, "If-None-Match", tag)}).want(t, 412, "version-stale")
			g.do(call{path: path, as: asUser, header: header("If-Match", "other")}).want(t, 400, "if-match-malformed")

			for spec, want := range map[string]string{"bytes=0-3": "<mel", "bytes=4-": "ding/>", "bytes=-3": "g/>", "bytes=8-99": "/>", "bytes=-99": formText} {
				p := g.do(call{path: path, as: asUser, header: header("Range", spec, "If-Range", tag)}).want(t, 206, "")
				if string(p.body) != want || p.Header.Get("Content-Digest") != "" || p.Header.Get("Repr-Digest") != "sha-256=:"+sum+":" {
					t.Errorf("%s: %q %v", spec, p.body, p.Header)
				}
			}
			if got := g.do(call{path: path, as: asUser, header: header("Range", "bytes=2-4")}).Header.Get("Content-Range"); got != "bytes 2-4/10" {
				t.Error(got)
			}
			for _, spec := range []string{"bytes=10-", "bytes=-0", "bytes=99999999999-"} {
				g.do(call{path: path, as: asUser, header: header("Range", spec)}).want(t, 416, "range-not-satisfiable")
			}
			// Ignored, as RFC 9110 allows: the whole comes.
			for _, h := range []http.Header{
				header("Range", "bytes=0-1,4-5"), header("Range", "lines=1-2"), header("Range", "bytes=x-1"), header("Range", "bytes=5-2"),
				header("Range", "bytes=1"), header("Range", "bytes=-x"), header("Range", "bytes=0-1", "If-Range", `"other"`),
			} {
				g.do(call{path: path, as: asUser, header: h}).want(t, 200, "")
			}
		})
	}
}

func TestFileNames(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	path := contentPaths(i)["apps"]
	for name, want := range map[string]string{
		"":                 "attachment",
		"a b.xml":          `attachment; filename="a b.xml"`,
		"blåbær.xml":       `attachment; filename="bl_b_r.xml"; filename*=UTF-8''bl%C3%A5b%C3%A6r.xml`,
		`q"uo\te%.xml`:     `attachment; filename="q_uo_te_.xml"; filename*=UTF-8''q%22uo%5Cte%25.xml`,
		"line\r\nX-Y: b":   `attachment; filename="lineX-Y: b"; filename*=UTF-8''line%0D%0AX-Y%3A%20b`,
		"a+b, c;d (1).xml": `attachment; filename="a+b, c;d (1).xml"`,
	} {
		g.core.instances[0].Elements[0].FileName = name
		if got := g.do(call{path: path, as: asUser}).Header.Get("Content-Disposition"); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// logged returns the next element whose download was logged, or Nil when none is soon.
func (g *gateway) logged(wait time.Duration) uuid.UUID {
	select {
	case id := <-g.core.downloads:
		return id
	case <-time.After(wait):
		return uuid.Nil
	}
}

func TestOnlyTheOwnersWholeDownloadIsLogged(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	paths := contentPaths(i)
	for name, c := range map[string]call{
		"a user's":          {path: paths["storage"], as: asUser},
		"on the apps face":  {path: paths["apps"], as: asOwner},
		"a part":            {path: paths["storage"], as: asOwner, header: header("Range", "bytes=0-3")},
		"a part that's all": {path: paths["storage"], as: asOwner, header: header("Range", "bytes=0-")},
		"HEAD":              {method: "HEAD", path: paths["storage"], as: asOwner},
		"not modified":      {path: paths["storage"], as: asOwner, header: header("If-None-Match", "*")},
	} {
		if a := g.do(c); a.StatusCode >= 400 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
		if got := g.logged(20 * time.Millisecond); got != uuid.Nil {
			t.Errorf("%s was logged", name)
		}
	}
	for _, face := range []string{"storage", "later"} {
		before := g.do(call{path: paths[face], as: asOwner}).want(t, 200, "").Header.Get("ETag")
		select {
		case got := <-g.core.downloads:
			if got != i.Data[0].Id {
				t.Errorf("%s: logged %v", face, got)
			}
		default:
			t.Errorf("%s: it has come, and is not logged", face)
		}
		// The download is told in the metadata and leaves the content's ETag alone.
		g.do(call{path: paths[face], as: asOwner, header: header("If-None-Match", before)}).want(t, 304, "")
	}
	var after api.Instance
	g.do(call{path: "/storage/instances/" + i.Id, as: asOwner}).json(t, &after)
	if len(after.Data[0].ApplicationOwner.Downloaded) != 2 {
		t.Errorf("%+v", after.Data[0].ApplicationOwner)
	}
}

func TestBrokenOffDownloadsAreNotLogged(t *testing.T) {
	t.Run("the client leaves", func(t *testing.T) {
		g := newGateway(t)
		i := g.create(person)
		g.core.contents[i.Data[0].Id] = []byte(strings.Repeat("x", 64<<20)) // more than socket buffers hold
		g.core.instances[0].Elements[0].Content.Size = 64 << 20
		r, err := http.NewRequestWithContext(t.Context(), "GET", g.url+contentPaths(i)["storage"], nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+g.token(asOwner))
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, response.Body, 1000); err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if got := g.logged(300 * time.Millisecond); got != uuid.Nil {
			t.Error("it was logged")
		}
	})
	t.Run("the store fails", func(t *testing.T) {
		g := newGateway(t)
		i := g.create(person)
		g.core.damaged = true
		r, err := http.NewRequestWithContext(t.Context(), "GET", g.url+contentPaths(i)["storage"], nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+g.token(asOwner))
		response, err := http.DefaultClient.Do(r)
		if err == nil { // the headers may be out before the end is missed
			_, err = io.ReadAll(response.Body)
			response.Body.Close()
		}
		if err == nil {
			t.Error("the client could not see that the end is missing")
		}
		if got := g.logged(100 * time.Millisecond); got != uuid.Nil {
			t.Error("it was logged")
		}
		for begun := time.Now(); !strings.Contains(g.logs.String(), "broken-off"); time.Sleep(time.Millisecond) {
			if time.Since(begun) > time.Minute { // the line comes a little later than what there is of the answer
				t.Fatal("the log does not tell")
			}
		}
	})
}
