package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
	"overgang/store/sqlstore"
)

// files sends and fetches files over REST as the demonstration's person, who
// acts for the sender and for the recipient.
type files struct {
	v      *victim
	client *http.Client
}

func (f files) do(ctx context.Context, method, path string, body io.Reader, headers ...string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, f.v.env.Get("OVERGANG_URL")+"/broker/api/v1/filetransfer"+path, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+f.v.env.Get("REST_TOKEN_USER"))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	a, err := f.client.Do(r)
	if err == nil && a.StatusCode >= 300 {
		text, _ := io.ReadAll(a.Body)
		a.Body.Close()
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, a.Status, text)
	}
	return a, err
}

func (f files) initialize(ctx context.Context) (id string, err error) {
	a, err := f.do(ctx, "POST", "", strings.NewReader(fmt.Sprintf(`{"resourceId":%q,"fileName":"a.bin","sender":"0192:%s","recipients":["0192:%s"]}`,
		f.v.env.Get("BROKER_RESOURCE"), f.v.env.Get("ORG"), f.v.env.Get("BROKER_RECIPIENT"))), "Content-Type", "application/json")
	if err != nil {
		return "", err
	}
	defer a.Body.Close()
	var made struct{ FileTransferID string }
	err = json.NewDecoder(a.Body).Decode(&made)
	return made.FileTransferID, err
}

func (f files) upload(ctx context.Context, id string, body io.Reader, size int64) error {
	r, err := http.NewRequestWithContext(ctx, "POST", f.v.env.Get("OVERGANG_URL")+"/broker/api/v1/filetransfer/"+id+"/upload", body)
	if err != nil {
		return err
	}
	r.ContentLength = size
	r.Header.Set("Authorization", "Bearer "+f.v.env.Get("REST_TOKEN_USER"))
	r.Header.Set("Content-Type", "application/octet-stream")
	a, err := f.client.Do(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if a.StatusCode != 200 {
		text, _ := io.ReadAll(a.Body)
		return fmt.Errorf("upload: %s: %s", a.Status, text)
	}
	return nil
}

func (f files) download(ctx context.Context, id string) (sum [32]byte, n int64, err error) {
	a, err := f.do(ctx, "GET", "/"+id+"/download", nil)
	if err != nil {
		return sum, 0, err
	}
	defer a.Body.Close()
	h := sha256.New()
	n, err = io.Copy(h, a.Body)
	return [32]byte(h.Sum(nil)), n, err
}

// zeros is content without end that costs nothing to make; it is hashed as it is read.
type zeros struct{ sum hash.Hash }

func (z zeros) Read(p []byte) (int, error) {
	clear(p)
	z.sum.Write(p)
	return len(p), nil
}

// highWater is the largest resident size that the process ever had, in bytes.
func (v *victim) highWater(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", v.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("%s", text)
	}
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n << 10
}

