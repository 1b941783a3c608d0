package rest

import (
	"context"
	"time"
)

// RepeatWindow is how long a repeated request is recognised by its key.
const RepeatWindow = 24 * time.Hour

// Repeats recognises requests that a caller sends again under the same key
// (the Idempotency-Key of the HTTP API), so that they take effect once.
type Repeats interface {
	// Claim takes a key of the caller's for one request. Conflict while another
	// request has it, RateLimited when the caller has too many keys, Forbidden
	// when a request was carried out under it and the caller lacks by now one of
	// the rights that it took.
	Claim(ctx context.Context, c Caller, key string) (Claim, error)
}

// Claim is a key that one request has. Release ends it, after an Answer or
// without one, and is deferred.
type Claim interface {
	// Earlier is the answer of a request that was carried out under the key
	// within [RepeatWindow]; nil = there is none, so this one is the first.
	Earlier() *FirstAnswer
	// Within is the context for carrying the request out: what it stores is
	// marked with the key in the same transaction. So a request is never
	// carried out twice, also when the process dies before its answer is kept.
	Within(ctx context.Context) context.Context
	// Answer keeps the answer, durably.
	Answer(ctx context.Context, a FirstAnswer) error
	Release()
}

// FirstAnswer is what the first request under a key was answered.
type FirstAnswer struct {
	Request []byte // fingerprint of the request
	Answer  []byte // as its maker encodes it; nil = the answer was not kept, but the request was carried out
}
