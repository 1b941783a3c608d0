package wssc

import (
	"container/list"
	"sync"
)

// lru keeps the values used last, by key.
type lru[K comparable, V any] struct {
	mu    sync.Mutex
	most  int
	order *list.List // of *entry, the last used in front
	at    map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newLRU[K comparable, V any](most int) *lru[K, V] {
	return &lru[K, V]{most: most, order: list.New(), at: make(map[K]*list.Element)}
}

// get is the value of a key.
func (l *lru[K, V]) get(key K) (v V, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.at[key]
	if !ok {
		return v, false
	}
	l.order.MoveToFront(e)
	return e.Value.(*entry[K, V]).value, true
}

// change sets a key's value to what f makes of it, the zero value if there is
// none. f is called under the lock.
func (l *lru[K, V]) change(key K, f func(V) V) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.at[key]; ok {
		l.order.MoveToFront(e)
		kept := e.Value.(*entry[K, V])
		kept.value = f(kept.value)
		return
	}
	var zero V
	l.at[key] = l.order.PushFront(&entry[K, V]{key, f(zero)})
	if l.order.Len() > l.most {
		delete(l.at, l.order.Remove(l.order.Back()).(*entry[K, V]).key)
	}
}
