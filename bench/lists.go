package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// w12Instances is how many instances W12 asks among.
const w12Instances = "1000000"

// listRuns is how many pages of each list are asked for.
const listRuns = 200

// example is what one instance says that filters ask for.
type example struct {
	ID, Created, Archive, Presentation string
}

// mostP99 is what a list may take.
const mostP99 = 10 * time.Millisecond

// startLoaded starts a gateway with a million instances, in a copy of a data
// directory that is kept for the next run.
func startLoaded(ctx context.Context, s settings) (*gateway, error) {
	loaded, err := loadedData(ctx, s)
	if err != nil {
		return nil, err
	}
	data, err := os.MkdirTemp(benchDir, "data")
	if err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(ctx, "cp", "-a", "--reflink=auto", loaded+"/.", data).CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("copy of %s: %w: %s", loaded, err, out), os.RemoveAll(data))
	}
	g, err := startGateway(ctx, s.binary, data)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(data))
	}
	return g, nil
}

// measureW12 measures the HTTP API with a million instances.
func measureW12(ctx context.Context, s settings) ([]row, error) {
	g, err := startLoaded(ctx, s)
	if err != nil {
		return nil, err
	}
	defer g.close()
	examples, err := g.examples(ctx)
	if err != nil {
		return nil, err
	}
	point, err := g.measurePoints(ctx, s, examples)
	if err != nil {
		return nil, err
	}
	rows := []row{point}
	slow := 0
	for n, l := range restLists {
		progress("%d of %d lists", n, len(restLists))
		r, err := g.measureList(ctx, l, examples)
		if err != nil {
			return nil, err
		}
		if r.p99 > mostP99 {
			slow++
		}
		rows = append(rows, r)
	}
	progress("%d lists, %d of them over %v at p99\n", len(restLists), slow, mostP99)
	create, err := g.measureCreates(ctx, s)
	return append(rows, create), err
}

// progress writes over its last line, on a terminal; elsewhere only what ends a line is written.
func progress(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprint(os.Stderr, "\r\x1b[K"+text)
	} else if strings.HasSuffix(text, "\n") {
		fmt.Fprint(os.Stderr, text)
	}
}

// loadedData is a data directory with demo data and a million instances. It is
// filled anew when the loader, which has the schema in it, has changed.
func loadedData(ctx context.Context, s settings) (string, error) {
	program, err := os.ReadFile(s.loader)
	if err != nil {
		return "", err
	}
	sum := fmt.Sprintf("%x %s\n", sha256.Sum256(program), w12Instances)
	dir := filepath.Join(benchDir, "w12")
	mark := filepath.Join(dir, "loaded")
	if was, err := os.ReadFile(mark); err == nil && string(was) == sum {
		return dir, nil
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return "", err
	}
	g, err := startGateway(ctx, s.binary, dir)
	if err != nil {
		return "", err
	}
	app, person := g.env["APP"], g.env["PERSON_SSN"]
	g.stop(false)
	load := exec.CommandContext(ctx, s.loader, "-data", dir, "-app", app, "-reader", person, "-instances", w12Instances)
	load.Stdout, load.Stderr = os.Stderr, os.Stderr
	if err := load.Run(); err != nil {
		return "", fmt.Errorf("loader: %w", err)
	}
	return dir, os.WriteFile(mark, []byte(sum), 0o600)
}

// get asks the storage face. A query "Name: value" goes into a header.
func (g *gateway) get(ctx context.Context, who, query string) ([]byte, error) {
	name, value, header := strings.Cut(query, ": ")
	if header {
		query = ""
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.env["OVERGANG_URL"]+"/storage/instances?"+query, nil)
	if err != nil {
		return nil, err
	}
	if header {
		req.Header.Set(name, value)
	}
	req.Header.Set("Authorization", "Bearer "+g.env["REST_TOKEN_"+strings.ToUpper(who)])
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: HTTP %d: %s", query, res.StatusCode, body)
	}
	return body, err
}

// page is what a list answers, as far as W12 looks at it.
type page struct {
	Links struct {
		Next struct{ Href string } `json:"next"`
	} `json:"_links"`
	Embedded struct {
		Instances []struct {
			ID                string `json:"id"`
			Created           string `json:"createdDateTime"`
			PresentationField string `json:"presentationField"`
			ArchiveReference  string `json:"archiveReference"`
		} `json:"instances"`
	} `json:"_embedded"`
}

