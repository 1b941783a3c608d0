package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// guessEvery is W10's rate of wrong passwords: 500 a second.
const guessEvery = 2 * time.Millisecond

// mostGuesses is how many are under way at once.
const mostGuesses = 64

// measureW10 is W1 while others guess passwords, and W1 right before it. Each
// guess is of another user with another password from another address: what
// repeats is refused for less.
func measureW10(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	form, err := g.form()
	if err != nil {
		return nil, err
	}
	good, err := measureVariant(ctx, s, g, g.env, form, "W10-good")
	if err != nil {
		return nil, err
	}
	good.id, good.note = "W10", "W1 in the same run"
	guessing, end := context.WithCancel(ctx)
	defer end()
	var guesses guesser
	var ended sync.WaitGroup
	ended.Go(func() { guesses.run(guessing, g.env) })
	under, err := measureVariant(ctx, s, g, g.env, form, "W10")
	end()
	ended.Wait()
	if err != nil {
		return nil, err
	}
	if guesses.failed.Load() > guesses.made.Load()/10 {
		return nil, fmt.Errorf("%d of %d guesses got no answer", guesses.failed.Load(), guesses.made.Load())
	}
	under.id, under.note = "W10", fmt.Sprintf("beside %.0f wrong passwords a second: p99 %.1f × W1's",
		float64(guesses.made.Load())/guesses.took.Seconds(), float64(under.p99)/max(1, float64(good.p99)))
	return []row{good, under}, nil
}

// guesser tries passwords.
type guesser struct {
	made, failed atomic.Int64
	took         time.Duration
}

func (w *guesser) run(ctx context.Context, env environment) {
	tick := time.NewTicker(guessEvery)
	defer tick.Stop()
	room := make(chan struct{}, mostGuesses)
	var all sync.WaitGroup
	defer all.Wait()
	begun := time.Now()
	defer func() { w.took = time.Since(begun) }()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case room <- struct{}{}:
		case <-ctx.Done():
			return
		}
		all.Go(func() {
			defer func() { <-room }()
			w.made.Add(1)
			if err := guess(ctx, env, n); err != nil && ctx.Err() == nil {
				if w.failed.Add(1) == 1 {
					fmt.Fprintln(os.Stderr, "guess:", err)
				}
			}
		})
	}
}

// guess asks for a receipt as a system that there is not, from an address of
// its own: all of 127.0.0.0/8 is this machine.
func guess(ctx context.Context, env environment, n int) error {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1+byte(n>>16), byte(n>>8), byte(n))}}
	transport := &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	body := inEnvelope("", fmt.Sprintf(`<GetReceiptBasicV2 xmlns="%s"><systemUserName>%d</systemUserName><systemPassword>gjett-%d</systemPassword>`+
		`<receipt xmlns:r="%s"><r:ReceiptId>1</r:ReceiptId></receipt></GetReceiptBasicV2>`, receiptNS, 100_000+n, n, receiptTypesNS))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, env["OVERGANG_URL"]+receiptPath, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `"`+receiptNS+`/IReceiptExternalBasic/GetReceiptBasicV2"`)
	res, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	if res.StatusCode == http.StatusOK {
		return fmt.Errorf("a guess got HTTP 200")
	}
	return err
}
