package wss

import (
	"time"

	"overgang/soap/c14n"
)

// longestTime is a dateTime with nanoseconds and a time zone.
const longestTime = len("2006-01-02T15:04:05.999999999+00:00")

// instant reads an xs:dateTime. SOAP Message Security 1.0 §10 wants UTC; other
// time zones are converted, none at all is refused, and so are leap seconds,
// which that section forbids.
func instant(n *c14n.Node) (time.Time, bool) {
	text, ok := n.Value()
	if !ok || len(text) > longestTime {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	return t.UTC(), err == nil
}

// timestamp reads and checks a Timestamp, SOAP Message Security 1.0 §10.
func (v *Verifier) timestamp(n *c14n.Node, now time.Time) (*Timestamp, error) {
	c := within(n)
	from, ok := instant(c.take(created))
	if !ok {
		return nil, refuse(InvalidSecurity, "the Timestamp has no readable Created")
	}
	t := &Timestamp{Created: from, Expires: from.Add(v.Freshness)}
	if end := c.take(expires); end != nil {
		if t.Expires, ok = instant(end); !ok {
			return nil, refuse(InvalidSecurity, "the Timestamp has no readable Expires")
		}
	}
	switch {
	case !c.done():
		return nil, refuse(InvalidSecurity, "the Timestamp holds more than Created and Expires")
	case !t.Expires.After(t.Created):
		return nil, refuse(InvalidSecurity, "the Timestamp expires before it is created")
	case t.Expires.Sub(t.Created) > v.Lifetime:
		return nil, refuse(InvalidSecurity, "the Timestamp lives longer than %v", v.Lifetime)
	case t.Created.After(now.Add(v.Skew)):
		return nil, refuse(InvalidSecurity, "the Timestamp is %v in the future", t.Created.Sub(now))
	case !now.Before(t.Expires.Add(v.Skew)):
		return nil, refuse(MessageExpired, "the Timestamp expired %v ago", now.Sub(t.Expires))
	}
	return t, nil
}
