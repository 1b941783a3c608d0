package webhook

import (
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// settlement says what became of the round's jobs.
func (r *round) settlement() rest.Settlement {
	s := rest.Settlement{Subscription: r.s.ID, Health: r.s.Health, From: r.s.State, Over: r.over}
	s.Health.Delivered = 0
	r.leaveInFeed()
	s.Cursor = r.cursor
	delivered, failed := 0, 0
	var asked time.Duration
	for _, j := range r.jobs {
		switch {
		case !j.sent:
			r.unsent(&s, j)
			continue
		case !j.result.At.Before(s.Health.Last.At) || j.Kind == rest.TestDelivery:
			s.Health.Last = j.result.Attempt
		}
		switch {
		case j.result.Failure == "":
			r.delivered(&s, j)
			delivered++
		case j.Kind == rest.EventDelivery:
			r.failed(&s, j)
			failed++
		default:
			r.failedNotice(&s, j)
		}
		if j.result.Failure == failedGone {
			s.To, s.Reason = rest.Disabled, rest.ReceiverGone
		}
		asked = max(asked, j.result.wait)
	}
	keepOrder(s.Put)
	r.health(&s, delivered, failed, asked)
	return s
}

// keepOrder lets events that were not sent because an earlier one of their
// instance failed wait as long as that.
func keepOrder(put []rest.Delivery) {
	slices.SortStableFunc(put, func(a, b rest.Delivery) int { return int(a.Event.ID - b.Event.ID) })
	next := map[uuid.UUID]time.Time{}
	for i := range put {
		d := &put[i]
		if d.Kind != rest.EventDelivery || d.Next.IsZero() {
			continue
		}
		if at := next[d.Event.About()]; d.Attempts == 0 && at.After(d.Next) {
			d.Next = at
		}
		next[d.Event.About()] = d.Next
	}
}

// leaveInFeed moves the cursor back to before the events at the end that were
// not sent: they need no row of their own.
func (r *round) leaveInFeed() {
	for n := len(r.jobs); n > 0; n-- {
		j := r.jobs[n-1]
		if j.sent || j.ID != 0 {
			return
		}
		r.cursor, r.more, r.caughtUp = j.Event.ID-1, true, false
		r.jobs = r.jobs[:n-1]
	}
}

// unsent puts off an event that later ones have overtaken. What waited before
// waits on.
func (r *round) unsent(s *rest.Settlement, j *job) {
	if j.ID == 0 {
		d := j.Delivery
		d.Next = r.now
		s.Put = append(s.Put, d)
	}
}

func (r *round) delivered(s *rest.Settlement, j *job) {
	if j.ID != 0 {
		s.Over = append(s.Over, j.ID)
	}
	switch j.Kind {
	case rest.EventDelivery:
		s.Health.Delivered++
	case rest.ValidationDelivery:
		s.To, s.Reason = rest.Active, ""
	}
}

// failed puts an event off, or gives it up.
func (r *round) failed(s *rest.Settlement, j *job) {
	d := j.Delivery
	d.Attempts++
	d.Last = j.result.Attempt
	if d.First.IsZero() {
		d.First = d.Last.At
	}
	now := r.d.config.Now()
	d.Next = r.d.config.Retry.next(d.First, now, d.Attempts, j.result.wait, r.d.config.Chance())
	if j.result.Failure == failedGone {
		d.Next = now // it waits until the subscription is validated again
	}
	s.Put = append(s.Put, d)
}

// failedNotice puts a validation off; a test is tried once.
func (r *round) failedNotice(s *rest.Settlement, j *job) {
	d := j.Delivery
	d.Attempts++
	d.Last = j.result.Attempt
	if d.First.IsZero() {
		d.First = d.Last.At
	}
	if j.Kind == rest.ValidationDelivery && j.result.Failure != failedGone {
		retry := r.d.config.Retry
		retry.For = r.d.config.ValidateFor
		d.Next = retry.next(d.First, r.d.config.Now(), d.Attempts, j.result.wait, r.d.config.Chance())
		if !d.Next.IsZero() {
			s.Put = append(s.Put, d)
			return
		}
		s.To, s.Reason = rest.Disabled, rest.NotValidated
	}
	s.Over = append(s.Over, d.ID)
}

// health says how the receiver is after the round. One success is enough for
// it to be fine; a failure beside it makes it pause for a moment, so that an
// event that always fails cannot keep a receiver busy.
func (r *round) health(s *rest.Settlement, delivered, failed int, asked time.Duration) {
	h, c, now := &s.Health, &r.d.config, r.d.config.Now()
	before := h.Failures
	switch {
	case delivered == 0 && failed == 0:
		return
	case failed == 0:
		h.Failures, h.FailingSince, h.Resume = 0, time.Time{}, time.Time{}
	case delivered > 0:
		h.Failures, h.FailingSince = 1, now.UTC()
		h.Resume = c.Retry.pause(now, 1, asked, c.Chance())
	default:
		h.Failures++
		if h.FailingSince.IsZero() {
			h.FailingSince = now.UTC()
		}
		h.Resume = c.Retry.pause(now, h.Failures, asked, c.Chance())
		if s.To == "" && r.s.State == rest.Active && h.Failures >= disableAt && now.Sub(h.FailingSince) >= c.DisableAfter {
			s.To, s.Reason = rest.Disabled, rest.Failing
		}
	}
	s.Recovered = delivered > 0 && before >= recoveredAt
}

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}
