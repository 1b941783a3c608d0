package wss_test

import (
	"strings"
	"testing"
	"time"
)

// stamped is sessionMessage with other children of its Timestamp.
func stamped(t *testing.T, children string) string {
	return signed(t, replace(t, sessionMessage, "<u:Created>CREATED</u:Created><u:Expires>EXPIRES</u:Expires>", children))
}

// TestTimestamp: row 36. It is noon, UTC; the skew is a minute.
func TestTimestamp(t *testing.T) {
	created := func(text string) string { return "<u:Created>" + text + "</u:Created>" }
	expires := func(text string) string { return "<u:Expires>" + text + "</u:Expires>" }
	const day = "2026-11-22T"
	const invalid, expired = "wsse:InvalidSecurity", "wsu:MessageExpired"
	for _, test := range []struct{ name, children, want string }{
		{"now", created(day+"12:00:00Z") + expires(day+"12:05:00Z"), ""},
		{"fractions", created(day+"11:59:59.9999999Z") + expires(day+"12:05:00.1Z"), ""},
		{"no Expires, four minutes old", created(day + "11:56:00Z"), ""},
		{"no Expires, seven minutes old", created(day + "11:53:00Z"), expired},
		{"no Created", expires(day + "12:05:00Z"), invalid},
		{"nothing", "", invalid},
		{"two Created", created(day+"12:00:00Z") + created(day+"12:00:00Z"), invalid},
		{"two Expires", created(day+"12:00:00Z") + expires(day+"12:05:00Z") + expires(day+"12:05:00Z"), invalid},
		{"the wrong order", expires(day+"12:05:00Z") + created(day+"12:00:00Z"), invalid},
		{"more", created(day+"12:00:00Z") + "<x/>", invalid},
		{"text", created(day+"12:00:00Z") + "text", invalid},
		{"expired within the skew", created(day+"11:50:00Z") + expires(day+"11:59:01Z"), ""},
		{"expired", created(day+"11:50:00Z") + expires(day+"11:59:00Z"), expired},
		{"expired long ago", created("2016-11-22T11:50:00Z") + expires("2016-11-22T11:55:00Z"), expired},
		{"in the future within the skew", created(day+"12:01:00Z") + expires(day+"12:06:00Z"), ""},
		{"in the future", created(day+"12:01:00.001Z") + expires(day+"12:06:00Z"), invalid},
		{"expires before created", created(day+"12:00:00Z") + expires(day+"11:59:59Z"), invalid},
		{"expires when created", created(day+"12:00:00Z") + expires(day+"12:00:00Z"), invalid},
		{"ten years", created(day+"12:00:00Z") + expires("2036-11-22T12:00:00Z"), invalid},
		{"beyond reckoning", created(day+"12:00:00Z") + expires("9999-12-31T23:59:59Z"), invalid},
		{"the beginning of time", created("0001-01-01T00:00:00Z") + expires("9999-12-31T23:59:59Z"), invalid},
		{"another zone", created(day+"13:00:00+01:00") + expires(day+"13:05:00+01:00"), ""},
		{"another zone, expired", created(day+"12:00:00+01:00") + expires(day+"12:05:00+01:00"), expired},
		{"another zone, in the future", created(day+"12:00:00-01:00") + expires(day+"12:05:00-01:00"), invalid},
		{"no zone", created(day+"12:00:00") + expires(day+"12:05:00"), invalid},
		{"a leap second", created(day+"11:59:60Z") + expires(day+"12:05:00Z"), invalid},
		{"no such day", created("2026-11-31T12:00:00Z"), invalid},
		{"a date", created("2026-11-22"), invalid},
		{"a number", created("1795348800"), invalid},
		{"digits without end", created(day + "12:00:00." + strings.Repeat("0", 10_000) + "Z"), invalid},
		{"white space around", created("\n " + day + "12:00:00Z\t"), ""},
		{"a comment within", created(day + "12:00:00<!-- x -->Z"), ""},
		{"an element within", created(day + "12:00:00Z<x/>"), invalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := newStack(t, noon).verify(t, stamped(t, test.children), policies["call"])
			if code := codeOf(err); code != test.want {
				t.Errorf("got %q (%v), want %q", code, err, test.want)
			}
		})
	}
	if _, err := newStack(t, noon).verify(t, signed(t, replace(t, sessionMessage, "<o:Security ", `<u:Timestamp/><o:Security `)), policies["call"]); err != nil {
		t.Errorf("somebody else's Timestamp: %v", err)
	}
}

// TestContextExpires: row 38.
func TestContextExpires(t *testing.T) {
	s := newStack(t, noon)
	s.Contexts = contexts{expires: noon}
	if _, err := s.verify(t, signed(t, sessionMessage), policies["call"]); codeOf(err) != "wsc:BadContextToken" {
		t.Errorf("got %v", err)
	}
	s = newStack(t, noon)
	s.Contexts = contexts{expires: noon.Add(time.Nanosecond)}
	if _, err := s.verify(t, signed(t, sessionMessage), policies["call"]); err != nil {
		t.Errorf("got %v", err)
	}
}
