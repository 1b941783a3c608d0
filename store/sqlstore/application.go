package sqlstore

import (
	"encoding/json"
	"errors"
	"fmt"

	"overgang/rest"
	"overgang/store"
)

var (
	selectApplication          = sql("SELECT definition FROM application WHERE app = ?")
	selectApplicationByService = sql("SELECT definition FROM application WHERE code = ? AND edition = ?")
	selectApplications         = sql("SELECT definition FROM application JOIN app ON app.id = application.app ORDER BY app.org, app.name")
	putApplication             = sql(`INSERT INTO application (app, code, edition, definition) VALUES (?, ?, ?, ?) ON CONFLICT (app) DO UPDATE SET
		code = excluded.code, edition = excluded.edition, definition = excluded.definition`)
	deleteApplication = sql("DELETE FROM application WHERE app = ?")
)

func scanApplication(r *row) (*rest.Application, error) {
	var a rest.Application
	if err := json.Unmarshal(r.bytes(), &a); err != nil {
		return nil, fmt.Errorf("sqlstore: definition of an application: %w", err)
	}
	return &a, nil
}

// Application implements [store.RegistryReader].
func (r *reader) Application(id rest.AppID) (a *rest.Application, err error) {
	number, err := r.s.apps.number(r, id)
	if err != nil {
		return nil, err
	}
	err = r.one(selectApplication, func(row *row) (err error) { a, err = scanApplication(row); return err }, number)
	return a, err
}

// ApplicationByService implements [store.RegistryReader].
func (r *reader) ApplicationByService(ref rest.ServiceRef) (a *rest.Application, err error) {
	err = r.one(selectApplicationByService, func(row *row) (err error) { a, err = scanApplication(row); return err }, ref.Code, ref.Edition)
	return a, err
}

// Applications implements [store.RegistryReader]: in the order of their ids.
func (r *reader) Applications() ([]*rest.Application, error) {
	var list []*rest.Application
	err := r.query(selectApplications, func(row *row) error {
		a, err := scanApplication(row)
		list = append(list, a)
		return err
	})
	return list, err
}

// PutApplication implements [store.RegistryWriter].
func (t *tx) PutApplication(a *rest.Application) error {
	definition, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("sqlstore: definition of application %s: %w", a.ID, err)
	}
	if a.Service.Code != "" {
		other, err := t.ApplicationByService(a.Service)
		if err == nil && other.ID != a.ID {
			return fmt.Errorf("%w: application %s has service %s/%d", store.ErrExists, other.ID, a.Service.Code, a.Service.Edition)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	number, err := t.appNumber(a.ID)
	if err != nil {
		return err
	}
	var code, edition any
	if a.Service.Code != "" {
		code, edition = a.Service.Code, a.Service.Edition
	}
	return t.registry(t.spoil(t.exec(putApplication, number, code, edition, definition)))
}

// DeleteApplication implements [store.RegistryWriter].
func (t *tx) DeleteApplication(id rest.AppID) error {
	number, err := t.s.apps.number(&t.reader, id)
	if err != nil {
		return err
	}
	return t.registry(t.change(deleteApplication, number))
}
