package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"
)

// measureW1 loads the gateway with submissions: durable, every check on.
func measureW1(ctx context.Context, s settings) ([]row, error) {
	return measureSubmissions(ctx, s, s.binary, "W1", "durable (FULL)")
}

// measureW1n is W1 with a store that keeps nothing.
func measureW1n(ctx context.Context, s settings) ([]row, error) {
	return measureSubmissions(ctx, s, s.stub, "W1n", "store stubbed")
}

// measureSubmissions measures twice: with every check on, and with a service
// that has no schema, which shows what validating the form costs.
func measureSubmissions(ctx context.Context, s settings, binary, id, note string) ([]row, error) {
	g, err := startGateway(ctx, binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	form, err := g.form()
	if err != nil {
		return nil, err
	}
	seen := g.env
	unseen, err := unchecked(ctx, s, g)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, variant := range []struct {
		env        environment
		name, note string
	}{{seen, id, note + ", every check on"}, {unseen, id + "-unseen", note + ", no schema"}} {
		r, err := measureVariant(ctx, s, g, variant.env, form, variant.name)
		if err != nil {
			return nil, err
		}
		r.id, r.note = id, variant.note
		rows = append(rows, r)
	}
	return rows, nil
}

func measureVariant(ctx context.Context, s settings, g *gateway, env environment, form, name string) (row, error) {
	if _, err := submit(ctx, env, form, name); err != nil {
		return row{}, err
	}
	url := env["OVERGANG_URL"] + intermediaryPath
	if _, err := wrk(ctx, benchDir, url, submissionScript(env, form, name+"-warm"), s.seconds/2); err != nil {
		return row{}, err
	}
	g.resetPeak()
	stop := g.profile(s, name)
	defer stop()
	used := g.cpuTime()
	l, err := wrk(ctx, benchDir, url, submissionScript(env, form, name+"-run"), s.seconds)
	return row{who: "Overgang", rate: l.Rate, p50: l.P50, p99: l.P99, cpu: g.cpuEach(used, l.Rate*s.seconds.Seconds()), rss: g.peakRSS(), errors: l.Errors}, err
}

// measureW2 asks for one receipt over and over.
func measureW2(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	form, err := g.form()
	if err != nil {
		return nil, err
	}
	receipt, err := submit(ctx, g.env, form, "receipt")
	if err != nil {
		return nil, err
	}
	url, script := g.env["OVERGANG_URL"]+receiptPath, receiptScript(g.env, receipt)
	if _, err := wrk(ctx, benchDir, url, script, s.seconds/2); err != nil {
		return nil, err
	}
	stop := g.profile(s, "W2")
	defer stop()
	used := g.cpuTime()
	l, err := wrk(ctx, benchDir, url, script, s.seconds)
	return []row{{id: "W2", who: "Overgang", rate: l.Rate, p50: l.P50, p99: l.P99, cpu: g.cpuEach(used, l.Rate*s.seconds.Seconds()), rss: g.peakRSS(), errors: l.Errors, note: "GetReceiptBasicV2 by id"}}, err
}

var receiptID = regexp.MustCompile(`<(?:\w+:)?ReceiptId>(\d+)</`)

// submit sends one submission and returns its receipt's id. Any other answer
// than a receipt with status OK is an error.
func submit(ctx context.Context, env environment, form, reference string) (string, error) {
	body := strings.Replace(submission(env, inCDATA(form))+submissionEnd, referenceMark, reference, 1)
	answer, err := post(ctx, env, strings.NewReader(body), int64(len(body)))
	if err != nil {
		return "", err
	}
	id := receiptID.FindStringSubmatch(answer)
	if id == nil || !strings.Contains(answer, "ReceiptStatusCode>OK<") {
		return "", fmt.Errorf("no receipt in the answer: %s", answer)
	}
	return id[1], nil
}

func post(ctx context.Context, env environment, body io.Reader, length int64) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, env["OVERGANG_URL"]+intermediaryPath, body)
	if err != nil {
		return "", err
	}
	req.ContentLength = length
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `"`+intermediaryNS+`/IIntermediaryInboundExternalBasic/SubmitFormTaskBasic"`)
	client := http.Client{Timeout: time.Minute}
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("HTTP %d: %s", res.StatusCode, answer)
	}
	return string(answer), err
}

// fetch writes what url answers to a file.
func fetch(url, file string) error {
	res, err := http.Get(url)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: HTTP %d", url, res.StatusCode)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, res.Body); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
