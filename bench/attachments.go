package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

const attachmentSize = 10_000_002 // about 10 MB, a multiple of three

// measureW7 sends submissions with a 10 MB attachment inline: one at a time,
// then eight at once.
func measureW7(ctx context.Context, s settings) ([]row, error) { return withinToo(ctx, s, sendInline) }

func sendInline(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	form, err := g.form()
	if err != nil {
		return nil, err
	}
	if _, err := submit(ctx, g.env, form, "first"); err != nil {
		return nil, err
	}
	alone, err := sendAttachments(ctx, g.env, form, "alone", 1, 20)
	if err != nil {
		return nil, err
	}
	g.resetPeak()
	begun := time.Now()
	together, err := sendAttachments(ctx, g.env, form, "together", 8, 10)
	if err != nil {
		return nil, err
	}
	rate := float64(len(together)) / time.Since(begun).Seconds()
	return []row{
		{id: "W7", who: "Overgang", p50: quantile(alone, 0.5), p99: quantile(alone, 0.99), note: "10 MB inline, alone"},
		{id: "W7", who: "Overgang", p50: quantile(together, 0.5), p99: quantile(together, 0.99), rss: g.peakRSS(),
			note: fmt.Sprintf("10 MB inline, 8 at once, %.0f MB/s", rate*attachmentSize/1e6)},
	}, nil
}

// sendAttachments sends count submissions from each of the given number of
// clients and returns how long each took.
func sendAttachments(ctx context.Context, env environment, form, run string, clients, count int) ([]time.Duration, error) {
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for n := range count {
				body, length := withAttachment(env, form, fmt.Sprintf("%s-%d-%d", run, client, n), attachmentSize)
				begun := time.Now()
				_, err := post(ctx, env, body, length)
				mu.Lock()
				took = append(took, time.Since(begun))
				if err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return took, failed
}

// quantile returns the value below which the share q of all values lies.
func quantile(values []time.Duration, q float64) time.Duration {
	slices.Sort(values)
	return values[min(len(values)-1, int(q*float64(len(values))))]
}
