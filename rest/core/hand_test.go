package core

import (
	"bytes"
	"testing"
	"time"

	"overgang/rest"
)

// TestSignersCertificate: a signature keeps the certificate that an enterprise
// user called with, whichever way it signs and whatever becomes of the
// registration; signatures of persons have none.
func TestSignersCertificate(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate(testKey, nil)
	e := w.enterprise("havbris", mine)
	app := rest.ServiceRef{Code: "4503", Edition: 1}
	w.grant(rest.EnterpriseSubject(e.ID), w.org.ID, app, rest.Read, rest.Write, rest.Sign)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	caller, err := w.Core.Enterprise(w.ctx, "havbris", "virksomhet1", thumbprint(mine), "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	waiting := func(by rest.Caller) *rest.Instance {
		t.Helper()
		n := w.shipment("")
		n.Service, n.Completed = app, false
		out, err := w.Submit(w.ctx, by, n)
		if err != nil || out.Instance == nil {
			t.Fatalf("%+v, %v", out.Receipt, err)
		}
		return out.Instance
	}
	kari := rest.Caller{Person: w.person.ID, System: caller.System, Certificate: caller.Certificate}
	for name, c := range map[string]struct {
		by   rest.Caller
		sign func(by rest.Caller) (rest.Submission, error)
		want []byte
	}{
		"submitted": {caller, func(by rest.Caller) (rest.Submission, error) {
			n := w.shipment("")
			n.Service, n.Signature = app, &rest.Signature{SystemReference: "s", Certificate: []byte("not what a client says")}
			return w.Submit(w.ctx, by, n)
		}, mine},
		"completed": {caller, func(by rest.Caller) (rest.Submission, error) {
			return w.Complete(w.ctx, by, waiting(by).Number, []rest.Signature{{SystemReference: "s"}})
		}, mine},
		"step by step": {caller, func(by rest.Caller) (rest.Submission, error) {
			in := waiting(by)
			if _, err := w.NextStep(w.ctx, by, in.ID, rest.ActionComplete, 0); err != nil {
				return rest.Submission{}, err
			}
			_, err := w.SignStep(w.ctx, by, in.ID, rest.Signature{}, 0)
			return rest.Submission{Instance: in}, err
		}, mine},
		"a person by an enterprise's system": {kari, func(by rest.Caller) (rest.Submission, error) {
			return w.Complete(w.ctx, by, waiting(by).Number, []rest.Signature{{SystemReference: "s"}})
		}, nil},
		"a token without a certificate": {rest.Caller{System: caller.System, Scopes: w.owner.Scopes}, func(by rest.Caller) (rest.Submission, error) {
			return w.Complete(w.ctx, by, waiting(by).Number, []rest.Signature{{SystemReference: "s"}})
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := c.sign(c.by)
			if err != nil || out.Instance == nil {
				t.Fatalf("%+v, %v", out.Receipt, err)
			}
			in, err := w.Instance(w.ctx, c.by, out.Instance.ID)
			if err != nil || len(in.Signatures) != 1 || !bytes.Equal(in.Signatures[0].Certificate, c.want) {
				t.Fatalf("%+v, %v", in, err)
			}
		})
	}
	signed, err := w.Complete(w.ctx, caller, waiting(caller).Number, []rest.Signature{{SystemReference: "s"}})
	if err != nil {
		t.Fatal(err)
	}
	late := waiting(caller).Number
	if err := w.admin.RemoveCertificate(w.ctx, "havbris", thumbprint(mine)); err != nil {
		t.Fatal(err)
	}
	w.clock.add(time.Second)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	if in, err := w.Instance(w.ctx, w.system, signed.Instance.ID); err != nil || !bytes.Equal(in.Signatures[0].Certificate, mine) {
		t.Errorf("it went with the registration: %v", err)
	}
	_, err = w.Complete(w.ctx, caller, late, []rest.Signature{{SystemReference: "s"}})
	wantKind(t, err, rest.Unauthenticated)
}
