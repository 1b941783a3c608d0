package scan

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"overgang/rest/core"
)

// Service is a scanner that is reached over HTTP. The file is the body of a POST;
// the answer is 200 with {"clean": true}, or {"clean": false, "finding": "…"}.
// Everything else is a failure. Redirections are not followed: a file goes to
// the configured address and nowhere else.
type Service struct {
	URL    string
	Client *http.Client // nil = one of its own
}

// NewService makes a scanner of an address.
func NewService(url string) *Service {
	return &Service{URL: url, Client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// verdict is the service's answer.
type verdict struct {
	Clean   *bool  `json:"clean"`
	Finding string `json:"finding"`
}

// Scan implements [core.Scanner].
func (s *Service) Scan(ctx context.Context, f core.ScannedFile) (core.Verdict, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, f.Content)
	if err != nil {
		return core.Verdict{}, fmt.Errorf("scan: %w", err)
	}
	r.ContentLength = f.Size
	r.Header.Set("Content-Type", "application/octet-stream")
	answer, err := s.Client.Do(r)
	if err != nil {
		return core.Verdict{}, fmt.Errorf("scan: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return core.Verdict{}, fmt.Errorf("scan: the service answers %s", answer.Status)
	}
	var v verdict
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxOutput)).Decode(&v); err != nil || v.Clean == nil {
		return core.Verdict{}, fmt.Errorf(`scan: the service's answer does not say "clean": true or false (%v)`, err)
	}
	return core.Verdict{Clean: *v.Clean, Finding: v.Finding}, nil
}
