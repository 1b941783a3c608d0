package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// measureW11 takes the time from a cold start to the first answer, then kills
// the gateway under load and counts acknowledged receipts that are gone.
func measureW11(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	first := g.started
	form, err := g.form()
	if err != nil {
		return nil, err
	}
	var starts []time.Duration
	for range 5 {
		g.stop(false)
		if g, err = startGateway(ctx, s.binary, g.data); err != nil {
			return nil, err
		}
		starts = append(starts, g.started)
	}
	lost, acknowledged := 0, 0
	for round := range 10 {
		receipts := killUnderLoad(ctx, g, form, round)
		if g, err = startGateway(ctx, s.binary, g.data); err != nil {
			return nil, err
		}
		for reference, id := range receipts {
			acknowledged++
			// The same reference again gets the first receipt, if it is there.
			if again, err := submit(ctx, g.env, form, reference); err != nil || again != id {
				lost++
			}
		}
	}
	g.close()
	_ = os.RemoveAll(g.data)
	return []row{
		{id: "W11", who: "Overgang", p50: quantile(starts, 0.5), p99: quantile(starts, 0.99),
			note: fmt.Sprintf("cold start to the first answer; %v with demo data to be made", first.Round(time.Millisecond))},
		{id: "W11", who: "Overgang", errors: lost, note: fmt.Sprintf("kill -9 under load, 10 times: %d of %d acknowledged lost", lost, acknowledged)},
	}, nil
}

// killUnderLoad sends submissions from eight clients, kills the gateway after
// a while, and returns the acknowledged receipts by reference.
func killUnderLoad(ctx context.Context, g *gateway, form string, round int) map[string]string {
	var mu sync.Mutex
	receipts := map[string]string{}
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				reference := strings.Join([]string{"kill", fmt.Sprint(round), fmt.Sprint(client), fmt.Sprint(n)}, "-")
				id, err := submit(ctx, g.env, form, reference)
				if err != nil {
					return
				}
				mu.Lock()
				receipts[reference] = id
				mu.Unlock()
			}
		})
	}
	time.Sleep(300*time.Millisecond + time.Duration(round)*37*time.Millisecond)
	g.stop(true)
	wg.Wait()
	return receipts
}
