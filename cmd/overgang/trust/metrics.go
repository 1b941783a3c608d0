package trust

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/crypto/ocsp"
)

// mostEndings bounds the series about certificates; those that end first count.
const mostEndings = 1000

var (
	endDesc = prometheus.NewDesc("overgang_certificate_expiry_timestamp_seconds",
		"When a registered certificate, or an authority's, expires.", []string{"holder", "label", "thumbprint"}, nil)
	ageDesc = prometheus.NewDesc("overgang_revocation_list_age_seconds",
		"How long ago a revocation list was made; absent while there is none.", []string{"source"}, nil)
	usableDesc = prometheus.NewDesc("overgang_revocation_list_usable",
		"1 while a source has a list that is new enough, else 0: then the certificates that it is about are refused.", []string{"source"}, nil)
	failuresDesc = prometheus.NewDesc("overgang_revocation_list_failures_total",
		"How often a revocation list could not be read or was not good.", []string{"source"}, nil)
	answersDesc = prometheus.NewDesc("overgang_ocsp_answers",
		"Registered certificates by what an OCSP responder said of them last.", []string{"status"}, nil)
	ocspFailuresDesc = prometheus.NewDesc("overgang_ocsp_failures_total", "How often an OCSP responder gave no good answer.", nil, nil)
)

// Describe implements [prometheus.Collector].
func (t *Trust) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{endDesc, ageDesc, usableDesc, failuresDesc, answersDesc, ocspFailuresDesc} {
		to <- d
	}
}

// Collect implements [prometheus.Collector].
func (t *Trust) Collect(to chan<- prometheus.Metric) {
	endings := t.endings()
	slices.SortFunc(endings, func(a, b ending) int { return a.end.Compare(b.end) })
	for _, e := range endings[:min(len(endings), mostEndings)] {
		to <- prometheus.MustNewConstMetric(endDesc, prometheus.GaugeValue, float64(e.end.Unix()), e.holder, e.label, e.thumbprint)
	}
	t.collectLists(to)
	if t.settings.OCSP == "off" {
		return
	}
	t.answers.mu.Lock()
	defer t.answers.mu.Unlock()
	said := map[int]int{}
	for _, a := range t.answers.of {
		said[a.status]++
	}
	for status, name := range map[int]string{ocsp.Good: "good", ocsp.Revoked: "revoked", ocsp.Unknown: "unknown"} {
		to <- prometheus.MustNewConstMetric(answersDesc, prometheus.GaugeValue, float64(said[status]), name)
	}
	to <- prometheus.MustNewConstMetric(ocspFailuresDesc, prometheus.CounterValue, float64(t.answers.failed))
}

func (t *Trust) collectLists(to chan<- prometheus.Metric) {
	now := t.now()
	t.lists.mu.Lock()
	defer t.lists.mu.Unlock()
	seen := map[string]bool{} // two addresses may differ in their query only
	for _, s := range t.lists.sources {
		name := shownAddress(s.address)
		if seen[name] {
			continue
		}
		seen[name] = true
		usable := 0.0
		if s.list != nil {
			to <- prometheus.MustNewConstMetric(ageDesc, prometheus.GaugeValue, now.Sub(s.list.this).Seconds(), name)
			if !now.Add(-t.settings.Stale).After(s.list.next) {
				usable = 1
			}
		}
		to <- prometheus.MustNewConstMetric(usableDesc, prometheus.GaugeValue, usable, name)
		to <- prometheus.MustNewConstMetric(failuresDesc, prometheus.CounterValue, float64(s.failed), name)
	}
}
