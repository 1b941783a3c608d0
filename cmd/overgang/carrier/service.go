package carrier

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"overgang/rest"
	"overgang/rest/core"
)

// Service is a carrier that is reached over HTTP: the message is the body of a
// POST, as one JSON object, with its id as Idempotency-Key. 2xx takes it, a 4xx
// refuses it for good but for those that are about the moment, and anything
// else gets it again later. Redirections are not followed: a message goes to
// the configured address and nowhere else.
type Service struct {
	URL    string
	Token  rest.Secret  // of Authorization: Bearer; may be empty
	Client *http.Client // nil = one of its own
}

// NewService makes a carrier of an address.
func NewService(url string, token rest.Secret) *Service {
	return &Service{URL: url, Token: token, Client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// passing are statuses below 500 that are about the moment, or about how the
// operator set the carrier up, and not about the message.
var passing = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusProxyAuthRequired,
	http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests,
}

// Send implements [core.Sender].
func (s *Service) Send(ctx context.Context, m rest.OutboxMessage) error {
	body, err := encode(m)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return &unreached{"the service's address cannot be used", err}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", strconv.FormatInt(m.ID, 10))
	if s.Token != "" {
		r.Header.Set("Authorization", "Bearer "+s.Token.Reveal())
	}
	answer, err := s.Client.Do(r)
	if err != nil {
		var failed *url.Error // which repeats the address, with whatever key it has in it
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return &unreached{"the service does not answer", err}
	}
	defer answer.Body.Close()
	var text head
	_, _ = io.Copy(&text, io.LimitReader(answer.Body, maxSaid)) // what it says is for people only
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code >= 400 && code < 500 && !slices.Contains(passing, code):
		return fmt.Errorf("%w: %s: %s", core.ErrRefused, answer.Status, said(text.String(), m))
	}
	return fmt.Errorf("the service answers %s: %s", answer.Status, said(text.String(), m))
}
