package config

import (
	"fmt"
	"strconv"
	"strings"
)

// Size is a number of bytes, written "512", "64KB", "30MB" or "1GB" (also KiB,
// MiB, GiB: a kilobyte is 1024 bytes either way).
type Size int64

var units = []struct {
	name  string
	bytes Size
}{{"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Size) UnmarshalText(text []byte) error {
	t := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(string(text)), " ", ""))
	t = strings.TrimSuffix(strings.Replace(t, "IB", "B", 1), "B") // "30MIB" → "30M", "512B" → "512"
	factor := Size(1)
	for _, u := range units {
		if rest, ok := strings.CutSuffix(t, u.name[:1]); ok {
			t, factor = rest, u.bytes
		}
	}
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil || n < 0 || n > (1<<62)/int64(factor) {
		return fmt.Errorf("%q is no size: write a number of bytes, or with a unit, as in 64KB, 30MB, 1GB", text)
	}
	*s = Size(n) * factor
	return nil
}

// MarshalText implements encoding.TextMarshaler with the largest unit that fits.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String returns what UnmarshalText reads.
func (s Size) String() string {
	for _, u := range units {
		if s >= u.bytes && s%u.bytes == 0 {
			return strconv.FormatInt(int64(s/u.bytes), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}
