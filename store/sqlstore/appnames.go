package sqlstore

import (
	"errors"
	"fmt"
	"sync"

	"overgang/rest"
	"overgang/store"
)

// appNames remembers the short numbers of applications. They are given once
// and for all, so what is committed never has to be read again.
type appNames struct {
	mu     sync.RWMutex
	byID   map[int64]rest.AppID
	byName map[rest.AppID]int64
}

type appName struct {
	id   int64
	name rest.AppID
}

var (
	selectAppByID   = sql("SELECT org, name FROM app WHERE id = ?")
	selectAppByName = sql("SELECT id FROM app WHERE org = ? AND name = ?")
	insertApp       = sql("INSERT INTO app (id, org, name) SELECT coalesce(max(id), 0) + 1, ?, ? FROM app")
)

func (a *appNames) init() {
	a.byID, a.byName = make(map[int64]rest.AppID), make(map[rest.AppID]int64)
}

func (a *appNames) committed(names []appName) {
	if len(names) == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, n := range names {
		a.byID[n.id], a.byName[n.name] = n.name, n.id
	}
}

// name finds an application's name by its number.
func (a *appNames) name(r *reader, id int64) (rest.AppID, error) {
	a.mu.RLock()
	name, ok := a.byID[id]
	a.mu.RUnlock()
	if ok {
		return name, nil
	}
	err := r.one(selectAppByID, func(row *row) error { name = rest.AppID{Org: row.text(), App: row.text()}; return nil }, id)
	if err != nil {
		return name, fmt.Errorf("sqlstore: application number %d: %w", id, err)
	}
	if !r.own {
		a.committed([]appName{{id, name}})
	}
	return name, nil
}

// number finds an application's number. ErrNotFound when nothing ever referred to it.
func (a *appNames) number(r *reader, name rest.AppID) (int64, error) {
	a.mu.RLock()
	id, ok := a.byName[name]
	a.mu.RUnlock()
	if ok {
		return id, nil
	}
	err := r.one(selectAppByName, func(row *row) error { id = row.int(); return nil }, name.Org, name.App)
	if err == nil && !r.own {
		a.committed([]appName{{id, name}})
	}
	return id, err
}

// appNumber finds an application's number, or gives it one.
func (t *tx) appNumber(name rest.AppID) (int64, error) {
	id, err := t.s.apps.number(&t.reader, name)
	if !errors.Is(err, store.ErrNotFound) {
		// Seen from inside a transaction it may be new: it is remembered at commit.
		if err == nil && t.s.apps.unknown(id) {
			t.newApps = append(t.newApps, appName{id, name})
		}
		return id, err
	}
	if err := t.exec(insertApp, name.Org, name.App); err != nil {
		return 0, t.spoil(err)
	}
	return t.appNumber(name)
}

func (a *appNames) unknown(id int64) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	_, ok := a.byID[id]
	return !ok
}
