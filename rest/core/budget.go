package core

import "time"

// budget is how often something may still be done: a bucket that refills.
type budget struct {
	left float64
	at   time.Time
}

// refilled is the budget as it is now: full for whom nothing is known of, else
// one more each time that every has passed. A clock that was set back gives
// nothing, and takes nothing.
func (b budget) refilled(known bool, now time.Time, burst int, every time.Duration) budget {
	if !known {
		return budget{left: float64(burst), at: now}
	}
	b.left = min(float64(burst), b.left+max(0, now.Sub(b.at).Seconds())/every.Seconds())
	b.at = now
	return b
}

// spent is the budget with one less.
func (b budget) spent() budget {
	b.left = max(0, b.left-1)
	return b
}

// wait is how long it takes until there is one again, in whole seconds.
func (b budget) wait(every time.Duration) time.Duration {
	return time.Duration((1-b.left)*float64(every)).Round(time.Second) + time.Second
}
