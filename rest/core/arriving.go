package core

import (
	"context"
	"sync"
)

// arriving is content whose requests go on: the rows that refer to it may still
// come, whatever the clock says of its age. Who has a request at hand gives its
// context; where that never ends, the content is kept until the process does.
type arriving struct {
	mu sync.Mutex
	by map[string]context.Context
}

// add knows of content from here on.
func (a *arriving) add(ctx context.Context, key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.by == nil {
		a.by = map[string]context.Context{}
	}
	a.by[key] = ctx
	context.AfterFunc(ctx, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.by, key)
	})
}

func (a *arriving) has(key string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	ctx := a.by[key]
	return ctx != nil && ctx.Err() == nil
}
