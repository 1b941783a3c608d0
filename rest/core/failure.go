package core

import (
	"context"
	"errors"
	"time"

	"overgang/rest"
	"overgang/store"
)

// failure is the one place where errors of the store become errors of the
// core. What is one already passes unchanged; what is unknown becomes Internal
// and keeps its cause for the log.
func failure(err error) error {
	if err == nil {
		return nil
	}
	var known *rest.Error
	if errors.As(err, &known) {
		return known
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &rest.Error{Kind: rest.NotFound, Detail: "There is no such object.", Err: err}
	case errors.Is(err, store.ErrExists):
		return &rest.Error{Kind: rest.Conflict, Code: "exists", Detail: "It exists already.", Err: err}
	case errors.Is(err, store.ErrFull):
		return unavailable("storage-full", time.Minute, err)
	case errors.Is(err, store.ErrBusy):
		return unavailable("storage-busy", time.Second, err)
	case errors.Is(err, store.ErrClosed):
		return unavailable("closing", 5*time.Second, err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return unavailable("timeout", time.Second, err)
	}
	return &rest.Error{Kind: rest.Internal, Err: err}
}

func unavailable(code string, after time.Duration, err error) error {
	return &rest.Error{Kind: rest.Unavailable, Code: code, RetryAfter: after, Err: err,
		Detail: "The service cannot take this now. Try again later."}
}

// notFound answers alike for what is absent and what is somebody else's.
func notFound(what string) error {
	return rest.Errorf(rest.NotFound, what+"-unknown", "There is no such %s.", what)
}

// orNotFound makes the store's ErrNotFound the answer for what is absent.
func orNotFound(err error, what string) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound(what)
	}
	return err
}

// errWithheld tells the log, and only that, that there is such an object.
var errWithheld = errors.New("it is there, but the caller has no right to see it")

// withheld answers as notFound does.
func withheld(what string) error {
	e := rest.Errorf(rest.NotFound, what+"-unknown", "There is no such %s.", what)
	e.Err = errWithheld
	return e
}

// notYourParty answers alike for a party that is unknown and one that the
// caller may not act for.
func notYourParty() error {
	return rest.Errorf(rest.Forbidden, "party", "The party is unknown, or you may not act for it.")
}

func (c *Core) view(ctx context.Context, fn func(store.Reader) error) error {
	return failure(c.cfg.Store.View(ctx, fn))
}

func (c *Core) update(ctx context.Context, fn func(store.Tx) error) error {
	return failure(c.cfg.Store.Update(ctx, c.marked(ctx, fn)))
}
