package core

import (
	"crypto/x509"
	"fmt"
	"testing"
	"time"

	"overgang/rest"
)

// TestEnterpriseByCertificate: a certificate is as good as its user, and all that
// is wrong reads alike.
func TestEnterpriseByCertificate(t *testing.T) {
	w := newWorld(t)
	mine, others := w.certificate(testKey, nil), w.certificate(otherKey, nil)
	early := w.certificate(testKey, func(c *x509.Certificate) { c.NotBefore = w.clock.now().Add(time.Hour) })
	short := w.certificate(testKey, func(c *x509.Certificate) { c.NotAfter = w.clock.now().Add(time.Minute) })
	e := w.enterprise("havbris", mine, early, short)
	w.enterprise("vidde", others)
	w.clock.add(2 * time.Minute)
	subject := string(rest.EnterpriseSubject(e.ID))
	for _, name := range []string{"havbris", subject} {
		got, err := w.EnterpriseByCertificate(w.ctx, name, thumbprint(mine), address)
		if err != nil || got.Enterprise() != e.ID || got.Certificate != thumbprint(mine) || got.Person != 0 || got.Name() != subject {
			t.Fatalf("%s: %+v, %v", name, got, err)
		}
	}
	texts := map[string]bool{}
	refused := func(name, user string, certificate []byte) {
		t.Helper()
		_, err := w.EnterpriseByCertificate(w.ctx, user, thumbprint(certificate), address)
		wantKind(t, err, rest.Unauthenticated)
		texts[err.(*rest.Error).Detail] = true
		if len(texts) != 1 {
			t.Errorf("%s is told apart: %v", name, texts)
		}
	}
	refused("unknown user", "ukjent", mine)
	refused("no user", "", mine)
	refused("number", fmt.Sprint(int(e.ID)), mine)
	refused("unknown number", "enterprise:999", mine)
	refused("padded number", "enterprise:0"+fmt.Sprint(int(e.ID)), mine)
	refused("another's certificate", "havbris", others)
	refused("another's name", "vidde", mine)
	refused("not registered", "havbris", w.certificate(testKey, nil))
	refused("not yet valid", "havbris", early)
	refused("expired", "havbris", short)
	if rows, err := w.lockout(w.ctx, subject); err != nil || rows.Failed != 0 {
		t.Errorf("refusals count towards the user's lock: %+v, %v", rows, err)
	}
	for range lockAfter {
		_, err := w.Core.Enterprise(w.ctx, "havbris", "feil", thumbprint(mine), address)
		wantKind(t, err, rest.Unauthenticated)
	}
	refused("locked out", "havbris", mine)
	if err := w.admin.SetEnterpriseDisabled(w.ctx, "havbris", true); err != nil { // and unlocks
		t.Fatal(err)
	}
	if err := w.admin.Unlock(w.ctx, rest.EnterpriseSubject(e.ID)); err != nil {
		t.Fatal(err)
	}
	w.clock.add(2 * time.Second)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	refused("disabled", "havbris", mine)
}

