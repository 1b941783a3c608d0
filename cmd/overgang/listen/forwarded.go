package listen

import (
	"net/netip"
	"strings"
)

// client is the last address of X-Forwarded-For that is not a trusted proxy's
// own: everything before it the client may have made up.
func (p Proxies) client(headers []string) netip.Addr {
	chain := strings.Split(strings.Join(headers, ","), ",")
	var last netip.Addr
	for i := len(chain) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(chain[i]))
		if err != nil {
			break
		}
		last = a.Unmap()
		if !p.contains(last) {
			break
		}
	}
	return last
}

// allHTTPS says whether X-Forwarded-Proto is there and https throughout: of
// several values the client may have made up the first.
func allHTTPS(headers []string) bool {
	for _, value := range strings.Split(strings.Join(headers, ","), ",") {
		if !strings.EqualFold(strings.TrimSpace(value), "https") {
			return false
		}
	}
	return true
}

// forwarded reads Forwarded (RFC 7239 §4) from its end: the first hop whose
// "for" is not a trusted proxy's own is the client's, and its "proto" counts.
func (p Proxies) forwarded(headers []string) (client netip.Addr, https bool) {
	hops := cut(strings.Join(headers, ","), ',')
	for i := len(hops) - 1; i >= 0; i-- {
		var from netip.Addr
		https = false
		for _, pair := range cut(hops[i], ';') {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			switch value = unquote(value); {
			case strings.EqualFold(name, "for"):
				from = nodeAddress(value)
			case strings.EqualFold(name, "proto"):
				https = strings.EqualFold(value, "https")
			}
		}
		if !from.IsValid() { // unknown or hidden: what is before it is anybody's
			return client, https
		}
		if client = from; !p.contains(client) {
			return client, https
		}
	}
	return client, https
}

// nodeAddress is the address of a node (RFC 7239 §6), which may have a port.
func nodeAddress(node string) netip.Addr {
	if a, err := netip.ParseAddr(strings.Trim(node, "[]")); err == nil {
		return a.Unmap()
	}
	if a, err := netip.ParseAddrPort(node); err == nil {
		return a.Addr().Unmap()
	}
	return netip.Addr{}
}

// cut splits at separators that are not within double quotes.
func cut(text string, separator byte) (parts []string) {
	quoted, start := false, 0
	for i := 0; i < len(text); i++ {
		switch {
		case quoted && text[i] == '\\':
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == separator && !quoted:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// unquote takes the quotes of a quoted-string away.
func unquote(text string) string {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return text
	}
	text = text[1 : len(text)-1]
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
