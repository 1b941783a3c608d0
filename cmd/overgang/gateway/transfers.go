package gateway

import (
	"net/http"
	"strings"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/scan"
	"overgang/rest/api"
	"overgang/rest/api/broker"
	"overgang/rest/api/reference"
	"overgang/rest/core"
)

// transferConfig is how the core handles file transfers.
func transferConfig(t config.Transfers) core.TransferConfig {
	c := core.TransferConfig{
		MaxSize: int64(t.MaxSize), Expiry: t.Expiry, Grace: t.Grace, PartialLife: t.Pause,
		ScanTimeout: t.Scan.Timeout, ScanRetry: t.Scan.Retry, ScanAtOnce: t.Scan.AtOnce,
	}
	if words := strings.Fields(t.Scan.Command); len(words) > 0 {
		c.Scanner = scan.Command{Path: words[0], Args: words[1:]}
	} else if t.Scan.URL != "" {
		c.Scanner = scan.NewService(t.Scan.URL)
	}
	return c
}

// besideBroker serves file transfers beside the rest of the HTTP API.
func (g *Gateway) besideBroker(base api.Config, rest http.Handler) (http.Handler, error) {
	files, err := broker.New(broker.Config{Base: base, Core: g.core})
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, broker.Prefix) {
			files.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	}), nil
}

// brokerReference is what the pages at /docs say of file transfers.
func brokerReference() reference.Document {
	d := reference.Document{Name: "broker", Text: broker.Document(), Address: "/broker/api/v1/openapi.yaml"}
	for _, c := range broker.ProblemCodes() {
		d.Codes = append(d.Codes, reference.Code(c))
	}
	return d
}
