package core

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"overgang/store"
)

// memBlobs keeps blobs in memory, so that tests can make them fail and age.
type memBlobs struct {
	mu         sync.Mutex
	blobs      map[string][]byte
	at         map[string]time.Time
	open       int   // begun and not ended
	fail       error // of Create and Write
	failDelete error
	n          int
}

type memWriter struct {
	m     *memBlobs
	key   string
	buf   bytes.Buffer
	ended bool
}

func (m *memBlobs) Create(context.Context) (store.BlobWriter, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return nil, m.fail
	}
	m.open++
	m.n++
	return &memWriter{m: m, key: fmt.Sprintf("blob-%d", m.n)}, nil
}

func (w *memWriter) Write(p []byte) (int, error) { return w.buf.Write(p) }

func (w *memWriter) end() bool {
	if w.ended {
		return false
	}
	w.ended = true
	w.m.open--
	return true
}

func (w *memWriter) Key() string { return w.key }

func (w *memWriter) Settle() error { return nil }

func (w *memWriter) Commit() (string, error) {
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	w.end()
	if w.m.blobs == nil {
		w.m.blobs, w.m.at = map[string][]byte{}, map[string]time.Time{}
	}
	w.m.blobs[w.key], w.m.at[w.key] = w.buf.Bytes(), time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	return w.key, nil
}

func (w *memWriter) Abort() {
	w.m.mu.Lock()
	defer w.m.mu.Unlock()
	w.end()
}

func (m *memBlobs) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.blobs[key]
	if !ok {
		return nil, store.ErrNotFound
	}
	return inlineReader{bytes.NewReader(b)}, nil
}

func (m *memBlobs) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failDelete != nil {
		return m.failDelete
	}
	delete(m.blobs, key)
	return nil
}

func (m *memBlobs) List(_ context.Context, fn func(store.BlobInfo) error) error {
	m.mu.Lock()
	var list []store.BlobInfo
	for key, b := range m.blobs {
		list = append(list, store.BlobInfo{Key: key, Size: int64(len(b)), Changed: m.at[key]})
	}
	m.mu.Unlock()
	for _, b := range list {
		if err := fn(b); err != nil {
			return err
		}
	}
	return nil
}

func (m *memBlobs) Check(context.Context) error { return m.fail }

func (m *memBlobs) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.blobs)
}
