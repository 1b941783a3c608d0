package webhook

import "time"

// Schedule is when to try again.
type Schedule struct {
	First   time.Duration // after the first failure; every further one waits four times as long
	Longest time.Duration // between two attempts
	For     time.Duration // from the first attempt on; then it is given up
	// Pause is the longest that a receiver that fails is left alone. What it
	// takes to notice that it is back is this at most.
	Pause time.Duration
}

// growth is by how much each wait is longer than the one before.
const growth = 4

// after is the wait after so many failures, capped, and a fifth shorter or
// longer by chance (0 ≤ chance < 1), so that what failed together does not
// come back together.
func (s Schedule) after(failures int, longest time.Duration, chance float64) time.Duration {
	wait := s.First
	for ; failures > 1 && wait < longest; failures-- {
		wait *= growth
	}
	return time.Duration(float64(min(wait, longest)) * (0.8 + 0.4*chance))
}

// next is when to try something again that was first tried at first and has
// failed so often, now with an answer that asked to wait. The zero time = it is
// given up.
func (s Schedule) next(first, now time.Time, failures int, asked time.Duration, chance float64) time.Time {
	at := now.Add(max(s.after(failures, s.Longest, chance), min(asked, longestAsked)))
	if at.After(first.Add(s.For)) {
		return time.Time{}
	}
	return at
}

// pause is until when a receiver is left alone after so many rounds that failed.
func (s Schedule) pause(now time.Time, failures int, asked time.Duration, chance float64) time.Time {
	return now.Add(max(s.after(failures, s.Pause, chance), min(asked, longestAsked)))
}

// longestAsked is how long a Retry-After is heeded.
const longestAsked = 24 * time.Hour
