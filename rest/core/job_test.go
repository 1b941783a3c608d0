package core

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A job that fails is run again, and ends with its context.
func TestJobsGoOn(t *testing.T) {
	w := newWorld(t)
	ctx, stop := context.WithCancel(w.ctx)
	runs, ended := make(chan int), make(chan struct{})
	go func() {
		defer close(ended)
		n := 0
		w.loop(ctx, job{"test", 0, time.Microsecond, func(context.Context) (int, error) {
			n++
			select {
			case runs <- n:
			case <-ctx.Done():
			}
			return 0, errors.New("failed")
		}})
	}()
	for want := 1; want <= 3; want++ {
		if got := <-runs; got != want {
			t.Errorf("run %d, want %d", got, want)
		}
	}
	stop()
	<-ended
}
