package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// w12Instances is how many instances W12 asks among.
const w12Instances = "1000000"

// filterRuns is how often each filter is asked for.
const filterRuns = 200

// restFilters are the lists of W12: every documented filter, each as an
// application's owner asks. {date} and the like are filled in from instances
// that are there.
var restFilters = []string{
	"org={org}", "appId={app}", "instanceOwnerId={owner}", "instanceOwnerId={owner}&appId={app}", "label=common", "label=some", "label=rare", "label=common&label=some",
	"workflow.currentStep=Signing", "workflow.currentStep=Archived", "workflow.isCompleted=true", "workflow.isCompleted=false",
	"createdDateTime=after({date})", "createdDateTime=before({date})", "createdDateTime=between({date},{later})",
	"createdDateTime=gt:{date}&sort=-lastChangedDateTime", "createdDateTime=lt:{date}&sort=-lastChangedDateTime", "createdDateTime=eq:{date}",
	"lastChangedDateTime=gte:{date}", "lastChangedDateTime=lte:{date}&sort=-createdDateTime", "lastChangedDateTime=between({date},{later})&sort=createdDateTime",
	"dueDateTime=after({date})", "dueDateTime=before({date})&sort=-lastChangedDateTime", "dueDateTime=between({date},{later})",
	"visibleDateTime=before({date})", "visibleDateTime=after({date})&sort=-createdDateTime",
	"status.isArchived=true", "status.isArchived=false", "status.isSoftDeleted=true", "status.isMarkedForHardDelete=true", "confirmed=true", "confirmed=false",
	"status.isArchived=true&confirmed=false&status.isSoftDeleted=false", "archiveReference={archive}",
	"search=flom", "search={text}", "search={text}&sort=-createdDateTime", "search=finnes+ikke",
	"sort=-lastChangedDateTime", "sort=createdDateTime", "sort=-createdDateTime", "label=some&workflow.isCompleted=true&createdDateTime=after({date})",
}

// example is what one instance says that filters ask for.
type example struct {
	ID, Created, Archive, Presentation string
}

// measureW12 measures the HTTP API with a million instances.
func measureW12(ctx context.Context, s settings) ([]row, error) {
	if s.loaded != "" {
		g, err := startGateway(ctx, s.binary, s.loaded)
		if err != nil {
			return nil, err
		}
		defer g.stop(false)
		return measureREST(ctx, s, g)
	}
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	app := g.env["APP"]
	g.stop(false)
	load := exec.CommandContext(ctx, s.loader, "-data", g.data, "-app", app, "-instances", w12Instances)
	load.Stderr = os.Stderr
	if out, err := load.Output(); err != nil {
		return nil, fmt.Errorf("loader: %w: %s", err, out)
	}
	if g, err = startGateway(ctx, s.binary, g.data); err != nil {
		return nil, err
	}
	defer g.close()
	return measureREST(ctx, s, g)
}

func measureREST(ctx context.Context, s settings, g *gateway) ([]row, error) {
	examples, err := g.examples(ctx)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, filter := range restFilters {
		r, err := g.measureFilter(ctx, filter, examples)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	point, err := g.measurePoints(ctx, s, examples)
	if err != nil {
		return nil, err
	}
	create, err := g.measureCreates(ctx, s)
	return append(rows, point, create), err
}

// get asks the storage face as the application's owner.
func (g *gateway) get(ctx context.Context, query string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.env["OVERGANG_URL"]+"/storage/instances?"+query, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+g.env["REST_TOKEN_OWNER"])
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

// examples are instances from all over the store.
func (g *gateway) examples(ctx context.Context) ([]example, error) {
	var list []example
	now := time.Now()
	for n := range filterRuns {
		at := now.Add(-time.Duration(n+5) * 700 * 24 * time.Hour / (filterRuns + 10)).UTC()
		body, err := g.get(ctx, "size=3&search=Melding&createdDateTime="+url.QueryEscape("after("+at.Format(time.RFC3339)+")"))
		if err != nil {
			return nil, err
		}
		var page struct {
			Embedded struct {
				Instances []struct {
					ID                string `json:"id"`
					Created           string `json:"createdDateTime"`
					PresentationField string `json:"presentationField"`
					Status            struct{ ArchiveReference string }
				} `json:"instances"`
			} `json:"_embedded"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, err
		}
		for _, i := range page.Embedded.Instances {
			list = append(list, example{i.ID, i.Created, i.Status.ArchiveReference, i.PresentationField})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no instances to ask for")
	}
	return list, nil
}

// measureFilter asks for the first page of a list, each time of other instances.
func (g *gateway) measureFilter(ctx context.Context, filter string, examples []example) (row, error) {
	took := make([]time.Duration, filterRuns)
	for n := range took {
		e := examples[n*7919%len(examples)]
		created, err := time.Parse(time.RFC3339, e.Created)
		if err != nil {
			return row{}, err
		}
		owner, _, _ := strings.Cut(e.ID, "/")
		org, _, _ := strings.Cut(g.env["APP"], "/")
		text := e.Presentation[max(0, len(e.Presentation)-6):]
		archive := e.Archive
		if archive == "" {
			archive = "AR1000001"
		}
		query := strings.NewReplacer("{org}", org, "{app}", g.env["APP"], "{owner}", owner, "{date}", e.Created,
			"{later}", created.Add(24*time.Hour).Format(time.RFC3339), "{archive}", archive, "{text}", url.QueryEscape(text)).Replace(filter)
		begun := time.Now()
		if _, err := g.get(ctx, query); err != nil {
			return row{}, err
		}
		took[n] = time.Since(begun)
	}
	slices.Sort(took)
	return row{id: "W12", who: "Overgang", p50: took[len(took)/2], p99: took[len(took)*99/100], note: "list: `" + filter + "`"}, nil
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
	l, err := wrk(ctx, benchDir, g.env["OVERGANG_URL"], script, s.seconds)
	return row{id: "W12", who: "Overgang", rate: l.Rate, p50: l.P50, p99: l.P99, rss: g.peakRSS(), errors: l.Errors, note: note}, err
}
