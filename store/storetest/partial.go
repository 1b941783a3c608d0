package storetest

import (
	"bytes"
	"io"
	"testing"

	"overgang/store"
)

// PartialBlobs is a driver of both.
type PartialBlobs interface {
	store.Blobs
	store.Partials
}

// RunPartials checks a driver of [store.Partials]. open gives an empty one.
func RunPartials(t *testing.T, open func(t *testing.T) PartialBlobs) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, b PartialBlobs)
	}{
		{"Pieces", testPieces},
		{"Drop", testDropPartial},
		{"Absent", testAbsentPartial},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// piece writes one piece and returns the partial's key.
func piece(t *testing.T, b PartialBlobs, key string, offset int64, text string) string {
	t.Helper()
	w, err := b.Append(t.Context(), key, offset)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Sync(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Key()
}

func partials(t *testing.T, b PartialBlobs) map[string]int64 {
	t.Helper()
	m := map[string]int64{}
	if err := b.ListPartials(t.Context(), func(i store.BlobInfo) error { m[i.Key] = i.Size; return nil }); err != nil {
		t.Fatal(err)
	}
	return m
}

func testPieces(t *testing.T, b PartialBlobs) {
	key := piece(t, b, "", 0, "one two lost")
	piece(t, b, key, 8, "three") // what lay beyond was never acknowledged
	same(t, "partials", partials(t, b), map[string]int64{key: 13})
	if len(blobs(t, b)) != 0 {
		t.Error("a partial is listed as a blob")
	}
	if _, err := b.Open(t.Context(), key); err == nil {
		t.Error("a partial opens as a blob")
	}
	for range 2 { // again, as after a crash in between
		if err := b.Finish(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	f, err := b.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, []byte("one two three")) {
		t.Errorf("%q, %v", got, err)
	}
	if len(partials(t, b)) != 0 || len(blobs(t, b)) != 1 {
		t.Error("the finished partial is not a blob, or is still a partial")
	}
}

func testDropPartial(t *testing.T, b PartialBlobs) {
	one, two := piece(t, b, "", 0, "one"), piece(t, b, "", 0, "two")
	for range 2 {
		if err := b.DropPartial(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "left", partials(t, b), map[string]int64{two: 3})
}

func testAbsentPartial(t *testing.T, b PartialBlobs) {
	key := piece(t, b, "", 0, "four")
	for what, at := range map[string]struct {
		key    string
		offset int64
	}{"a hole": {key, 5}, "no key": {"../../etc/passwd", 0}, "another's": {"00112233445566778899aabbccddeeff", 0}} {
		_, err := b.Append(t.Context(), at.key, at.offset)
		wantErr(t, what, err, store.ErrNotFound)
	}
	wantErr(t, "finishing what is not there", b.Finish(t.Context(), "00112233445566778899aabbccddeeff"), store.ErrNotFound)
}
