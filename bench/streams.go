package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	uploadSize   = 100_000_000 // W6
	downloadSize = 1 << 30     // W8
)

// measureW6 sends files of 100 MB by MTOM to disk, hashed on their way: one at a
// time, then eight at once.
func measureW6(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	f := newFiles(g.env)
	var rows []row
	for _, w := range []struct {
		note           string
		clients, count int
	}{{"warm", 1, 1}, {"100 MB MTOM, alone", 1, 6}, {"100 MB MTOM, 8 at once", 8, 3}} {
		g.resetPeak()
		used, begun := g.cpuTime(), time.Now()
		wait := func() {}
		if w.clients > 1 {
			wait = g.profile(s, "W6")
		}
		took, err := f.uploadAll(ctx, w.clients, w.count)
		if err != nil {
			return nil, err
		}
		rate := float64(len(took)) * uploadSize / time.Since(begun).Seconds() / 1e6
		cpu := g.cpuEach(used, float64(len(took)))
		wait()
		if w.note != "warm" {
			rows = append(rows, row{id: "W6", who: "Overgang", p50: quantile(took, 0.5), p99: quantile(took, 0.99), cpu: cpu, rss: g.peakRSS(),
				note: fmt.Sprintf("%s, %.0f MB/s to disk with MD5 and SHA-256", w.note, rate)})
		}
	}
	return rows, nil
}

// uploadAll sends count files from each of the given number of clients.
func (f *files) uploadAll(ctx context.Context, clients, count int) ([]time.Duration, error) {
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range count {
				id, err := f.initiate(ctx)
				var took time.Duration
				if err == nil {
					took, err = f.upload(ctx, id, uploadSize)
				}
				mu.Lock()
				all = append(all, took)
				if err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return all, failed
}

// measureW8 fetches a file of a gigabyte over SOAP.
func measureW8(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	f := newFiles(g.env)
	id, err := f.initiate(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := f.upload(ctx, id, downloadSize); err != nil {
		return nil, err
	}
	var took []time.Duration
	g.resetPeak()
	used := g.cpuTime()
	const times = 3
	for range times {
		n, d, err := f.download(ctx, id)
		if err != nil {
			return nil, err
		}
		if n < downloadSize {
			return nil, fmt.Errorf("%d bytes came", n)
		}
		took = append(took, d)
	}
	p50 := quantile(took, 0.5)
	return []row{{id: "W8", who: "Overgang", p50: p50, p99: quantile(took, 0.99), cpu: g.cpuEach(used, times), rss: g.peakRSS(),
		note: fmt.Sprintf("1 GB MTOM download, %.0f MB/s", downloadSize/p50.Seconds()/1e6)}}, nil
}
