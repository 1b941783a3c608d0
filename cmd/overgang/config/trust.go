package config

import (
	"net/url"
	"strings"
	"time"
)

// Trust is which certificates of enterprise users are trusted. Only those that
// are registered (`overgang enterprise certificate add`) are ever looked at.
type Trust struct {
	// Anchors are PEM files with authorities: roots, and intermediates that are
	// not self-signed. They are read again when they change.
	Anchors []string `yaml:"anchors"`
	// Pinned trusts a registered certificate for itself when its issuer is not
	// among the anchors.
	Pinned bool `yaml:"pinned"`

	// RevocationLists are files or http addresses of CRLs.
	RevocationLists []string `yaml:"revocation_lists"`
	// DistributionPoints fetches the http addresses of CRLs, too, that registered
	// certificates and the anchors name. An address in a message is never used.
	DistributionPoints bool `yaml:"distribution_points"`
	// RevocationRequired refuses certificates that nobody could say are revoked:
	// without a list and without OCSP for their issuer.
	RevocationRequired bool          `yaml:"revocation_required"`
	Refresh            time.Duration `yaml:"refresh"` // how often lists and OCSP answers are fetched
	// Stale is how long a list or an OCSP answer counts after the next one was
	// promised; then certificates that it is about are refused.
	Stale time.Duration `yaml:"stale"`

	// OCSP is off, soft (asked, and no answer is as if it were off) or hard (no
	// answer refuses).
	OCSP string `yaml:"ocsp"`
	// OCSPResponder is asked instead of those that registered certificates name.
	OCSPResponder string `yaml:"ocsp_responder"`

	FetchTimeout time.Duration `yaml:"fetch_timeout"` // of one list or answer
	FetchSize    Size          `yaml:"fetch_size"`    // of one list
	Warn         time.Duration `yaml:"warn"`          // the log tells daily of certificates that expire within
}

// defaultTrust trusts nobody: there are no anchors.
func defaultTrust() Trust {
	return Trust{
		DistributionPoints: true, Refresh: time.Hour, Stale: 24 * time.Hour, OCSP: "off",
		FetchTimeout: 30 * time.Second, FetchSize: 16 << 20, Warn: 30 * 24 * time.Hour,
	}
}

func (t Trust) check(wrong func(key, format string, args ...any)) {
	switch t.OCSP {
	case "off", "soft", "hard":
	default:
		wrong("security.trust.ocsp", "%q is not one of off, soft, hard", t.OCSP)
	}
	if t.OCSPResponder != "" && !webAddress(t.OCSPResponder) {
		wrong("security.trust.ocsp_responder", "%q is no http or https address", t.OCSPResponder)
	}
	for _, source := range t.RevocationLists {
		if source == "" || strings.Contains(source, "://") && !webAddress(source) {
			wrong("security.trust.revocation_lists", "%q is neither a file nor an http or https address", source)
		}
	}
	for key, n := range map[string]int64{
		"security.trust.refresh": int64(t.Refresh), "security.trust.fetch_timeout": int64(t.FetchTimeout),
		"security.trust.fetch_size": int64(t.FetchSize),
	} {
		if n <= 0 {
			wrong(key, "must be greater than nothing")
		}
	}
	if t.Stale < 0 || t.Warn < 0 {
		wrong("security.trust", "stale and warn must not be negative")
	}
}

// webAddress says whether a text is an address that can be fetched, without a
// password in it.
func webAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}
