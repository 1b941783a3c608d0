package sqlstore

import "overgang/rest"

const (
	enterpriseColumns  = "id, user_name, name, party"
	certificateColumns = "enterprise, thumbprint, label, der, added"
)

var (
	selectEnterprise       = sql("SELECT " + enterpriseColumns + " FROM enterprise WHERE id = ?")
	selectEnterpriseByName = sql("SELECT " + enterpriseColumns + " FROM enterprise WHERE user_name = ?")
	selectEnterprises      = sql("SELECT " + enterpriseColumns + " FROM enterprise ORDER BY id")
	putEnterprise          = sql("INSERT INTO enterprise (" + enterpriseColumns + `) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
		user_name = excluded.user_name, name = excluded.name, party = excluded.party`)
	deleteEnterprise = sql("DELETE FROM enterprise WHERE id = ?")

	selectCertificates    = sql("SELECT " + certificateColumns + " FROM certificate WHERE enterprise = ? ORDER BY thumbprint")
	selectAllCertificates = sql("SELECT " + certificateColumns + " FROM certificate ORDER BY enterprise, thumbprint")
	putCertificate        = sql("INSERT INTO certificate (" + certificateColumns + `) SELECT id, ?, ?, ?, ? FROM enterprise WHERE id = ?
		ON CONFLICT (enterprise, thumbprint) DO UPDATE SET label = excluded.label, der = excluded.der, added = excluded.added`)
	deleteCertificate  = sql("DELETE FROM certificate WHERE enterprise = ? AND thumbprint = ?")
	deleteCertificates = sql("DELETE FROM certificate WHERE enterprise = ?")
)

func scanEnterprise(r *row) rest.Enterprise {
	return rest.Enterprise{ID: rest.EnterpriseID(r.int32()), UserName: r.text(), Name: r.text(), Party: rest.PartyID(r.int32())}
}

func scanCertificate(r *row) rest.Certificate {
	c := rest.Certificate{Enterprise: rest.EnterpriseID(r.int32())}
	copy(c.Thumbprint[:], r.bytes())
	c.Label, c.DER, c.Added = r.text(), r.bytes(), r.time()
	return c
}

// Enterprise implements [store.RegistryReader].
func (r *reader) Enterprise(id rest.EnterpriseID) (e rest.Enterprise, err error) {
	err = r.one(selectEnterprise, func(row *row) error { e = scanEnterprise(row); return nil }, int32(id))
	return e, err
}

// EnterpriseByName implements [store.RegistryReader].
func (r *reader) EnterpriseByName(userName string) (e rest.Enterprise, err error) {
	err = r.one(selectEnterpriseByName, func(row *row) error { e = scanEnterprise(row); return nil }, userName)
	return e, err
}

// Enterprises implements [store.RegistryReader].
func (r *reader) Enterprises() ([]rest.Enterprise, error) {
	var list []rest.Enterprise
	err := r.query(selectEnterprises, func(row *row) error { list = append(list, scanEnterprise(row)); return nil })
	return list, err
}

// Certificates implements [store.RegistryReader].
func (r *reader) Certificates(of rest.EnterpriseID) ([]rest.Certificate, error) {
	var list []rest.Certificate
	add := func(row *row) error { list = append(list, scanCertificate(row)); return nil }
	if of == 0 {
		err := r.query(selectAllCertificates, add)
		return list, err
	}
	err := r.query(selectCertificates, add, int32(of))
	return list, err
}

// PutEnterprise implements [store.RegistryWriter].
func (t *tx) PutEnterprise(e *rest.Enterprise) error {
	before, id := t.n.enterprise, int32(e.ID)
	if id == 0 {
		var err error
		if id, err = take(&t.n.enterprise, 1); err != nil {
			return err
		}
	}
	if err := t.exec(putEnterprise, id, e.UserName, e.Name, int32(e.Party)); err != nil {
		t.n.enterprise = before
		return err
	}
	t.n.enterprise = max(t.n.enterprise, int64(id))
	e.ID = rest.EnterpriseID(id)
	return t.registry(nil)
}

// DeleteEnterprise implements [store.RegistryWriter].
func (t *tx) DeleteEnterprise(id rest.EnterpriseID) error {
	if err := t.exec(deleteCertificates, int32(id)); err != nil {
		return err
	}
	return t.registry(t.change(deleteEnterprise, int32(id)))
}

// PutCertificate implements [store.RegistryWriter].
func (t *tx) PutCertificate(c rest.Certificate) error {
	return t.registry(t.change(putCertificate, c.Thumbprint[:], c.Label, c.DER, micros(c.Added), int32(c.Enterprise)))
}

// DeleteCertificate implements [store.RegistryWriter].
func (t *tx) DeleteCertificate(of rest.EnterpriseID, thumbprint rest.Thumbprint) error {
	return t.registry(t.change(deleteCertificate, int32(of), thumbprint[:]))
}
