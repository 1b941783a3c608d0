package core

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"overgang/rest"
)

// keys are made once: RSA keys take long.
var testKey, otherKey, shortKey = mustRSA(2048), mustRSA(2048), mustRSA(1024)

func mustRSA(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// certificate is self-signed: who issued it is no matter of the core's.
func (w *world) certificate(key any, change func(*x509.Certificate)) []byte {
	w.t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "Prøve AS"},
		NotBefore: w.clock.now().Add(-time.Hour), NotAfter: w.clock.now().Add(365 * 24 * time.Hour),
	}
	if change != nil {
		change(template)
	}
	signer := any(testKey)
	pub := any(&testKey.PublicKey)
	switch k := key.(type) {
	case *rsa.PrivateKey:
		signer, pub = k, &k.PublicKey
	case *ecdsa.PrivateKey:
		signer, pub = k, &k.PublicKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, pub, signer)
	if err != nil {
		w.t.Fatal(err)
	}
	return der
}

// enterprise registers an enterprise user of the granted organisation.
func (w *world) enterprise(userName string, certificates ...[]byte) rest.Enterprise {
	w.t.Helper()
	n := NewEnterprise{UserName: userName, Party: rest.PartyRef{OrgNumber: orgA}, Password: "virksomhet1"}
	for _, c := range certificates {
		n.Certificates = append(n.Certificates, NewCertificate{File: c})
	}
	e, _, err := w.admin.AddEnterprise(w.ctx, n)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.Refresh(w.ctx); err != nil {
		w.t.Fatal(err)
	}
	return e
}

func thumbprint(der []byte) string { return rest.ThumbprintOf(der).String() }

func TestEnterprise(t *testing.T) {
	w := newWorld(t)
	mine, others := w.certificate(testKey, nil), w.certificate(otherKey, nil)
	early := w.certificate(testKey, func(c *x509.Certificate) { c.NotBefore = w.clock.now().Add(time.Hour) })
	short := w.certificate(testKey, func(c *x509.Certificate) { c.NotAfter = w.clock.now().Add(time.Minute) })
	e := w.enterprise("havbris", mine, early, short)
	w.enterprise("vidde", others)
	w.clock.add(2 * time.Minute)
	got, err := w.Core.Enterprise(w.ctx, "havbris", "virksomhet1", thumbprint(mine), address)
	if err != nil || got.Enterprise() != e.ID || got.Person != 0 || got.Address != address || got.Name() != fmt.Sprintf("enterprise:%d", e.ID) {
		t.Fatalf("%+v, %v", got, err)
	}
	if got.System.Person() != 0 || rest.StandIn(w.person.ID).Enterprise() != 0 || rest.SystemID(1023).Enterprise() != 0 {
		t.Error("a person, a system and an enterprise user are taken for one another")
	}
	var texts []string
	for name, c := range map[string]struct {
		user, password string
		certificate    []byte
	}{
		"wrong password":            {"havbris", "feil", mine},
		"unknown user":              {"ukjent", "virksomhet1", mine},
		"no user":                   {"", "virksomhet1", mine},
		"another's certificate":     {"havbris", "virksomhet1", others},
		"unregistered certificate":  {"havbris", "virksomhet1", w.certificate(testKey, nil)},
		"not yet valid":             {"havbris", "virksomhet1", early},
		"expired":                   {"havbris", "virksomhet1", short},
		"a system's name":           {"1023", "systempassord", mine},
		"its number for its name":   {fmt.Sprint(int(e.ID)), "virksomhet1", mine},
		"its name in another case":  {"HAVBRIS", "virksomhet1", mine},
		"its subject for its name":  {string(rest.EnterpriseSubject(e.ID)), "virksomhet1", mine},
		"password of another's own": {"vidde", "virksomhet1", mine},
	} {
		before := w.logins.hasher.runs.Load()
		_, err := w.Core.Enterprise(w.ctx, c.user, rest.Secret(c.password), thumbprint(c.certificate), address)
		wantKind(t, err, rest.Unauthenticated)
		if n := w.logins.hasher.runs.Load() - before; n != 1 {
			t.Errorf("%s: %d hashes, want 1: it takes another time than the others", name, n)
		}
		texts = append(texts, fmt.Sprint(err))
		if err := w.admin.Unlock(w.ctx, rest.EnterpriseSubject(e.ID)); err != nil {
			t.Fatal(err)
		}
		w.logins.locks.change(string(rest.EnterpriseSubject(e.ID)), func(k knownLockout, _ bool) (knownLockout, bool) { return k, false })
	}
	for _, text := range texts {
		if text != texts[0] {
			t.Errorf("%q differs from %q", text, texts[0])
		}
	}
	if _, err := w.System(w.ctx, "havbris", "virksomhet1", address); rest.KindOf(err) != rest.Unauthenticated || err == nil {
		t.Errorf("an enterprise user logs in without its certificate: %v", err)
	}
}

