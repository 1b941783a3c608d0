package wssc

import "time"

// pace counts the token requests of each principal by the minute.
type pace struct {
	most  int
	spent *lru[string, minute]
}

type minute struct {
	number int64 // since 1970
	count  int
}

// allows counts a request and says whether it is within what is allowed.
func (p *pace) allows(principal string, now time.Time) (ok bool) {
	current := now.Unix() / 60
	p.spent.change(principal, func(m minute) minute {
		if m.number != current {
			m = minute{number: current}
		}
		if ok = m.count < p.most; ok {
			m.count++
		}
		return m
	})
	return ok
}
