package sqlstore

import "sync"

// added tells whoever waits that events were committed. Nobody waiting costs a
// commit one lock.
type added struct {
	mu   sync.Mutex
	next chan struct{} // nil = nobody waits
}

func (a *added) wait() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next == nil {
		a.next = make(chan struct{})
	}
	return a.next
}

func (a *added) tell() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next != nil {
		close(a.next)
		a.next = nil
	}
}

// EventsAdded implements [store.Store].
func (s *Store) EventsAdded() <-chan struct{} { return s.added.wait() }
