package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	elementListPath = "/ServiceEngineExternal/ReporteeElementListExternalBasic.svc"
	elementListNS   = "http://www.altinn.no/services/ServiceEngine/ReporteeElementList/2009/10"
	searchNS        = "http://schemas.altinn.no/services/Archive/ReporteeArchive/2009/10"
)

// inboxes are what W13 asks for: how far back, which of the loader's
// parties, and the rest of the search. An ordinary party has about fifty
// elements in a year, the first one about fifty in half a day.
var inboxes = []struct {
	what  string
	back  time.Duration
	first bool
	rest  string
}{
	{"a year", 365 * 24 * time.Hour, false, ""},
	{"a year, to be processed", 365 * 24 * time.Hour, false, "<b:ToBeProcessed>true</b:ToBeProcessed>"},
	{"the largest, half a day", 12 * time.Hour, true, ""},
	{"the largest, by text", 30 * 24 * time.Hour, true, "<b:SearchString>flom</b:SearchString>"},
}

// elementList is a GetReporteeElementListBasicV2 envelope.
func elementList(env environment, number string, from time.Time, rest string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>`+
		`<GetReporteeElementListBasicV2 xmlns="%s" xmlns:b="%s"><systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`+
		`<userSSN>%s</userSSN><userPassword>%s</userPassword><userPinCode>%s</userPinCode><authMethod>AltinnPin</authMethod>`+
		`<searchBE><b:FromDate>%s</b:FromDate><b:Reportee>%s</b:Reportee>%s<b:ToDate>9999-12-31</b:ToDate></searchBE>`+
		`<languageID>1044</languageID></GetReporteeElementListBasicV2></s:Body></s:Envelope>`,
		elementListNS, searchNS, escape(env["SYSTEM_USER"]), escape(env["SYSTEM_PASSWORD"]), env["PERSON_SSN"], escape(env["PERSON_PASSWORD"]), env["PERSON_PIN"],
		from.UTC().Format(time.RFC3339), number, rest)
}

// measureW13 asks for inboxes of old clients among a million instances.
func measureW13(ctx context.Context, s settings) ([]row, error) {
	g, err := startLoaded(ctx, s)
	if err != nil {
		return nil, err
	}
	defer g.close()
	var rows []row
	for n := range inboxes {
		r, err := g.measureInbox(ctx, n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// measureInbox asks for inboxes of one kind, each time another party's where
// there are several.
func (g *gateway) measureInbox(ctx context.Context, n int) (row, error) {
	kind := inboxes[n]
	var took []time.Duration
	found := 0
	used := g.cpuTime()
	before, err := g.quickInboxes()
	if err != nil {
		return row{}, err
	}
	for run := range listRuns {
		party := 0 // the loader's first
		if !kind.first {
			party = 1 + run%90
		}
		body := elementList(g.env, strconv.Itoa(810_000_000+party), time.Now().Add(-kind.back), kind.rest)
		begun := time.Now()
		answer, err := g.callElementList(ctx, body)
		if err != nil {
			return row{}, err
		}
		took = append(took, time.Since(begun))
		found += strings.Count(answer, "ReporteeElementId>") / 2
	}
	each := g.cpuEach(used, float64(len(took)))
	slices.Sort(took)
	after, err := g.quickInboxes()
	if err != nil {
		return row{}, err
	}
	return row{id: "W13", who: "Overgang", p50: took[len(took)/2], p99: took[len(took)*99/100], cpu: each,
		note: fmt.Sprintf("GetReporteeElementListBasicV2, %s: %d elements each, %.0f %% within 2 ms of the server's time", kind.what, found/listRuns, 100*(after-before)/listRuns)}, nil
}

// quickInbox is the figure of inboxes that the server had answered 2 ms after
// their headers came: the goal is half of them.
var quickInbox = regexp.MustCompile(`overgang_request_seconds_bucket\{flavour="basic",operation="GetReporteeElementList[^}]*le="0\.002"\} (\d+)`)

// quickInboxes reads it; 0 when none was asked for yet.
func (g *gateway) quickInboxes() (float64, error) {
	res, err := http.Get(g.env["OVERGANG_ADMIN_URL"] + "/metrics")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	found := quickInbox.FindSubmatch(text)
	if found == nil {
		return 0, nil
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

func (g *gateway) callElementList(ctx context.Context, body string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.env["OVERGANG_URL"]+elementListPath, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `"`+elementListNS+`/IReporteeElementListExternalBasic/GetReporteeElementListBasicV2"`)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("element list: HTTP %d: %.500s", res.StatusCode, answer)
	}
	return string(answer), err
}
