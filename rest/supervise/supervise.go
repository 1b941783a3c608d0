package supervise

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// Supervisor is told of the panics of workers, which are goroutines that serve no
// one request. A nil one, as the zero value, tells nobody.
type Supervisor struct {
	Logger *slog.Logger // nil = silent
	// Panicked counts a panic by the name of the worker; nil = nobody does.
	Panicked func(worker string)
	// Pause is how long a worker that panicked rests; 0 = 10 s.
	Pause time.Duration
}

const defaultPause = 10 * time.Second

// Panic is the panic that a piece of work ended in.
type Panic struct {
	Value any
	Stack []byte
}

// Error implements error.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Caught does a piece of work. If that panics, the error is a *[Panic].
func Caught(work func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{Value: v, Stack: debug.Stack()}
		}
	}()
	return work()
}

// Try does a piece of work of a worker. If that panics, it is logged with its
// stack and counted, and the error is a *[Panic]. A goroutine that another one
// waits for is begun with it: nobody else can recover what panics there.
func (s *Supervisor) Try(worker string, work func() error) error {
	err := Caught(work)
	if p, ok := err.(*Panic); ok && s != nil {
		if s.Logger != nil {
			s.Logger.Error("worker panicked", "worker", worker, "panic", fmt.Sprint(p.Value), "stack", string(p.Stack))
		}
		if s.Panicked != nil {
			s.Panicked(worker)
		}
	}
	return err
}

// Keep runs a worker until it returns. If it panics it is run again, after a
// pause, unless ctx has ended. What it holds when it panics, it must let go with
// defer.
func (s *Supervisor) Keep(ctx context.Context, worker string, run func(context.Context)) {
	for s.Try(worker, func() error { run(ctx); return nil }) != nil {
		pause := time.NewTimer(s.pause())
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

func (s *Supervisor) pause() time.Duration {
	if s == nil || s.Pause == 0 {
		return defaultPause
	}
	return s.Pause
}
