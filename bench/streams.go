package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	uploadSize   = 100_000_000 // W6
	downloadSize = 1 << 30     // W8
)

// measureW6 sends files of 100 MB by MTOM: one at a time, then eight at once.
func measureW6(ctx context.Context, s settings) ([]row, error) { return withinToo(ctx, s, sendFiles) }

func sendFiles(ctx context.Context, s settings) ([]row, error) {
	g, err := startGateway(ctx, s.binary, "")
	if err != nil {
		return nil, err
	}
	defer g.close()
	f := newFiles(g.env)
	rows, err := f.measureUploads(ctx, g.process, f.initiate, func() func() { return g.profile(s, "W6") })
	for i := range rows {
		rows[i].who = "Overgang"
		rows[i].note += " to disk (fsync) with MD5 and SHA-256"
	}
	return rows, err
}

// measureW6 is the same for a peer, which asks for no transfer first; and then W8.
func (p peer) measureW6(ctx context.Context, env environment) ([]row, error) {
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	defer stop()
	server, url, err := p.start(ctx)
	if err != nil {
		return nil, err
	}
	defer server.stop(true)
	for !publishes(url + streamedPath) { // its second service comes after it listens
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	env = maps.Clone(env)
	env["OVERGANG_URL"] = url
	nothing := func(context.Context) (string, error) { return "0", nil }
	rows, err := newFiles(env).measureUploads(ctx, server, nothing, func() func() { return func() {} })
	for i := range rows {
		rows[i].who = p.name
		rows[i].note += " to disk with SHA-256"
	}
	if err != nil {
		return rows, err
	}
	down, err := newFiles(env).measureDownloads(ctx, server, strconv.Itoa(downloadSize)) // the reference is the size
	down.who = p.name
	return append(rows, down), err
}

// publishes says whether a service is at the address.
func publishes(url string) bool {
	res, err := http.Get(url + "?wsdl")
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// measureUploads sends files to a server, first for nothing. profile is called
// when eight come at once.
func (f *files) measureUploads(ctx context.Context, server *process, initiate func(context.Context) (string, error), profile func() func()) ([]row, error) {
	if _, err := f.uploadAll(ctx, initiate, 1, 2); err != nil {
		return nil, err
	}
	var rows []row
	for _, w := range []struct {
		note           string
		clients, count int
	}{{"alone", 1, 6}, {"8 at once", 8, 3}} {
		server.resetPeak()
		used, wait := server.cpuTime(), func() {}
		if w.clients > 1 {
			wait = profile()
		}
		begun := time.Now()
		took, err := f.uploadAll(ctx, initiate, w.clients, w.count)
		if err != nil {
			return nil, err
		}
		rate := float64(len(took)) * uploadSize / time.Since(begun).Seconds() / 1e6
		rows = append(rows, row{id: "W6", p50: quantile(took, 0.5), p99: quantile(took, 0.99), cpu: server.cpuEach(used, float64(len(took))), rss: server.peakRSS(),
			note: fmt.Sprintf("100 MB MTOM, %s: %.0f MB/s", w.note, rate)})
		wait()
	}
	return rows, nil
}

// uploadAll sends count files from each of the given number of clients.
func (f *files) uploadAll(ctx context.Context, initiate func(context.Context) (string, error), clients, count int) ([]time.Duration, error) {
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range count {
				id, err := initiate(ctx)
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
func measureW8(ctx context.Context, s settings) ([]row, error) { return withinToo(ctx, s, fetchFile) }

func fetchFile(ctx context.Context, s settings) ([]row, error) {
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
	r, err := f.measureDownloads(ctx, g.process, id)
	r.who = "Overgang"
	return []row{r}, err
}

// measureDownloads fetches a file of a gigabyte, one time after the other.
func (f *files) measureDownloads(ctx context.Context, server *process, id string) (row, error) {
	var took []time.Duration
	server.resetPeak()
	used := server.cpuTime()
	const times = 3
	for range times {
		n, d, err := f.download(ctx, id)
		if err != nil {
			return row{}, err
		}
		if n < downloadSize {
			return row{}, fmt.Errorf("%d bytes came", n)
		}
		took = append(took, d)
	}
	p50 := quantile(took, 0.5)
	return row{id: "W8", p50: p50, p99: quantile(took, 0.99), cpu: server.cpuEach(used, times), rss: server.peakRSS(),
		note: fmt.Sprintf("1 GB MTOM download, %.0f MB/s", downloadSize/p50.Seconds()/1e6)}, nil
}
