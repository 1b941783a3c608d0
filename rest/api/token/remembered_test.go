package token

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"overgang/rest"
)

func TestRememberedChecksOnceAMinute(t *testing.T) {
	start := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	now, checks, broken := start, 0, error(nil)
	r := NewRemembered(func(_ context.Context, raw rest.Secret) (rest.Caller, error) {
		checks++
		return rest.Caller{Owner: raw.Reveal(), Until: start.Add(150 * time.Second)}, broken
	}, func() time.Time { return now })
	ask := func(token string, wantChecks int) {
		t.Helper()
		caller, err := r.Verify(t.Context(), rest.Secret(token))
		if err != broken && !(err == nil && checks == wantChecks) || err == nil && caller.Owner != token || checks != wantChecks {
			t.Errorf("%s at %v: %+v, %v after %d checks, want %d", token, now.Sub(start), caller, err, checks, wantChecks)
		}
	}
	ask("ttd", 1)
	ask("ttd", 1)
	ask("skd", 2) // another token
	ask("ttd", 2)
	now = start.Add(59 * time.Second)
	ask("ttd", 2)
	now = start.Add(time.Minute)
	ask("ttd", 3)
	now = start.Add(149 * time.Second)
	ask("ttd", 4)
	now = start.Add(150 * time.Second) // its end: the check decides
	ask("ttd", 5)
	ask("ttd", 6)
	now = start.Add(-time.Hour) // the clock was set back: it may not be good yet
	ask("ttd", 7)

	now, broken = start.Add(10*time.Minute), errors.New("refused")
	ask("nav", 8)
	ask("nav", 9) // refusals are not kept
}

func TestRememberedIsBounded(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	r := NewRemembered(func(context.Context, rest.Secret) (rest.Caller, error) {
		return rest.Caller{Until: now.Add(time.Hour)}, nil
	}, func() time.Time { return now })
	for n := range 5 * rememberedTokens {
		r.Verify(t.Context(), rest.Secret(fmt.Sprint(n)))
	}
	if n := len(r.young) + len(r.old); n > 2*rememberedTokens {
		t.Errorf("%d tokens are kept", n)
	}
}
