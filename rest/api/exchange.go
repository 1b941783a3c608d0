package api

import (
	"context"
	"net/http"

	"overgang/rest"
)

// exchange is one request that was let in: what handlers need of it beside
// the generated request object.
type exchange struct {
	request *http.Request
	caller  rest.Caller
	later   bool  // answer in the later vocabulary
	head    bool  // a HEAD request: no content goes out
	tail    *tail // of a multipart body, else nil
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// of returns the exchange that a handler's context belongs to. Every route has
// one: see [guarded].
func of(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}
