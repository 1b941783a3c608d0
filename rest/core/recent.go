package core

import "sync"

// recent is a bounded map: two halves, the older of which is dropped when the
// younger is full. What is used stays. Safe for concurrent use.
type recent[K comparable, V any] struct {
	mu         sync.Mutex
	limit      int // entries of one half
	young, old map[K]V
}

func newRecent[K comparable, V any](entries int) *recent[K, V] {
	return &recent[K, V]{limit: max(1, entries/2), young: map[K]V{}}
}

func (r *recent[K, V]) get(k K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.young[k]
	if !ok {
		if v, ok = r.old[k]; ok {
			r.insert(k, v)
		}
	}
	return v, ok
}

func (r *recent[K, V]) put(k K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.insert(k, v)
}

// change replaces the value of k, or removes it when keep is false, in one step.
func (r *recent[K, V]) change(k K, fn func(v V, ok bool) (next V, keep bool)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.young[k]
	if !ok {
		v, ok = r.old[k]
	}
	next, keep := fn(v, ok)
	if keep {
		r.insert(k, next)
		return
	}
	delete(r.young, k)
	delete(r.old, k)
}

func (r *recent[K, V]) insert(k K, v V) {
	if _, ok := r.young[k]; !ok && len(r.young) >= r.limit {
		r.old, r.young = r.young, make(map[K]V, r.limit/8)
	}
	r.young[k] = v
}