// TestTransferInFlatMemory: what a file of 200 MB adds to the process does not
// depend on its size, on either way.
func TestTransferInFlatMemory(t *testing.T) {
	const size, most = 200 << 20, 24 << 20
	v := &victim{data: t.TempDir()}
	v.rise(t)
	defer v.die()
	f := files{v, &http.Client{}}
	before := v.highWater(t)
	id, err := f.initialize(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	content := zeros{sha256.New()}
	if err := f.upload(t.Context(), id, io.LimitReader(content, size), size); err != nil {
		t.Fatal(err)
	}
	sum, n, err := f.download(t.Context(), id)
	if err != nil || n != size || sum != [32]byte(content.sum.Sum(nil)) {
		t.Fatalf("%d bytes came, %v", n, err)
	}
	if grown := v.highWater(t) - before; grown > most {
		t.Errorf("the process grew by %d MB to %d MB", grown>>20, v.highWater(t)>>20)
	}
}

// post is what one sender knows of its transfer when the gateway dies.
type post struct {
	id     string
	sum    [32]byte
	done   bool // acknowledged whole
	offset int  // acknowledged of an upload in pieces; -1 = whole at once
}

// send sends one file, at once or in pieces, until the gateway is gone.
func (f files) send(ctx context.Context, p *post, content []byte, pieces bool) {
	var err error
	if p.id, err = f.initialize(ctx); err != nil {
		return
	}
	p.sum, p.offset = sha256.Sum256(content), -1
	if !pieces {
		p.done = f.upload(ctx, p.id, bytes.NewReader(content), int64(len(content))) == nil
		return
	}
	p.offset = 0
	path := "/upload/tus/" + p.id
	a, err := f.do(ctx, "POST", path, nil, "Tus-Resumable", "1.0.0", "Upload-Length", strconv.Itoa(len(content)))
	if err != nil {
		p.offset = -1
		return
	}
	a.Body.Close()
	for p.offset < len(content) {
		next := min(len(content), p.offset+200<<10)
		a, err := f.do(ctx, "PATCH", path, bytes.NewReader(content[p.offset:next]), "Tus-Resumable", "1.0.0", "Upload-Offset", strconv.Itoa(p.offset), "Content-Type", "application/offset+octet-stream")
		if err != nil {
			return
		}
		a.Body.Close()
		p.offset = next
	}
	p.done = true
}

// referred are the keys of the contents that rows refer to, uploads in pieces too.
func (v *victim) referred(t *testing.T) map[string]bool {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(v.data, "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	keys := map[string]bool{}
	err = db.EachContent(t.Context(), func(c store.StoredContent) error {
		keys[c.Content.Blob] = true
		return nil
	})
	if err == nil {
		// The last piece is there, but the transfer does not have it yet: its
		// sender goes on.
		err = db.EachPartial(t.Context(), func(p rest.PartialUpload) error {
			keys[p.Blob] = true
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestTransferCrash kills the gateway at any point of uploads: what was
// acknowledged is there, and after a sweep nothing else is.
func TestTransferCrash(t *testing.T) {
	v := &victim{data: t.TempDir()}
	content := make([]byte, 1<<20)
	for i := range content {
		content[i] = byte(rand.Uint32())
	}
	var all []*post
	acknowledged := 0
	whole := make(chan struct{}) // the first file was acknowledged
	var once sync.Once
	for round := range crashes(t) {
		v.rise(t)
		f := files{v, &http.Client{Transport: &http.Transport{}}}
		ctx, stop := context.WithCancel(t.Context())
		var mu sync.Mutex
		var senders sync.WaitGroup
		for n := range 4 {
			senders.Go(func() {
				for ctx.Err() == nil {
					p := &post{}
					f.send(ctx, p, content, n%2 == 0)
					if p.done {
						once.Do(func() { close(whole) })
					}
					mu.Lock()
					all = append(all, p)
					mu.Unlock()
				}
			})
		}
		if round == 0 {
			select {
			case <-whole:
			case <-time.After(patience): // the end of the test will tell
			}
		}
		time.Sleep(time.Duration(30+rand.IntN(250)) * time.Millisecond)
		v.die()
		stop()
		senders.Wait()
	}
	v.rise(t)
	f := files{v, &http.Client{}}
	want := 0
	for _, p := range all {
		if p.id == "" {
			continue
		}
		sum, _, err := f.download(t.Context(), p.id)
		switch {
		case err == nil && sum == p.sum:
			want++
		case p.done:
			t.Errorf("transfer %s was acknowledged and is lost: %v", p.id, err)
		case p.offset > 0:
			a, err := f.do(t.Context(), "HEAD", "/upload/tus/"+p.id, nil, "Tus-Resumable", "1.0.0")
			if err != nil {
				t.Errorf("upload %s lost its %d bytes: %v", p.id, p.offset, err)
				continue
			}
			a.Body.Close()
			if at, _ := strconv.Atoi(a.Header.Get("Upload-Offset")); at < p.offset {
				t.Errorf("upload %s has %d bytes, of which %d were acknowledged", p.id, at, p.offset)
			}
		}
		if p.done {
			acknowledged++
		}
	}
	v.die()
	if acknowledged == 0 {
		t.Error("nothing was acknowledged: the test proves nothing")
	}
	later := func() time.Time { return time.Now().Add(25 * time.Hour) }
	for _, args := range [][]string{{"verify", "--repair"}, {"verify"}} {
		var out, log bytes.Buffer
		m := &Main{Args: append([]string{"--data", v.data}, args...), Now: later, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &log}
		if code := m.Run(t.Context()); code != 0 {
			t.Errorf("%v: %s%s", args, out.String(), log.String())
		}
		if strings.Contains(out.String(), "missing") || strings.Contains(out.String(), "altered") || strings.Contains(out.String(), "stuck") {
			t.Errorf("%v: %s", args, out.String())
		}
	}
	blobs, err := filepath.Glob(filepath.Join(v.data, "blobs", "blobs", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	referred := v.referred(t)
	for _, b := range blobs {
		if !referred[filepath.Base(b)] {
			t.Errorf("%s is left, and no row refers to it", b)
		}
	}
	if len(blobs) < want {
		t.Errorf("%d contents are left, of %d files that could be fetched", len(blobs), want)
	}
	if tmp, _ := filepath.Glob(filepath.Join(v.data, "blobs", "tmp", "*")); len(tmp) != 0 {
		t.Errorf("left behind: %v", tmp)
	}
}