func TestEnterpriseLocksOut(t *testing.T) {
	w := newWorld(t)
	mine, stray := w.certificate(testKey, nil), w.certificate(testKey, nil)
	w.enterprise("havbris", mine)
	for i := range lockAfter {
		c := mine
		if i%2 == 1 {
			c = stray // a wrong certificate counts as a wrong password does
		}
		_, err := w.Core.Enterprise(w.ctx, "havbris", rest.Secret(map[bool]string{true: "virksomhet1", false: "feil"}[i%2 == 1]), thumbprint(c), address)
		wantKind(t, err, rest.Unauthenticated)
	}
	for _, c := range [][]byte{mine, stray} {
		before := w.logins.hasher.runs.Load()
		_, err := w.Core.Enterprise(w.ctx, "havbris", "virksomhet1", thumbprint(c), address)
		wantKind(t, err, rest.LockedOut)
		if n := w.logins.hasher.runs.Load() - before; n != 1 {
			t.Errorf("%d hashes while locked, want 1", n)
		}
	}
	if _, err := w.admin.SetEnterprisePassword(w.ctx, "havbris", "et annet et"); err != nil {
		t.Fatal(err)
	}
	w.clock.add(lockoutFreshness)
	if _, err := w.Core.Enterprise(w.ctx, "havbris", "virksomhet1", thumbprint(mine), address); rest.KindOf(err) == rest.LockedOut {
		t.Errorf("locked in spite of a new password: %v", err)
	}
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	// Whether the old password still counted just now depends on when the change
	// was seen; a right one lets the count begin anew.
	if _, err := w.Core.Enterprise(w.ctx, "havbris", "et annet et", thumbprint(mine), address); err != nil {
		t.Fatal(err)
	}
	for range lockAfter {
		_, err := w.Core.Enterprise(w.ctx, "havbris", "feil", thumbprint(mine), address)
		wantKind(t, err, rest.Unauthenticated)
	}
	w.clock.add(lockFor + time.Second)
	if _, err := w.Core.Enterprise(w.ctx, "havbris", "et annet et", thumbprint(mine), address); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}

func TestEnterpriseDiesOnChange(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate(testKey, nil)
	e := w.enterprise("havbris", mine)
	login := func() error {
		_, err := w.Core.Enterprise(w.ctx, "havbris", "virksomhet1", thumbprint(mine), address)
		return err
	}
	for name, c := range map[string]struct{ change, back func() error }{
		"password": {
			func() error { _, err := w.admin.SetEnterprisePassword(w.ctx, "havbris", "et annet et"); return err },
			func() error { _, err := w.admin.SetEnterprisePassword(w.ctx, "havbris", "virksomhet1"); return err },
		},
		"disabled": {
			func() error { return w.admin.SetEnterpriseDisabled(w.ctx, "havbris", true) },
			func() error { return w.admin.SetEnterpriseDisabled(w.ctx, "havbris", false) },
		},
		"certificate": {
			func() error {
				return w.admin.RemoveCertificate(w.ctx, "havbris", strings.ToUpper(thumbprint(mine)[:12]))
			},
			func() error {
				_, err := w.admin.AddCertificate(w.ctx, "havbris", NewCertificate{File: mine})
				return err
			},
		},
	} {
		if err := login(); err != nil {
			t.Fatalf("before %s: %v", name, err)
		}
		if err := c.change(); err != nil {
			t.Fatal(err)
		}
		eventually(t, func() error {
			if err := login(); err == nil || rest.KindOf(err) != rest.Unauthenticated && rest.KindOf(err) != rest.LockedOut {
				return fmt.Errorf("after %s: %v", name, err)
			}
			return nil
		})
		if err := c.back(); err != nil {
			t.Fatal(err)
		}
		if err := w.admin.Unlock(w.ctx, rest.EnterpriseSubject(e.ID)); err != nil {
			t.Fatal(err)
		}
		w.clock.add(2 * time.Second)
		eventually(t, login)
	}
	if err := w.admin.RemoveEnterprise(w.ctx, "havbris"); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() error {
		if err := login(); err == nil {
			return fmt.Errorf("a removed enterprise user logs in")
		}
		return nil
	})
	wantKind(t, w.admin.RemoveEnterprise(w.ctx, "havbris"), rest.NotFound)
}