// TestEnterpriseStands: a token dies with what it stands on.
func TestEnterpriseStands(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate(testKey, func(c *x509.Certificate) { c.NotAfter = w.clock.now().Add(time.Hour) })
	e := w.enterprise("havbris", mine)
	stands := func(with string, want bool, when string) {
		t.Helper()
		if err := w.Refresh(w.ctx); err != nil {
			t.Fatal(err)
		}
		err := w.EnterpriseStands(w.ctx, e.ID, with)
		if want != (err == nil) || err != nil && rest.KindOf(err) != rest.Unauthenticated {
			t.Errorf("%s: %v", when, err)
		}
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	stands(thumbprint(mine), true, "at first")
	stands("", true, "without a certificate")
	stands(thumbprint(w.certificate(testKey, nil)), false, "with a stray certificate")
	do(w.admin.SetEnterpriseDisabled(w.ctx, "havbris", true))
	stands(thumbprint(mine), false, "disabled")
	stands("", false, "disabled, without a certificate")
	do(w.admin.SetEnterpriseDisabled(w.ctx, "havbris", false))
	stands(thumbprint(mine), true, "enabled again")
	do(w.admin.RemoveCertificate(w.ctx, "havbris", thumbprint(mine)))
	stands(thumbprint(mine), false, "without the certificate")
	stands("", true, "without the certificate, by none")
	_, err := w.admin.AddCertificate(w.ctx, "havbris", NewCertificate{File: mine})
	do(err)
	stands(thumbprint(mine), true, "with it again")
	w.clock.add(2 * time.Hour)
	stands(thumbprint(mine), false, "after its end")
	do(w.admin.RemoveEnterprise(w.ctx, "havbris"))
	stands("", false, "removed")
	if err := w.EnterpriseStands(w.ctx, 0, ""); rest.KindOf(err) != rest.Unauthenticated {
		t.Errorf("nobody: %v", err)
	}
}

// TestEnterpriseTokenHasTheRightsOfEC2: what a token's caller may do is what the
// one may who logged in by SOAP, as far as the scopes go.
func TestEnterpriseTokenHasTheRightsOfEC2(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate(testKey, nil)
	e := w.enterprise("havbris", mine)
	token := func(scopes ...string) rest.Caller {
		return rest.Caller{System: e.ID.System(), Certificate: thumbprint(mine), Scopes: scopes, Until: w.clock.now().Add(time.Hour)}
	}
	both := token(rest.ScopeRead, rest.ScopeWrite)
	in, err := w.CreateInstance(w.ctx, both, rest.NewInstance{App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: orgA}})
	if err != nil || in.CreatedBy != string(rest.EnterpriseSubject(e.ID)) {
		t.Fatalf("%+v, %v", in, err)
	}
	if _, err := w.Instance(w.ctx, token(rest.ScopeRead), in.ID); err != nil {
		t.Errorf("own organisation's instance: %v", err)
	}
	_, err = w.CreateInstance(w.ctx, both, rest.NewInstance{App: in.App, Owner: rest.PartyRef{OrgNumber: orgB}})
	wantKind(t, err, rest.Forbidden)
	for name, c := range map[string]rest.Caller{"no scope": token(), "another's scope": token(rest.ScopeOwner), "to write": token(rest.ScopeWrite)} {
		if _, err := w.Instance(w.ctx, c, in.ID); rest.KindOf(err) != rest.Forbidden || err == nil {
			t.Errorf("%s: read: %v", name, err)
		}
	}
	for name, c := range map[string]rest.Caller{"no scope": token(), "to read": token(rest.ScopeRead)} {
		_, err := w.CreateInstance(w.ctx, c, rest.NewInstance{App: in.App, Owner: rest.PartyRef{OrgNumber: orgA}})
		if rest.KindOf(err) != rest.Forbidden || err == nil {
			t.Errorf("%s: write: %v", name, err)
		}
	}
	// It signs where that is granted, and its organisation's name alone grants nothing.
	app := w.registry.now().services[rest.ServiceRef{Code: "4503", Edition: 1}].Application
	for _, granted := range []bool{false, true} {
		if granted {
			w.grant(rest.EnterpriseSubject(e.ID), w.org.ID, rest.ServiceRef{Code: "4503"}, rest.Sign)
			if err := w.Refresh(w.ctx); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []rest.Caller{both, {System: e.ID.System()}} {
			if ok, err := w.Allowed(w.ctx, c, w.org.ID, app, rest.Sign); ok != granted || err != nil {
				t.Errorf("signing, granted %t: %t, %v", granted, ok, err)
			}
		}
	}
}

// TestEnterpriseSubscribes: it hears of what it may read, until it is disabled.
func TestEnterpriseSubscribes(t *testing.T) {
	w := subscribed(t)
	e := w.enterprise("havbris", w.certificate(testKey, nil))
	caller := rest.Caller{System: e.ID.System(), Scopes: []string{rest.ScopeRead, rest.ScopeWrite}, Until: w.clock.now().Add(time.Hour)}
	s := w.subscribe(caller, rest.EventFilter{Party: w.org.ID})
	if s.Subscriber != rest.EnterpriseSubject(e.ID) {
		t.Errorf("the subscription is %s's", s.Subscriber)
	}
	_, _, err := w.Subscribe(w.ctx, caller, rest.NewSubscription{Endpoint: "https://x.example", Filter: rest.EventFilter{Party: w.other.ID}})
	if err == nil {
		t.Error("it subscribes to another's events")
	}
	_, _, err = w.Subscribe(w.ctx, w.system, rest.NewSubscription{Endpoint: "https://x.example"})
	wantKind(t, err, rest.Forbidden)
	permits := func(of rest.Party, want bool, when string) {
		t.Helper()
		if err := w.Refresh(w.ctx); err != nil {
			t.Fatal(err)
		}
		in := w.made("melding", of)
		ok, err := w.Permits(w.ctx, s, &rest.Event{Type: rest.EventCreated, App: in.App, Owner: of.ID, Instance: in.ID})
		if ok != want || err != nil {
			t.Errorf("%s: %t, %v", when, ok, err)
		}
	}
	permits(w.org, true, "its own")
	permits(w.other, false, "another's")
	if err := w.admin.SetEnterpriseDisabled(w.ctx, "havbris", true); err != nil {
		t.Fatal(err)
	}
	permits(w.org, false, "disabled")
	if err := w.admin.RemoveEnterprise(w.ctx, "havbris"); err != nil {
		t.Fatal(err)
	}
	permits(w.org, false, "removed")
}
