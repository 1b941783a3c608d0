package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones on machines that have none
)

// Check says everything that is wrong with the whole, joined; nil when it can serve.
func (c Config) Check() error {
	var found []error
	wrong := func(key, format string, args ...any) {
		found = append(found, &Error{Text: key + ": " + fmt.Sprintf(format, args...)})
	}
	if c.Data == "" {
		wrong("data", "is empty: name the directory that keeps the database and the content")
	}
	if n := len(c.Secret.Reveal()); n > 0 && n < 32 {
		wrong("secret", "is %d characters long: take at least 32 random ones, or leave it out and one is made and kept in the data directory", n)
	}
	c.checkListen(wrong)
	c.checkLimits(wrong)
	switch c.Log.Level {
	case "debug", "info", "warn", "error":
	default:
		wrong("log.level", "%q is not one of debug, info, warn, error", c.Log.Level)
	}
	if c.Log.Format != "json" && c.Log.Format != "text" {
		wrong("log.format", "%q is not one of json, text", c.Log.Format)
	}
	if _, err := time.LoadLocation(c.Zone); err != nil {
		wrong("zone", "%q is no time zone: write it as in Europe/Oslo or UTC", c.Zone)
	}
	if c.Tokens.Issuer == "" || c.Tokens.Audience == "" {
		wrong("tokens", "issuer and audience must not be empty")
	}
	c.checkIssuers(wrong)
	c.checkTransfers(wrong)
	c.checkOutbox(wrong)
	c.checkWebhooks(wrong)
	c.checkSecurity(wrong)
	slices.SortFunc(found, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(found...)
}

func (c Config) checkListen(wrong func(key, format string, args ...any)) {
	l := c.Listen
	if l.Plain.Address == "" && l.TLS.Address == "" {
		wrong("listen", "nothing to listen on: set listen.plain.address or listen.tls.address")
	}
	for key, a := range map[string]string{
		"listen.plain.address": l.Plain.Address, "listen.tls.address": l.TLS.Address, "listen.admin.address": l.Admin.Address,
	} {
		if a == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(a); err != nil {
			wrong(key, "%q is no host:port, as in 127.0.0.1:8080 or [::1]:8080; port 0 takes a free one", a)
		}
	}
	if a := l.Plain.Address; a != "" && !Loopback(a) && len(l.TrustedProxies) == 0 {
		wrong("listen.plain.address", "%s is not a loopback address, and requests carry passwords: "+
			"serve TLS (listen.tls.address with certificate and key), "+
			"or name the TLS-terminating proxies in listen.trusted_proxies, or listen on 127.0.0.1", a)
	}
	if l.TLS.Address != "" && (l.TLS.Certificate == "" || l.TLS.Key == "") {
		wrong("listen.tls", "set certificate and key, both PEM files")
	}
	if l.Forwarded != XForwarded && l.Forwarded != StandardForwarded {
		wrong("listen.forwarded", "%q is not one of %s, %s", l.Forwarded, XForwarded, StandardForwarded)
	}
	if l.ClientCertificates != NoCertificates && l.ClientCertificates != RegisteredCertificates {
		wrong("listen.client_certificates", "%q is not one of %s, %s", l.ClientCertificates, NoCertificates, RegisteredCertificates)
	}
	if h := l.ClientCertificateHeader; h != "" && (strings.Trim(h, headerCharacters) != "" || len(l.TrustedProxies) == 0) {
		wrong("listen.client_certificate_header", "%q is no header's name, or there are no listen.trusted_proxies to believe it from", h)
	}
	checkURL("listen.plain.public_url", l.Plain.PublicURL, wrong)
	checkURL("listen.tls.public_url", l.TLS.PublicURL, wrong)
}

// headerCharacters are those of the header names that proxies are configured with.
const headerCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

func checkURL(key, text string, wrong func(key, format string, args ...any)) {
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || strings.HasSuffix(u.Path, "/") {
		wrong(key, "%q is no base address: write it as in https://gateway.example.org, without a slash at its end", text)
	}
}

func (c Config) checkLimits(wrong func(key, format string, args ...any)) {
	l, p := c.Limits, c.Pace
	for key, n := range map[string]int64{
		"limits.message": int64(l.Message), "limits.envelope": int64(l.Envelope), "limits.attachments": int64(l.Attachments), "limits.element": int64(l.Element),
		"limits.depth": int64(l.Depth), "limits.attributes": int64(l.Attributes), "limits.namespaces": int64(l.Namespaces),
		"limits.package": int64(l.Package), "limits.spool": int64(l.Spool),
		"limits.header": int64(l.Header), "limits.http_header": int64(l.HTTPHeader), "limits.at_once": int64(l.AtOnce),
		"limits.streams": int64(l.Streams), "limits.caller_streams": int64(l.CallerStreams), "limits.idempotency_keys": int64(l.IdempotencyKeys),
		"pace.header": int64(p.Header), "pace.idle": int64(p.Idle), "pace.minimum_rate": int64(p.MinimumRate),
		"pace.window": int64(p.Window), "pace.stop": int64(p.Stop), "tokens.lifetime": int64(c.Tokens.Lifetime), "clock.drift": int64(c.Clock.Drift),
		"retention": int64(c.Retention),
	} {
		if n <= 0 {
			wrong(key, "must be greater than nothing")
		}
	}
	if l.Parts < 2 {
		wrong("limits.parts", "must be 2 or more: an envelope, and the part that it refers to")
	}
	if l.CallerAtOnce < 0 || l.CallerPerMinute < 0 {
		wrong("limits", "caller_at_once and caller_per_minute must not be negative; 0 = unlimited")
	}
}

// Loopback says whether a listener's address is reached from this machine only.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return a.IsLoopback()
	}
	return strings.EqualFold(host, "localhost")
}