func TestEnterpriseActsLikeASystem(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate(testKey, nil)
	e := w.enterprise("havbris", mine)
	caller, err := w.Core.Enterprise(w.ctx, "havbris", "virksomhet1", thumbprint(mine), address)
	if err != nil {
		t.Fatal(err)
	}
	send := func(reference, org string) (rest.Submission, error) {
		s := w.shipment(reference)
		s.Instance.Owner = rest.PartyRef{OrgNumber: org}
		return w.Submit(w.ctx, caller, s)
	}
	first, err := send("REF-1", orgA)
	if err != nil || first.Instance == nil || first.Instance.Sender != e.ID.System() || first.Instance.CreatedBy != caller.Name() {
		t.Fatalf("%+v, %v", first.Instance, err)
	}
	again, err := send("REF-1", orgA)
	if err != nil || again.Receipt.ID != first.Receipt.ID {
		t.Errorf("the same reference again: receipt %d, %v; want %d", again.Receipt.ID, err, first.Receipt.ID)
	}
	shipment := rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefShipment, Value: "REF-1"}}}
	if r, err := w.Receipt(w.ctx, caller, shipment); err != nil || r.ID != first.Receipt.ID {
		t.Errorf("own receipt: %+v, %v", r, err)
	}
	if other := w.submit(w.shipment("REF-1")); other.Receipt.ID == first.Receipt.ID {
		t.Error("a system's shipment is taken for the enterprise user's")
	}
	if _, err := w.Instance(w.ctx, caller, first.Instance.ID); err != nil {
		t.Errorf("own instance: %v", err)
	}
	if page, err := w.Query(w.ctx, caller, rest.Query{}); err != nil || len(page.Instances) != 2 {
		t.Errorf("its organisation's instances: %d, %v", len(page.Instances), err)
	}
	if list, err := w.Receipts(w.ctx, caller, rest.ReceiptFilter{Kind: rest.ReceiptFormTask}); err != nil || len(list) != 2 {
		t.Errorf("its organisation's receipts: %d, %v", len(list), err)
	}
	if _, err := send("REF-2", orgB); rest.KindOf(err) != rest.Forbidden {
		t.Errorf("for another party: %v", err)
	}
	w.grant(rest.EnterpriseSubject(e.ID), w.other.ID, rest.ServiceRef{}, rest.Read, rest.Write)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	out, err := send("REF-2", orgB)
	if err != nil {
		t.Errorf("for a party that it was granted: %v", err)
	}
	if refs := references(out.Receipt); !strings.Contains(refs, "OwnerPartyReference="+orgA) || !strings.Contains(refs, " PartyReference="+orgB) {
		t.Errorf("references of what it sent for another: %s", refs)
	}
	changed, err := w.ChangeReceipt(w.ctx, caller, rest.ReceiptChange{ID: first.Receipt.ID, Text: "Mottatt"})
	if want := "Receipt updated by EndUserSystem: " + caller.Name() + ". Mottatt"; err != nil || changed.Text != want {
		t.Errorf("changed receipt: %+v, %v", changed, err)
	}
	if !caller.Has(rest.RoleSystem) || caller.Has(rest.RoleUser) {
		t.Error("its roles are not a system's")
	}
}

func TestEnterpriseSignsWhereGranted(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate(testKey, nil)
	e := w.enterprise("havbris", mine)
	caller := rest.Caller{System: e.ID.System(), Address: address}
	s := w.shipment("REF-1")
	s.Service.Code, s.Signature = "4503", &rest.Signature{SystemReference: "sig-1"}
	_, err := w.Submit(w.ctx, caller, s)
	wantKind(t, err, rest.Forbidden)
	w.grant(rest.EnterpriseSubject(e.ID), w.org.ID, rest.ServiceRef{Code: "4503"}, rest.Sign)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	s.Instance.Elements = []rest.NewElement{w.form(validForm)}
	out, err := w.Submit(w.ctx, caller, s)
	if err != nil || out.Instance == nil || out.Instance.Archived.IsZero() {
		t.Fatalf("%+v, %v", out.Receipt, err)
	}
	if sig := out.Instance.Signatures; len(sig) != 1 || sig[0].System != e.ID.System() || sig[0].Person != 0 {
		t.Errorf("signatures %+v", sig)
	}
	_, err = w.Submit(w.ctx, w.system, func() rest.NewSubmission {
		s := w.shipment("REF-2")
		s.Service.Code, s.Signature = "4503", &rest.Signature{}
		return s
	}())
	wantKind(t, err, rest.Forbidden) // a system alone never signs
}

