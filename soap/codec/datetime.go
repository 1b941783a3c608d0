package codec

import "time"

// AppendTime appends t as an xs:dateTime in UTC with up to seven fractional
// digits, trailing zeros trimmed (2026-11-22T01:15:30.1234567Z), as .NET's
// XmlConvert writes one. The zero time is 0001-01-01T00:00:00, .NET's
// DateTime.MinValue. A year beyond 9999 is an error.
func AppendTime(dst []byte, t time.Time) ([]byte, error) {
	if t.IsZero() {
		return append(dst, "0001-01-01T00:00:00"...), nil
	}
	t = t.UTC()
	if y := t.Year(); y < 1 || y > 9999 {
		return dst, &Error{Msg: "is a time that xs:dateTime of .NET cannot carry"}
	}
	return t.AppendFormat(dst, "2006-01-02T15:04:05.9999999Z"), nil
}

// ParseTime reads an xs:dateTime or, as old clients send it, an xs:date (then
// midnight), with or without a zone; without one it is in loc.
// 0001-01-01T00:00:00 is the zero time in every zone. What [AppendTime] could not
// write again, because its year in UTC is not 1 to 9999, is no time.
func ParseTime(s []byte, loc *time.Location) (time.Time, bool) {
	c := cursor{s: s}
	year, month, day := c.digits(4), c.after('-'), c.after('-')
	var hour, minute, second, nano int
	if c.take('T') {
		hour, minute, second = c.digits(2), c.after(':'), c.after(':')
		if c.take('.') {
			nano = c.fraction()
		}
	}
	zone := c.zone(loc)
	if c.bad || len(c.s) > 0 || !validDate(year, month, day) || minute > 59 || second > 59 ||
		hour > 24 || hour == 24 && (minute > 0 || second > 0 || nano > 0) {
		return time.Time{}, false
	}
	if year == 1 && month == 1 && day == 1 && hour+minute+second+nano == 0 {
		return time.Time{}, true
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nano, zone)
	y := t.UTC().Year()
	return t, y >= 1 && y <= 9999
}

func validDate(year, month, day int) bool {
	if year < 1 || month < 1 || month > 12 || day < 1 {
		return false
	}
	return day <= time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// cursor reads fixed fields off a text; bad once one was missing.
type cursor struct {
	s   []byte
	bad bool
}

func (c *cursor) take(b byte) bool {
	if len(c.s) == 0 || c.s[0] != b {
		return false
	}
	c.s = c.s[1:]
	return true
}

// digits reads exactly n digits.
func (c *cursor) digits(n int) int {
	if len(c.s) < n {
		c.bad = true
		return 0
	}
	v := 0
	for _, b := range c.s[:n] {
		if b < '0' || b > '9' {
			c.bad = true
			return 0
		}
		v = v*10 + int(b-'0')
	}
	c.s = c.s[n:]
	return v
}

// after reads a separator and two digits.
func (c *cursor) after(separator byte) int {
	if !c.take(separator) {
		c.bad = true
		return 0
	}
	return c.digits(2)
}

// fraction reads the digits of a second's fraction as nanoseconds; further
// digits are dropped.
func (c *cursor) fraction() int {
	n, scale, any := 0, 100_000_000, false
	for len(c.s) > 0 && c.s[0] >= '0' && c.s[0] <= '9' {
		n += int(c.s[0]-'0') * scale
		scale /= 10
		c.s, any = c.s[1:], true
	}
	c.bad = c.bad || !any
	return n
}

// zone reads Z, an offset of at most 14 hours, or nothing.
func (c *cursor) zone(loc *time.Location) *time.Location {
	sign := 1
	switch {
	case len(c.s) == 0:
		return loc
	case c.take('Z'):
		return time.UTC
	case c.take('-'):
		sign = -1
	case !c.take('+'):
		c.bad = true
		return time.UTC
	}
	h, m := c.digits(2), c.after(':')
	if h > 14 || m > 59 || h == 14 && m > 0 {
		c.bad = true
	}
	return time.FixedZone("", sign*(h*3600+m*60))
}
