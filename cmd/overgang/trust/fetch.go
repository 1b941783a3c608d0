package trust

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// How often failed addresses are asked again.
const (
	retryFirst = 15 * time.Second
	retryMost  = 10 * time.Minute
	idleLook   = 30 * time.Second // between two looks for what is due
	mostHops   = 3
)

// newClient makes a client that follows few redirects, to the web only, and
// keeps no connections. Proxies are the environment's.
func newClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true,
			MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > mostHops || r.URL.Scheme != "http" && r.URL.Scheme != "https" {
				return errors.New("too many redirects, or to an address that is not on the web")
			}
			return nil
		},
	}
}

// fetch fetches what is due, until ctx ends.
func (t *Trust) fetch(ctx context.Context) {
	for ctx.Err() == nil {
		t.fetchLists(ctx)
		t.askResponders(ctx)
		timer := time.NewTimer(idleLook)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-t.wake:
		}
		timer.Stop()
	}
}

// dueSource is an address to fetch now, or "".
func (l *lists) dueSource(now time.Time) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for address, s := range l.sources {
		if !s.isFile() && !now.Before(s.due) {
			return address
		}
	}
	return ""
}

// fetchLists fetches the lists that are due, one after the other.
func (t *Trust) fetchLists(ctx context.Context) {
	for ctx.Err() == nil {
		address := t.lists.dueSource(t.now())
		if address == "" {
			return
		}
		raw, err := t.get(ctx, http.MethodGet, address, nil, int64(t.settings.FetchSize))
		if ctx.Err() != nil {
			return
		}
		t.fetched(address, raw, err)
	}
}

// fetched takes what an address gave.
func (t *Trust) fetched(address string, raw []byte, err error) {
	if err == nil {
		err = t.take(address, raw, time.Time{})
	}
	t.note(address, err)
	if err != nil {
		return
	}
	if err := t.lists.keep(address, raw); err != nil {
		t.log.Warn("revocation list not kept on disk", "source", shownAddress(address), "error", err)
	}
}

// get makes one request, bounded in time and size.
func (t *Trust) get(ctx context.Context, method, address string, body io.Reader, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, t.settings.FetchTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "overgang")
	if body != nil {
		r.Header.Set("Content-Type", "application/ocsp-request")
	}
	res, err := t.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s", res.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err == nil && int64(len(raw)) > limit {
		err = fmt.Errorf("more than %d bytes", limit)
	}
	return raw, err
}

// shownAddress is an address without its query, for logs and metrics.
func shownAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return address
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil
	return u.String()
}