func TestAdminEnterpriseRefuses(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate(testKey, nil)
	w.enterprise("havbris", mine)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	subject := func(oid asn1.ObjectIdentifier, text string) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.Subject.ExtraNames = []pkix.AttributeTypeAndValue{{Type: oid, Value: text}}
		}
	}
	certificate := func(n NewCertificate) func() error {
		return func() error { _, err := w.admin.AddCertificate(w.ctx, "havbris", n); return err }
	}
	user := func(n NewEnterprise) func() error {
		return func() error { _, _, err := w.admin.AddEnterprise(w.ctx, n); return err }
	}
	org := rest.PartyRef{OrgNumber: orgA}
	key, err := x509.MarshalPKCS8PrivateKey(testKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		do   func() error
		want rest.Kind
		text string
	}{
		"name taken":        {user(NewEnterprise{UserName: "havbris", Party: org}), rest.Conflict, "registered already"},
		"bad name":          {user(NewEnterprise{UserName: "a b", Party: org}), rest.Invalid, "name"},
		"person":            {user(NewEnterprise{UserName: "kari2", Party: rest.PartyRef{SSN: ssnA}}), rest.Invalid, "organisation"},
		"unknown party":     {user(NewEnterprise{UserName: "ingen", Party: rest.PartyRef{OrgNumber: "910000008"}}), rest.Invalid, "not registered"},
		"short password":    {user(NewEnterprise{UserName: "kort", Party: org, Password: "kort"}), rest.Invalid, "password"},
		"no certificate":    {certificate(NewCertificate{File: []byte("x")}), rest.Invalid, "no X.509"},
		"1024 bits":         {certificate(NewCertificate{File: w.certificate(shortKey, nil)}), rest.Invalid, "1024 bits"},
		"elliptic":          {certificate(NewCertificate{File: w.certificate(wide, nil)}), rest.Invalid, "neither RSA"},
		"authority":         {certificate(NewCertificate{File: w.certificate(testKey, func(c *x509.Certificate) { c.IsCA, c.BasicConstraintsValid = true, true })}), rest.Invalid, "authority"},
		"for encryption":    {certificate(NewCertificate{File: w.certificate(testKey, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })}), rest.Invalid, "not for signatures"},
		"expired":           {certificate(NewCertificate{File: w.certificate(testKey, func(c *x509.Certificate) { c.NotAfter = w.clock.now().Add(-time.Minute) })}), rest.Invalid, "expired"},
		"number as label":   {certificate(NewCertificate{File: mine, Label: "ole 01810100016"}), rest.Invalid, "eleven digits"},
		"private key":       {certificate(NewCertificate{File: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})}), rest.Invalid, "private key"},
		"other's, NTRNO":    {certificate(NewCertificate{File: w.certificate(testKey, subject(organizationIdentifierOfNTR, "NTRNO-"+orgB))}), rest.Conflict, orgB},
		"other's, serial":   {certificate(NewCertificate{File: w.certificate(testKey, subject(serialNumberAttribute, orgB))}), rest.Conflict, orgB},
		"nobody's":          {func() error { _, err := w.admin.AddCertificate(w.ctx, "ingen", NewCertificate{File: mine}); return err }, rest.NotFound, ""},
		"short thumbprint":  {func() error { return w.admin.RemoveCertificate(w.ctx, "havbris", "abc") }, rest.Invalid, "8 digits"},
		"absent thumbprint": {func() error { return w.admin.RemoveCertificate(w.ctx, "havbris", "00000000") }, rest.NotFound, ""},
		"party in use":      {func() error { return w.admin.RemoveParty(w.ctx, org) }, rest.Conflict, "havbris"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.do()
			wantKind(t, err, c.want)
			if !strings.Contains(fmt.Sprint(err), c.text) {
				t.Errorf("%v does not tell of %q", err, c.text)
			}
		})
	}
	for name, c := range map[string]NewCertificate{
		"own number":         {File: w.certificate(testKey, subject(organizationIdentifierOfNTR, "NTRNO-"+orgA))},
		"other's, meant":     {File: w.certificate(testKey, subject(organizationIdentifierOfNTR, "NTRNO-"+orgB)), OtherOrganisation: true},
		"P-256":              {File: w.certificate(ec, nil)},
		"PEM with a comment": {File: append([]byte("Bag Attributes\n"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: mine})...), Label: "Lønn"},
	} {
		if err := certificate(c)(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	d, err := w.admin.Enterprise(w.ctx, "havbris")
	if err != nil || len(d.Certificates) != 4 || d.Party.OrgNumber != orgA || d.Name != "Prøve AS" {
		t.Errorf("%d certificates of %q at %q, %v", len(d.Certificates), d.Name, d.Party.OrgNumber, err)
	}
}
