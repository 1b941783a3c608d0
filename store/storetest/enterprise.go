package storetest

import (
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
)

func testEnterprises(t *testing.T, s store.Store) {
	first := rest.Enterprise{UserName: "havbris", Name: "Havbris", Party: 50001}
	second := rest.Enterprise{UserName: "Havbris", Name: "Havbris lønn", Party: 50001}
	update(t, s, func(tx store.Tx) error {
		first.ID, second.ID = 0, 0
		for _, e := range []*rest.Enterprise{&first, &second} {
			if err := tx.PutEnterprise(e); err != nil {
				return err
			}
		}
		return nil
	})
	if first.ID <= 0 || second.ID <= first.ID {
		t.Errorf("assigned %d and %d", first.ID, second.ID)
	}
	thief := rest.Enterprise{UserName: "havbris", Party: 50002}
	wantUpdateErr(t, s, "a user name that another one has", store.ErrExists, func(tx store.Tx) error { return tx.PutEnterprise(&thief) })
	second.Name, second.Party = "Regnskap", 50003
	update(t, s, func(tx store.Tx) error { return tx.PutEnterprise(&second) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Enterprise(second.ID)
		same(t, "Enterprise", got, second)
		if err != nil {
			return err
		}
		got, err = r.EnterpriseByName("havbris")
		same(t, "EnterpriseByName", got, first)
		_, none := r.EnterpriseByName("HAVBRIS")
		wantErr(t, "a name that nobody has", none, store.ErrNotFound)
		_, none = r.Enterprise(second.ID + 1)
		wantErr(t, "an id that nobody has", none, store.ErrNotFound)
		if err != nil {
			return err
		}
		list, err := r.Enterprises()
		same(t, "Enterprises", list, []rest.Enterprise{first, second})
		return err
	})
	testCertificates(t, s, first, second)
	update(t, s, func(tx store.Tx) error { return tx.DeleteEnterprise(second.ID) })
	wantUpdateErr(t, s, "deleting twice", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteEnterprise(second.ID) })
	third := rest.Enterprise{UserName: "Havbris", Party: 50001}
	update(t, s, func(tx store.Tx) error { third.ID = 0; return tx.PutEnterprise(&third) })
	if third.ID <= second.ID {
		t.Errorf("the number %d is given again, as %d", second.ID, third.ID)
	}
	view(t, s, func(r store.Reader) error {
		list, err := r.Certificates(second.ID)
		if len(list) != 0 {
			t.Errorf("a deleted enterprise user still has %d certificates", len(list))
		}
		return err
	})
}

func testCertificates(t *testing.T, s store.Store, first, second rest.Enterprise) {
	certificate := func(of rest.Enterprise, der string) rest.Certificate {
		return rest.Certificate{Enterprise: of.ID, Thumbprint: rest.ThumbprintOf([]byte(der)), Label: "lønn", DER: []byte(der), Added: start}
	}
	a, b, shared := certificate(first, "a"), certificate(first, "b"), certificate(second, "a")
	update(t, s, func(tx store.Tx) error {
		for _, c := range []rest.Certificate{b, a, shared} {
			if err := tx.PutCertificate(c); err != nil {
				return err
			}
		}
		return nil
	})
	orphan := certificate(rest.Enterprise{ID: second.ID + 50}, "c")
	wantUpdateErr(t, s, "a certificate of nobody", store.ErrNotFound, func(tx store.Tx) error { return tx.PutCertificate(orphan) })
	a.Label, a.Added = "", start.Add(time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.PutCertificate(a) })
	want := []rest.Certificate{b, a} // in the order of their thumbprints
	if a.Thumbprint.String() < b.Thumbprint.String() {
		want = []rest.Certificate{a, b}
	}
	view(t, s, func(r store.Reader) error {
		list, err := r.Certificates(first.ID)
		same(t, "Certificates", list, want)
		if err != nil {
			return err
		}
		list, err = r.Certificates(0)
		same(t, "everybody's certificates", list, append(want[:2:2], shared))
		return err
	})
	update(t, s, func(tx store.Tx) error { return tx.DeleteCertificate(first.ID, a.Thumbprint) })
	wantUpdateErr(t, s, "deleting twice", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteCertificate(first.ID, a.Thumbprint) })
	view(t, s, func(r store.Reader) error {
		list, err := r.Certificates(0)
		same(t, "what is left", list, []rest.Certificate{b, shared})
		return err
	})
}