// examples are instances from all over the store.
func (g *gateway) examples(ctx context.Context) ([]example, error) {
	var list []example
	now := time.Now()
	for n := range listRuns {
		at := now.Add(-time.Duration(n+5) * 700 * 24 * time.Hour / (listRuns + 10)).UTC()
		body, err := g.get(ctx, "owner", "size=3&status.isSoftDeleted=false&status.isMarkedForHardDelete=false&search=Melding&createdDateTime="+
			url.QueryEscape("after("+at.Format(time.RFC3339)+")"))
		if err != nil {
			return nil, err
		}
		var page page
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, err
		}
		for _, i := range page.Embedded.Instances {
			list = append(list, example{i.ID, i.Created, i.ArchiveReference, i.PresentationField})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no instances to ask for")
	}
	return list, nil
}

// measureList asks for a list, each time of other instances.
func (g *gateway) measureList(ctx context.Context, l listing, examples []example) (row, error) {
	var took []time.Duration
	used := g.cpuTime()
	for n := range listRuns / max(1, l.pages) {
		query, err := g.filled(l.query, examples[n*7919%len(examples)])
		if err != nil {
			return row{}, err
		}
		for range max(1, l.pages) {
			begun := time.Now()
			body, err := g.get(ctx, l.who, query)
			if err != nil {
				return row{}, err
			}
			took = append(took, time.Since(begun))
			if l.pages == 0 {
				break
			}
			var page page
			if err := json.Unmarshal(body, &page); err != nil {
				return row{}, err
			}
			_, next, more := strings.Cut(page.Links.Next.Href, "?")
			if !more {
				break
			}
			query = next
		}
	}
	each := g.cpuEach(used, float64(len(took)))
	slices.Sort(took)
	what := l.query
	if l.pages > 0 {
		what += fmt.Sprintf(" … %d pages on", l.pages)
	}
	return row{id: "W12", who: "Overgang", p50: took[len(took)/2], p99: took[len(took)*99/100], cpu: each,
		note: fmt.Sprintf("list, %s: `%s`", l.who, what)}, nil
}

// filled puts an instance's values into a query.
func (g *gateway) filled(query string, e example) (string, error) {
	created, err := time.Parse(time.RFC3339, e.Created)
	if err != nil {
		return "", err
	}
	owner, _, _ := strings.Cut(e.ID, "/")
	party, err := strconv.Atoi(owner)
	if err != nil {
		return "", err
	}
	org, _, _ := strings.Cut(g.env["APP"], "/")
	text := e.Presentation[max(0, len(e.Presentation)-6):]
	archive := e.Archive
	if archive == "" {
		archive = "AR1000001"
	}
	return strings.NewReplacer("{org}", org, "{app}", g.env["APP"], "{owner}", owner, "{big}", "100001",
		"{number}", "Organisation:"+strconv.Itoa(810_000_000+party-100_001), "{date}", e.Created, "{never}", "2099-01-01",
		"{later}", created.Add(24*time.Hour).Format(time.RFC3339), "{archive}", archive, "{text}", url.QueryEscape(text)).Replace(query), nil
}

// measurePoints loads the gateway with reads of single instances.
func (g *gateway) measurePoints(ctx context.Context, s settings, examples []example) (row, error) {
	paths := make([]string, len(examples))
	for n, e := range examples {
		paths[n] = fmt.Sprintf("%q", "/storage/instances/"+e.ID)
	}
	script := fmt.Sprintf(`local paths = {%s}
local n = 0
local headers = {["Authorization"] = "Bearer %s"}
request = function()
  n = n %% #paths + 1
  return wrk.format("GET", paths[n], headers)
end
`, strings.Join(paths, ", "), g.env["REST_TOKEN_OWNER"])
	return g.loadREST(ctx, s, script, "one instance by id")
}

// measureCreates loads the gateway with new instances.
func (g *gateway) measureCreates(ctx context.Context, s settings) (row, error) {
	script := fmt.Sprintf(`local headers = {["Authorization"] = "Bearer %s", ["Content-Type"] = "application/json"}
request = function()
  return wrk.format("POST", "/%s/instances", headers, '{"reportee":{"organizationNumber":"%s"}}')
end
`, g.env["REST_TOKEN_USER"], g.env["APP"], g.env["ORG"])
	return g.loadREST(ctx, s, script, "create, JSON, durable")
}

func (g *gateway) loadREST(ctx context.Context, s settings, script, note string) (row, error) {
	if _, err := wrk(ctx, benchDir, g.env["OVERGANG_URL"], script, s.seconds/2); err != nil {
		return row{}, err
	}
	g.resetPeak()
	stop := g.profile(s, "W12-"+strings.Fields(note)[0])
	defer stop()
	used := g.cpuTime()
	l, err := wrk(ctx, benchDir, g.env["OVERGANG_URL"], script, s.seconds)
	return row{id: "W12", who: "Overgang", rate: l.Rate, p50: l.P50, p99: l.P99, cpu: g.cpuEach(used, l.Rate*s.seconds.Seconds()), rss: g.peakRSS(),
		errors: l.Errors, note: note}, err
}
