package reporteeelementlist

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
)

func TestPeriod(t *testing.T) {
	at := func(day, hour int) *time.Time { t := time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC); return &t }
	never, last := time.Time{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		from, to *time.Time
		want     rest.TimeRange
	}{
		"neither":         {nil, nil, rest.TimeRange{}},
		"not set in .NET": {&never, &never, rest.TimeRange{}},
		"times":           {at(1, 8), at(2, 9), rest.TimeRange{From: *at(1, 8), To: *at(2, 9)}},
		"dates":           {at(1, 0), at(2, 0), rest.TimeRange{From: *at(1, 0), To: *at(3, 0), OpenTo: true}},
		"one day":         {at(2, 0), at(2, 0), rest.TimeRange{From: *at(2, 0), To: *at(3, 0), OpenTo: true}},
		"exchanged":       {at(2, 0), at(1, 8), rest.TimeRange{From: *at(1, 8), To: *at(3, 0), OpenTo: true}},
		"from":            {at(2, 0), nil, rest.TimeRange{From: *at(2, 0)}},
		"to":              {nil, at(2, 0), rest.TimeRange{To: *at(3, 0), OpenTo: true}},
		"the end of time": {nil, &last, rest.TimeRange{To: last}},
	} {
		if diff := cmp.Diff(c.want, period(c.from, c.to)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestElementCode(t *testing.T) {
	for code, want := range map[string]struct {
		number   int32
		archived bool
		err      error
	}{
		"A2E1000001":    {1000001, false, nil},
		" a2a1000001 ":  {1000001, true, nil},
		"A2A2147483647": {2147483647, true, nil},
		"A2A2147483648": {0, false, errCode},
		"A2E-1":         {0, false, errCode},
		"A2E":           {0, false, errCode},
		"1000001":       {0, false, errCode},
		"":              {0, false, errCode},
		"A1E12":         {0, false, errGone},
		"A1A12":         {0, false, errGone},
	} {
		number, archived, err := elementCode(code)
		if number != want.number || archived != want.archived || err != want.err {
			t.Errorf("%q: %d, %v, %v", code, number, archived, err)
		}
	}
}
