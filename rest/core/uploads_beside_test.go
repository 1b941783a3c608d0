package core

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"sync"
	"testing"

	"overgang/rest"
	"overgang/store"
)

// stuckBlobs are blobs whose first writer does not come back from writing before
// it is released.
type stuckBlobs struct {
	*memBlobs
	once    sync.Once
	stuck   chan struct{} // closed once the writer is
	release chan struct{}
}

type stuckWriter struct {
	store.BlobWriter
	b *stuckBlobs
}

func (b *stuckBlobs) Create(ctx context.Context) (store.BlobWriter, error) {
	w, err := b.memBlobs.Create(ctx)
	b.once.Do(func() { w = stuckWriter{w, b} })
	return w, err
}

func (w stuckWriter) Write(p []byte) (int, error) {
	if len(p) > 0 {
		close(w.b.stuck) // it writes once
		<-w.b.release
	}
	return w.BlobWriter.Write(p)
}

// TestUploadsBeside: uploads go on and get their own sums, beside others that wait for the disk, are aborted, cancelled, or whose senders say nothing more.
func TestUploadsBeside(t *testing.T) {
	w := newWorld(t)
	blobs := &stuckBlobs{memBlobs: w.blobs, stuck: make(chan struct{}), release: make(chan struct{})}
	w.cfg.Blobs = blobs
	begin := func(ctx context.Context) rest.Upload {
		u, err := w.Upload(ctx, rest.UploadOptions{MD5: true})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	write := func(u rest.Upload, p []byte) {
		if _, err := u.Write(p); err != nil {
			t.Error(err)
		}
	}
	piece := func(i int) []byte { return bytes.Repeat([]byte{byte(i), byte(i >> 3), 7}, rest.InlineLimit/2) }

	var slow, others sync.WaitGroup
	atDisk := begin(w.ctx)
	slow.Go(func() { write(atDisk, piece(99)) })
	<-blobs.stuck
	silent, aborted := begin(w.ctx), begin(w.ctx)
	ctx, cancel := context.WithCancel(w.ctx)
	cancelled := begin(ctx)
	for _, u := range []rest.Upload{silent, aborted, cancelled} {
		write(u, piece(1))
	}
	cancel()
	if _, err := cancelled.Write(piece(2)); err == nil {
		t.Error("a write after the context's end")
	}
	for i := range 12 {
		others.Go(func() {
			u, want := begin(w.ctx), []byte(nil)
			for n := range 10 {
				if i == 0 && n == 5 {
					aborted.Abort()
				}
				write(u, piece(i+n))
				want = append(want, piece(i+n)...)
			}
			c, err := u.Commit()
			if err != nil || *c.MD5 != md5.Sum(want) || c.SHA256 != sha256.Sum256(want) {
				t.Errorf("upload %d: %+v, %v", i, c, err)
			}
		})
	}
	others.Wait() // or the test never ends
	close(blobs.release)
	slow.Wait()
	cancelled.Abort()
	for u, want := range map[rest.Upload][]byte{atDisk: piece(99), silent: piece(1)} {
		if c, err := u.Commit(); err != nil || *c.MD5 != md5.Sum(want) {
			t.Errorf("a slow one: %+v, %v", c, err)
		}
	}
	if w.blobs.open != 0 {
		t.Errorf("%d blobs left open", w.blobs.open)
	}
}
