package receipt

import (
	"testing"
	"time"
	_ "time/tzdata"

	"overgang/rest"
)

// TestStreamedTime: LastChanged is local time; that of a receipt which was not
// stored is .NET's first moment in every zone, though clocks in Oslo had not been
// set by Greenwich then.
func TestStreamedTime(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		changed time.Time
		want    string
	}{
		{time.Time{}, "01.01.0001 00:00:00"},
		{time.Date(2024, 5, 8, 11, 29, 28, 0, time.UTC), "08.05.2024 13:29:28"},
	} {
		if got := AsStreamed(&rest.Receipt{Changed: c.changed}, oslo).LastChanged; got != c.want {
			t.Errorf("%v: %s, want %s", c.changed, got, c.want)
		}
	}
}
