package core

import (
	"context"
	"time"
)

// job is housekeeping that runs now and then.
type job struct {
	name  string
	first time.Duration // after the start
	every time.Duration // after the last run's end
	run   func(context.Context) (removed int, err error)
}

// loop runs the job until ctx ends.
func (c *Core) loop(ctx context.Context, j job) {
	wait := time.NewTimer(j.first)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		removed, err := j.run(ctx)
		if err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "housekeeping failed", "job", j.name, "error", err)
		}
		if removed > 0 {
			c.log.InfoContext(ctx, "housekeeping", "job", j.name, "removed", removed)
		}
		wait.Reset(j.every)
	}
}
