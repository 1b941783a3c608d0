package trust

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"overgang/cmd/overgang/config"
	"overgang/rest/core"
)

func TestWarnsDaily(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	w := newWorld(t, func(w *world, s *config.Trust) { s.Anchors = []string{w.pemFile("ca.pem", root)} })
	soon := root.issue(leafKey, func(c *x509.Certificate) { c.NotAfter = noon.Add(31 * 24 * time.Hour) })
	w.register("havbris", soon, root.issue(leafKey, nil))
	told := 0
	for hour := range 32 * 24 {
		w.warn()
		text := w.log.take()
		if n := strings.Count(text, "certificate"); n > 1 || n == 1 && !strings.Contains(text, "enterprise:1") {
			t.Fatalf("hour %d: %s", hour, text)
		}
		if want := "expires soon"; strings.Contains(text, "level=WARN") {
			if hour > 31*24 {
				want = "has expired"
			}
			if told++; !strings.Contains(text, want) {
				t.Errorf("hour %d: %s", hour, text)
			}
		}
		w.add(time.Hour)
	}
	if told != 31 {
		t.Errorf("told %d times in the last 31 days, want 31", told)
	}
}

func TestMetrics(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors, s.OCSP = []string{w.pemFile("ca.pem", root)}, "soft"
		s.RevocationLists = []string{w.file("root.crl", root.crl(1, noon.Add(-time.Minute), time.Hour, nil)), "http://127.0.0.1:1/absent.crl?token=hemmelig"}
	})
	cert := root.issue(leafKey, nil)
	w.register("havbris", cert, root.issue(leafKey, nil))
	if _, err := w.admin.AddCertificate(t.Context(), "havbris", core.NewCertificate{File: cert.Raw, Label: "Lønn"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.fetchLists(t.Context())
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(w.Trust)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, f := range families {
		for _, m := range f.Metric {
			text.WriteString(f.GetName() + " " + m.String() + "\n")
		}
	}
	for _, want := range []string{
		`overgang_certificate_expiry_timestamp_seconds label:{name:"holder" value:"enterprise:1"} label:{name:"label" value:"Lønn"}`,
		`label:{name:"holder" value:"authority"} label:{name:"label" value:"Root"}`,
		`gauge:{value:60}`,
		`overgang_revocation_list_usable label:{name:"source" value:"http://127.0.0.1:1/absent.crl"} gauge:{value:0}`,
		`overgang_revocation_list_failures_total label:{name:"source" value:"http://127.0.0.1:1/absent.crl"} counter:{value:1`,
		`overgang_ocsp_answers label:{name:"status" value:"good"} gauge:{value:0}`,
	} {
		if !strings.Contains(strings.ReplaceAll(text.String(), "  ", " "), want) {
			t.Errorf("no %s in\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "hemmelig") {
		t.Error("a query is shown")
	}
}
