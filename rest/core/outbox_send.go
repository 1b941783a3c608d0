package core

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"overgang/rest"
	"overgang/store"
)

// Sender hands messages to whoever carries them: a command or a service of the
// operator's. The same message may be handed over again, under its ID, when the
// gateway stopped before it knew the outcome.
type Sender interface {
	// Send returns once the message is taken. An error that is [ErrRefused] says
	// that it never will be; after any other one it is tried again. The error's
	// text is shown to the message's sender; what it wraps is logged only.
	Send(ctx context.Context, m rest.OutboxMessage) error
}

// ErrRefused is in the chain of a sender's error about a message that there is
// no use in sending again, as for a number that does not exist.
var ErrRefused = errors.New("refused by the sender")

// OutboxConfig is how messages leave the outbox.
type OutboxConfig struct {
	Sender       Sender        // nil = messages wait until an operator settles them
	Every        time.Duration // how often to look; 1 s
	Timeout      time.Duration // of one attempt; 30 s
	AtOnce       int           // attempts at once; 4
	RetryFirst   time.Duration // after the first failed attempt; then twice as long each time; 10 s
	RetryLongest time.Duration // 1 h
	Keep         time.Duration // how long settled messages are kept; 30 days
}

func (o *OutboxConfig) complete() {
	setDefault(&o.Every, time.Second)
	setDefault(&o.Timeout, 30*time.Second)
	setDefault(&o.AtOnce, 4)
	setDefault(&o.RetryFirst, 10*time.Second)
	setDefault(&o.RetryLongest, time.Hour)
	setDefault(&o.Keep, 30*24*time.Hour)
}

const (
	giveUpEvery = 10 * time.Second

	sendPage   = 100 // how many due messages are looked at together
	maxProblem = 300 // bytes of what a sender says
	dropBatch  = 1000
	overdue    = "it was not sent in time"
)

// sendDue hands over what is due, until nothing is that it may.
func (c *Core) sendDue(ctx context.Context) (int, error) {
	for {
		var due []rest.OutboxMessage
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			due, err = r.DueMessages(c.now(), sendPage)
			return err
		})
		if err != nil || len(due) == 0 {
			return 0, err
		}
		var running sync.WaitGroup
		var tried atomic.Bool
		slots, errs := make(chan struct{}, c.cfg.Outbox.AtOnce), make([]error, len(due))
		for i, m := range due {
			slots <- struct{}{}
			running.Go(func() {
				defer func() { <-slots }()
				errs[i] = c.cfg.Supervisor.Try(sendMessages, func() error {
					mine, err := c.sendOne(ctx, m)
					if mine {
						tried.Store(true)
					}
					return err
				})
			})
		}
		running.Wait()
		if err := errors.Join(errs...); err != nil || len(due) < sendPage || !tried.Load() {
			return 0, err
		}
	}
}

// sendOne claims a message, so that no other gateway sends it meanwhile, hands
// it over, and notes the outcome. A gateway that stops in between leaves it to
// be sent again. tried = it was ours.
func (c *Core) sendOne(ctx context.Context, m rest.OutboxMessage) (tried bool, err error) {
	now := c.now()
	if !m.Until.IsZero() && !now.Before(m.Until) {
		return false, nil // it is given up elsewhere
	}
	was := m.Attempts
	m.Attempts++
	m.Next = now.Add(c.cfg.Outbox.Timeout + c.pauseAfter(m.Attempts))
	err = c.cfg.Store.Update(ctx, func(tx store.Tx) error { claimed := m; return tx.UpdateMessage(&claimed, was) })
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // another one has it, or it was settled
	}
	if err != nil {
		return false, err
	}
	attempt, cancel := context.WithTimeout(ctx, c.cfg.Outbox.Timeout)
	sent := c.cfg.Outbox.Sender.Send(attempt, m)
	cancel()
	if ctx.Err() != nil && sent != nil {
		return true, nil // cut off by the gateway's end: nobody knows
	}
	now = c.now()
	switch {
	case sent == nil:
		settleMessage(&m, rest.OutboxSent, "", now)
	case errors.Is(sent, ErrRefused):
		settleMessage(&m, rest.OutboxFailed, sent.Error(), now)
	default:
		m.Problem, m.Next = cleanLine(sent.Error(), maxProblem), now.Add(c.pauseAfter(m.Attempts))
	}
	if sent != nil {
		c.log.WarnContext(ctx, "message not sent", "message", m.ID, "channel", string(m.Channel), "attempt", m.Attempts, "state", string(m.State),
			"problem", m.Problem, "cause", errors.Unwrap(sent))
	}
	return true, ignoreAbsent(c.cfg.Store.Update(context.WithoutCancel(ctx), func(tx store.Tx) error {
		settled := m
		return tx.UpdateMessage(&settled, m.Attempts)
	}))
}

// pauseAfter is how long a message waits after its nth attempt failed.
func (c *Core) pauseAfter(attempts int) time.Duration {
	pause := c.cfg.Outbox.RetryFirst
	for range attempts - 1 {
		if pause *= 2; pause >= c.cfg.Outbox.RetryLongest {
			return c.cfg.Outbox.RetryLongest
		}
	}
	return min(pause, c.cfg.Outbox.RetryLongest)
}

// settleMessage ends a message's waiting. A one-time code is forgotten.
func settleMessage(m *rest.OutboxMessage, state rest.OutboxState, problem string, now time.Time) {
	m.State, m.Settled, m.Problem = state, now, cleanLine(strings.ToValidUTF8(problem, "?"), maxProblem)
	if m.Purpose == rest.ForCode {
		m.Text = ""
	}
}

// giveUp ends the waiting of messages that nobody wants any more.
func (c *Core) giveUp(ctx context.Context) (given int, err error) {
	for {
		now := c.now()
		var over []rest.OutboxMessage
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			over, err = r.OverdueMessages(now, sendPage)
			return err
		})
		if err != nil || len(over) == 0 {
			return given, err
		}
		err = c.cfg.Store.Update(ctx, func(tx store.Tx) error {
			for _, m := range over {
				problem := overdue
				if m.Problem != "" {
					problem += ": " + m.Problem
				}
				settleMessage(&m, rest.OutboxFailed, problem, now)
				if err := ignoreAbsent(tx.UpdateMessage(&m, m.Attempts)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return given, err
		}
		if given += len(over); len(over) < sendPage {
			return given, nil
		}
	}
}

// dropMessages removes messages that were settled long enough ago.
func (c *Core) dropMessages(ctx context.Context) (removed int, err error) {
	before := c.now().Add(-c.cfg.Outbox.Keep)
	for n := dropBatch; n == dropBatch; removed += n {
		err := c.cfg.Store.Update(ctx, func(tx store.Tx) (err error) {
			n, err = tx.DropMessages(before, dropBatch)
			return err
		})
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// OutboxCounts counts the messages in a state by channel, for figures.
func (c *Core) OutboxCounts(ctx context.Context, state rest.OutboxState) (counts map[rest.NotificationChannel]int, err error) {
	err = c.view(ctx, func(r store.Reader) (err error) {
		counts, err = r.CountOutbox(state)
		return err
	})
	return counts, err
}
