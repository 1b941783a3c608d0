package listen

import (
	"context"
	"net/http"
)

type baseKey struct{}

// WithBase remembers the public base URL of the listener that a request came
// in through, as configured, never as the client's Host header says.
func WithBase(ctx context.Context, url string) context.Context {
	return context.WithValue(ctx, baseKey{}, url)
}

// Base is the public base URL of the request's listener, without a slash at
// its end; empty when it came through none.
func Base(r *http.Request) string {
	url, _ := r.Context().Value(baseKey{}).(string)
	return url
}
