package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
)

// instance is what the checks read of the HTTP API's instances.
type instance struct {
	SelfLinks struct{ Platform string }
	Data      []struct {
		FileName  string
		DataLinks struct{ Platform string }
	}
}

// download reads the submission as the application owner: it lists it,
// compares what it downloads, and confirms.
func download(c *checks, archiveReference string, form []byte) {
	query := url.Values{"appId": {os.Getenv("APP")}, "archiveReference": {archiveReference}}
	var page struct {
		Embedded struct{ Instances []instance } `json:"_embedded"`
	}
	must(json.Unmarshal(rest(http.MethodGet, os.Getenv("OVERGANG_URL")+"/storage/instances?"+query.Encode()), &page))
	listed := page.Embedded.Instances
	c.that("REST lists the instance", len(listed) == 1, page)
	var i instance
	must(json.Unmarshal(rest(http.MethodGet, listed[0].SelfLinks.Platform), &i))
	for _, element := range i.Data {
		want := form
		if element.FileName == "vedlegg.bin" {
			want = attachment
		}
		got := rest(http.MethodGet, element.DataLinks.Platform)
		c.that(element.FileName+" downloads byte for byte", bytes.Equal(got, want), len(got))
	}
	rest(http.MethodPost, i.SelfLinks.Platform+"/confirmDownload")
	c.that("REST confirms the download", true, nil)
}

// rest calls the HTTP API as the application owner; any status but 200 is fatal.
func rest(method, url string) []byte {
	req, err := http.NewRequest(method, url, nil)
	must(err)
	req.Header.Set("Authorization", "Bearer "+os.Getenv("REST_TOKEN_OWNER"))
	res, err := http.DefaultClient.Do(req)
	must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(err)
	if res.StatusCode != http.StatusOK {
		must(&unexpected{method, url, res.Status, string(body)})
	}
	return body
}

// unexpected is an answer other than 200.
type unexpected struct{ method, url, status, body string }

func (e *unexpected) Error() string { return e.method + " " + e.url + ": " + e.status + " " + e.body }
