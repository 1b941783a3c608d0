package trust

import (
	"strconv"
	"time"

	"overgang/rest"
)

// warnEvery is how often the log tells of one certificate.
const warnEvery = 24 * time.Hour

// ending is a certificate with its end.
type ending struct {
	holder     string // "enterprise:7", "authority"
	label      string
	thumbprint string // SHA-256, the first half
	end        time.Time
}

// shownThumbprint is as much of a thumbprint as tells certificates apart.
const shownThumbprint = 32

// endings lists the registered certificates and the authorities' with their
// ends. Names of persons are not in it: certificates are named by label.
func (t *Trust) endings() (list []ending) {
	for _, h := range t.register.Load().rows {
		label := h.Label
		if label == "" {
			label = "unnamed"
		}
		list = append(list, ending{string(rest.EnterpriseSubject(h.Enterprise)), label, h.Thumbprint.String()[:shownThumbprint], h.cert.NotAfter})
	}
	seen := map[rest.Thumbprint]bool{}
	for _, c := range t.anchors.Load().all {
		if thumbprint := rest.ThumbprintOf(c.Raw); !seen[thumbprint] {
			seen[thumbprint] = true
			list = append(list, ending{"authority", c.Subject.CommonName, thumbprint.String()[:shownThumbprint], c.NotAfter})
		}
	}
	return list
}

// warn logs, once a day each, the certificates that end soon or have ended.
func (t *Trust) warn() {
	now, still := t.now(), map[string]time.Time{}
	for _, e := range t.endings() {
		if e.end.Sub(now) > t.settings.Warn {
			continue
		}
		key := e.holder + " " + e.thumbprint
		last := t.warned[key]
		if last.IsZero() || now.Sub(last) >= warnEvery {
			text := "certificate expires soon"
			if now.After(e.end) {
				text = "certificate has expired"
			}
			t.log.Warn(text, "holder", e.holder, "label", e.label, "thumbprint", e.thumbprint,
				"not_after", e.end.UTC(), "days", strconv.Itoa(int(e.end.Sub(now)/(24*time.Hour))))
			last = now
		}
		still[key] = last
	}
	t.warned = still
}
