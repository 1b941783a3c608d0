package core

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"overgang/rest"
	"overgang/store"
)

func TestUpload(t *testing.T) {
	w := newWorld(t)
	for _, size := range []int{0, 1, rest.InlineLimit, rest.InlineLimit + 1, 5*rest.InlineLimit + 7} {
		for _, step := range []int{1000, rest.InlineLimit, 1 << 20} {
			data := strings.Repeat("0123456789", size/10+1)[:size]
			u, err := w.Upload(w.ctx, rest.UploadOptions{MD5: true})
			if err != nil {
				t.Fatal(err)
			}
			for rest := data; rest != ""; {
				n := min(step, len(rest))
				if _, err := u.Write([]byte(rest[:n])); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			c, err := u.Commit()
			if err != nil {
				t.Fatal(err)
			}
			u.Abort() // does nothing
			if c.Size != int64(size) || c.SHA256 != sha256.Sum256([]byte(data)) || *c.MD5 != md5.Sum([]byte(data)) {
				t.Errorf("%d by %d: %+v", size, step, c)
			}
			if inline := size <= rest.InlineLimit; (c.Blob == "") != inline || inline && string(c.Inline) != data {
				t.Errorf("%d by %d: blob %q, %d bytes inline", size, step, c.Blob, len(c.Inline))
			}
			if c.Blob != "" && string(w.blobs.blobs[c.Blob]) != data {
				t.Errorf("%d by %d: the blob differs", size, step)
			}
			if _, err := u.Write([]byte("x")); err == nil {
				t.Error("write after commit")
			}
			if _, err := u.Commit(); err == nil {
				t.Error("commit after commit")
			}
		}
	}
	if w.blobs.open != 0 {
		t.Errorf("%d blobs left open", w.blobs.open)
	}
}

// Contents are the sender's own bytes, not a view of a buffer that the next
// upload writes to.
func TestUploadsDoNotShareBuffers(t *testing.T) {
	w := newWorld(t)
	first := w.content("den første")
	second := w.content("den andre!")
	if string(first.Inline) != "den første" || string(second.Inline) != "den andre!" {
		t.Errorf("%q, %q", first.Inline, second.Inline)
	}
}

func TestUploadLimits(t *testing.T) {
	w := newWorld(t)
	for name, opts := range map[string]rest.UploadOptions{"own": {MaxSize: 100_000}, "gateway's": {MaxSize: 1 << 40}} {
		w.cfg.MaxUpload = 100_000
		u, err := w.Upload(w.ctx, opts)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.Write(make([]byte, 100_000)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err = u.Write([]byte{1})
		wantKind(t, err, rest.TooLarge)
		_, err = u.Write(nil)
		wantKind(t, err, rest.TooLarge) // it stays
		_, err = u.Commit()
		wantKind(t, err, rest.TooLarge)
	}
	if w.blobs.open != 0 || w.blobs.count() != 0 {
		t.Errorf("%d open, %d stored", w.blobs.open, w.blobs.count())
	}
}

func TestUploadFailures(t *testing.T) {
	w := newWorld(t)
	var u rest.Upload
	var err error
	for _, w.blobs.fail = range []error{store.ErrFull, store.ErrNotFound, errors.New("read-only file system")} {
		u, _ = w.Upload(w.ctx, rest.UploadOptions{})
		_, err = u.Write(make([]byte, rest.InlineLimit+1))
		wantKind(t, err, rest.Unavailable)
		if !errors.Is(err, w.blobs.fail) {
			t.Errorf("cause lost: %v", err)
		}
		u.Abort()
	}
	w.blobs.fail = nil

	ctx, cancel := context.WithCancel(w.ctx)
	u, _ = w.Upload(ctx, rest.UploadOptions{})
	if _, err := u.Write(make([]byte, rest.InlineLimit+1)); err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = u.Write([]byte{1})
	wantKind(t, err, rest.Unavailable)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cause lost: %v", err)
	}
	u.Abort()
	u.Abort()
	if w.blobs.open != 0 || w.blobs.count() != 0 {
		t.Errorf("%d open, %d stored", w.blobs.open, w.blobs.count())
	}
}

func TestSweep(t *testing.T) {
	w := newWorld(t)
	large := strings.Repeat("x", rest.InlineLimit+1)
	s := w.shipment("REF-1")
	s.Instance.Elements = append(s.Instance.Elements, w.attachment("stor.pdf", large))
	kept := w.submit(s).Instance.Elements[2]
	orphan := w.content(large)
	w.clock.add(orphanAge)
	if n, err := w.sweep(w.ctx); n != 0 || err != nil {
		t.Errorf("a day old: %d removed, %v", n, err)
	}
	w.clock.add(1)
	w.clock.add(1_000_000)
	if n, err := w.sweep(w.ctx); n != 1 || err != nil {
		t.Errorf("%d removed, %v", n, err)
	}
	if _, err := w.blobs.Open(w.ctx, orphan.Blob); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the orphan is still there: %v", err)
	}
	if _, err := w.blobs.Open(w.ctx, kept.Content.Blob); err != nil {
		t.Errorf("the element's content is gone: %v", err)
	}
}

// TestSweepWhenTheClockJumps: however old the clock says that content is, it is no
// orphan while the request goes on that brought it.
func TestSweepWhenTheClockJumps(t *testing.T) {
	w := newWorld(t)
	ctx, end := context.WithCancel(w.ctx)
	defer end()
	upload := func() rest.Content {
		u, err := w.Upload(ctx, rest.UploadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer u.Abort()
		if _, err := u.Write(make([]byte, rest.InlineLimit+1)); err != nil {
			t.Fatal(err)
		}
		c, err := u.Commit()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	s := w.shipment("REF-1")
	s.Instance.Elements[1].Content = upload()
	orphan := upload()
	w.clock.add(2 * orphanAge)
	if n, err := w.sweep(w.ctx); n != 0 || err != nil {
		t.Errorf("%d removed, %v", n, err)
	}
	out, err := w.Submit(ctx, w.system, s)
	if err != nil {
		t.Fatal(err)
	}
	end()
	if n, err := w.sweep(w.ctx); n != 1 || err != nil {
		t.Errorf("%d removed once the request was over, %v", n, err)
	}
	if _, err := w.blobs.Open(w.ctx, orphan.Blob); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the orphan is still there: %v", err)
	}
	if _, r, err := w.Content(w.ctx, w.system, out.Instance.ID, out.Instance.Elements[1].ID); err != nil {
		t.Errorf("the element's content is gone: %v", err)
	} else {
		r.Close()
	}
}

func BenchmarkUploadInline(b *testing.B) {
	w := newWorld(b)
	data := make([]byte, 10<<10)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		u, _ := w.Upload(w.ctx, rest.UploadOptions{})
		u.Write(data)
		u.Commit()
	}
}

// Content that a row promises and the disk does not have is our failure, not an
// absent element.
func TestLostContent(t *testing.T) {
	w := newWorld(t)
	s := w.shipment("REF")
	s.Instance.Elements[1] = w.attachment("a.pdf", strings.Repeat("x", rest.InlineLimit+1))
	in := w.submit(s).Instance
	if err := w.blobs.Delete(w.ctx, in.Elements[1].Content.Blob); err != nil {
		t.Fatal(err)
	}
	_, _, err := w.Content(w.ctx, w.system, in.ID, in.Elements[1].ID)
	wantKind(t, err, rest.Internal)
}
