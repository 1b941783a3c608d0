package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"overgang/store"
)

// RunBlobs checks a driver of [store.Blobs]. open gives an empty one.
func RunBlobs(t *testing.T, open func(t *testing.T) store.Blobs) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, b store.Blobs)
	}{
		{"RoundTrip", testBlobRoundTrip},
		{"NothingBeforeCommit", testBlobNothingBeforeCommit},
		{"Settled", testBlobSettled},
		{"Keys", testBlobKeys},
		{"List", testBlobList},
		{"Cancellation", testBlobCancellation},
		{"Concurrency", testBlobConcurrency},
		{"Check", testBlobCheck},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func putBlob(t testing.TB, b store.Blobs, content []byte) string {
	t.Helper()
	w, err := b.Create(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for len(content) > 0 {
		n := min(len(content), 10_000)
		if wrote, err := w.Write(content[:n]); wrote != n || err != nil {
			t.Fatalf("Write: %d, %v", wrote, err)
		}
		content = content[n:]
	}
	key, err := w.Commit()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// blobs is what List has, by key.
func blobs(t testing.TB, b store.Blobs) map[string]store.BlobInfo {
	t.Helper()
	m := map[string]store.BlobInfo{}
	if err := b.List(context.Background(), func(i store.BlobInfo) error { m[i.Key] = i; return nil }); err != nil {
		t.Fatal(err)
	}
	return m
}

func testBlobRoundTrip(t *testing.T, b store.Blobs) {
	for _, size := range []int{0, 1, 65_537, 3 << 20} {
		content := bytes.Repeat([]byte("0123456789abcdef!"), size/17+1)[:size]
		key := putBlob(t, b, content)
		f, err := b.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes came back as %d, %v", size, len(got), err)
		}
		if end, err := f.Seek(0, io.SeekEnd); end != int64(size) || err != nil {
			t.Errorf("end of %d bytes at %d, %v", size, end, err)
		}
		if at := int64(size / 2); size > 0 {
			if _, err := f.Seek(at, io.SeekStart); err != nil {
				t.Error(err)
			}
			if got, err = io.ReadAll(f); err != nil || !bytes.Equal(got, content[at:]) {
				t.Errorf("after a seek %d bytes came, %v", len(got), err)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		for range 2 { // removing an absent one is no error
			if err := b.Delete(t.Context(), key); err != nil {
				t.Errorf("Delete: %v", err)
			}
		}
		_, err = b.Open(t.Context(), key)
		wantErr(t, "Open of a deleted blob", err, store.ErrNotFound)
	}
}

func testBlobNothingBeforeCommit(t *testing.T, b store.Blobs) {
	w, err := b.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	if n := len(blobs(t, b)); n != 0 {
		t.Errorf("%d blobs before Commit", n)
	}
	w.Abort()
	w.Abort()
	if _, err := w.Write([]byte("more")); err == nil {
		t.Error("Write after Abort went through")
	}
	if _, err := w.Commit(); err == nil {
		t.Error("Commit after Abort went through")
	}
	if n := len(blobs(t, b)); n != 0 {
		t.Errorf("%d blobs after Abort", n)
	}

	w, err = b.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key, err := w.Commit()
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if _, err := w.Commit(); err == nil {
		t.Error("Commit twice went through")
	}
	if _, ok := blobs(t, b)[key]; !ok {
		t.Error("Abort after Commit removed the blob")
	}
}

// testBlobSettled: what was settled can be committed or aborted as before, and
// takes nothing more.
func testBlobSettled(t *testing.T, b store.Blobs) {
	for _, size := range []int{0, 65_537, 3<<20 + 1} {
		content := bytes.Repeat([]byte("0123456789abcdef!"), size/17+1)[:size]
		var kept, dropped store.BlobWriter
		for _, w := range []*store.BlobWriter{&kept, &dropped} {
			var err error
			if *w, err = b.Create(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := (*w).Write(content); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := (*w).Settle(); err != nil {
					t.Fatalf("%d bytes: %v", size, err)
				}
			}
		}
		dropped.Abort()
		key, err := kept.Commit()
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if kept.Key() != key {
			t.Errorf("Key is %q, the blob's %q", kept.Key(), key)
		}
		f, err := b.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if f.Close(); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes came back as %d, %v", size, len(got), err)
		}
		late, err := b.Create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := late.Settle(); err != nil {
			t.Fatal(err)
		}
		if _, err := late.Write([]byte("late")); err == nil {
			t.Error("Write after Settle went through")
		}
		if _, err := late.Commit(); err == nil {
			t.Error("Commit after a failed Write went through")
		}
		late.Abort()
		if err := late.Settle(); err == nil {
			t.Error("Settle after Abort went through")
		}
	}
}

func testBlobKeys(t *testing.T, b store.Blobs) {
	key := putBlob(t, b, []byte("x"))
	for _, k := range []string{"", ".", "..", "../../etc/passwd", "/etc/passwd", key + "0", key[1:], "ZZ" + key[2:], key + "/..", "\x00", "tmp"} {
		_, err := b.Open(t.Context(), k)
		wantErr(t, fmt.Sprintf("Open(%q)", k), err, store.ErrNotFound)
		if err := b.Delete(t.Context(), k); err != nil {
			t.Errorf("Delete(%q): %v", k, err)
		}
	}
	if _, ok := blobs(t, b)[key]; !ok {
		t.Error("the blob has gone")
	}
}

func testBlobList(t *testing.T, b store.Blobs) {
	sizes := map[string]int64{}
	began := time.Now().Add(-time.Minute)
	for n := range 20 {
		sizes[putBlob(t, b, make([]byte, n))] = int64(n)
	}
	listed := blobs(t, b)
	if len(sizes) != 20 || len(listed) != 20 {
		t.Fatalf("%d keys, %d listed, want 20", len(sizes), len(listed))
	}
	for key, size := range sizes {
		if i := listed[key]; i.Size != size || i.Changed.Before(began) || i.Changed.Location() != time.UTC {
			t.Errorf("blob of %d bytes listed as %+v", size, i)
		}
	}
	stop, calls := errors.New("stop"), 0
	err := b.List(t.Context(), func(store.BlobInfo) error { calls++; return stop })
	if err != stop || calls != 1 {
		t.Errorf("List went on after fn's error: %d calls, %v", calls, err)
	}
}

func testBlobCancellation(t *testing.T, b store.Blobs) {
	key := putBlob(t, b, []byte("x"))
	ctx, cancel := context.WithCancel(t.Context())
	w, err := b.Create(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = w.Write([]byte("late"))
	wantErr(t, "Write", err, context.Canceled)
	_, err = w.Commit()
	wantErr(t, "Commit", err, context.Canceled)
	w.Abort()
	_, err = b.Create(ctx)
	wantErr(t, "Create", err, context.Canceled)
	_, err = b.Open(ctx, key)
	wantErr(t, "Open", err, context.Canceled)
	wantErr(t, "Delete", b.Delete(ctx, key), context.Canceled)
	wantErr(t, "List", b.List(ctx, func(store.BlobInfo) error { return nil }), context.Canceled)
	wantErr(t, "Check", b.Check(ctx), context.Canceled)
	if n := len(blobs(t, b)); n != 1 {
		t.Errorf("%d blobs, want the first only", n)
	}
}

func testBlobConcurrency(t *testing.T, b store.Blobs) {
	var wg sync.WaitGroup
	for c := range 8 {
		wg.Go(func() {
			for n := range 10 {
				content := bytes.Repeat([]byte{byte(c), byte(n)}, 1000*(c+1))
				key := putBlob(t, b, content)
				f, err := b.Open(context.Background(), key)
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(f)
				if err != nil || !bytes.Equal(got, content) {
					t.Errorf("another blob came back, %v", err)
				}
				if n%2 == 0 {
					if err := b.Delete(context.Background(), key); err != nil {
						t.Error(err)
					}
				}
				f.Close()
				blobs(t, b)
			}
		})
	}
	wg.Wait()
	if n := len(blobs(t, b)); n != 40 {
		t.Errorf("%d blobs, want 40", n)
	}
}

func testBlobCheck(t *testing.T, b store.Blobs) {
	if err := b.Check(t.Context()); err != nil {
		t.Errorf("Check: %v", err)
	}
	if n := len(blobs(t, b)); n != 0 {
		t.Errorf("Check left %d blobs", n)
	}
}
