package webhook

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"overgang/rest"
)

// Policy says which addresses may be called. Its zero value allows https to
// public addresses, at any port.
type Policy struct {
	// Allow are networks that may be called although they are not public, at
	// any port: an operator's own receivers.
	Allow []netip.Prefix
	// Ports that may be called at public addresses; none = any.
	Ports []int
	// PlainHTTP allows http beside https.
	PlainHTTP bool
}

// longestEndpoint is how long an endpoint may be, in bytes.
const longestEndpoint = 2048

func refused(code, format string, args ...any) error {
	return rest.Errorf(rest.Invalid, code, format, args...)
}

// Check says, with a [rest.Error], why an endpoint can never be called. Names
// are not looked up: what they stand for is checked whenever they are dialled.
func (p *Policy) Check(endpoint string) error {
	if len(endpoint) > longestEndpoint {
		return refused("endpoint-long", "An endpoint has at most %d characters.", longestEndpoint)
	}
	for _, c := range []byte(endpoint) {
		if c <= ' ' || c > '~' {
			return refused("endpoint-invalid", "An endpoint is a URL in ASCII: escape other characters, and write host names in their xn-- form.")
		}
	}
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return refused("endpoint-invalid", "An endpoint is an absolute URL, as in https://receiver.example.org/events.")
	case u.Scheme != "https" && !(u.Scheme == "http" && p.PlainHTTP):
		return refused("endpoint-scheme", "An endpoint's scheme is https.")
	case u.User != nil:
		return refused("endpoint-credentials", "An endpoint has no user name or password in it; verify the signature instead.")
	case u.Fragment != "" || strings.Contains(endpoint, "#"):
		return refused("endpoint-invalid", "An endpoint has no fragment.")
	}
	port, err := portOf(u)
	if err != nil {
		return err
	}
	return p.checkHost(u.Hostname(), port)
}

func portOf(u *url.URL) (int, error) {
	if text := u.Port(); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 65535 {
			return 0, refused("endpoint-invalid", "An endpoint's port is a number from 1 to 65535.")
		}
		return n, nil
	}
	if strings.HasSuffix(u.Host, ":") {
		return 0, refused("endpoint-invalid", "An endpoint's port is a number from 1 to 65535.")
	}
	if u.Scheme == "http" {
		return 80, nil
	}
	return 443, nil
}

func (p *Policy) checkHost(host string, port int) error {
	if a, err := netip.ParseAddr(host); err == nil {
		if !p.permits(netip.AddrPortFrom(a, uint16(port))) {
			return errForbidden()
		}
		return nil
	}
	labels := strings.Split(strings.TrimSuffix(strings.ToLower(host), "."), ".")
	last := labels[len(labels)-1]
	switch {
	case !validName(labels):
		return refused("endpoint-invalid", "The endpoint's host is no host name and no address.")
	case isNumber(last):
		// What some resolvers read as an IPv4 address in disguise (WHATWG URL, ends in a number).
		return refused("endpoint-invalid", "The endpoint's host is no host name, and no address in its usual form.")
	case len(p.Allow) > 0:
		return nil // where the name leads shows when it is dialled
	case last == "localhost" || len(p.Ports) > 0 && !slices.Contains(p.Ports, port):
		return errForbidden()
	}
	return nil
}

func errForbidden() error {
	return refused("endpoint-forbidden", "Events are not sent to this address or port.")
}

func validName(labels []string) bool {
	if len(strings.Join(labels, ".")) > 253 {
		return false
	}
	return !slices.ContainsFunc(labels, func(label string) bool {
		return label == "" || len(label) > 63 || strings.ContainsFunc(label, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_')
		})
	})
}

func isNumber(label string) bool {
	if strings.HasPrefix(label, "0x") {
		return true
	}
	return !strings.ContainsFunc(label, func(r rune) bool { return r < '0' || r > '9' })
}

// permits says whether a connection may go to an address.
func (p *Policy) permits(a netip.AddrPort) bool {
	ip := a.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(p.Allow, func(n netip.Prefix) bool { return n.Contains(ip) }) {
		return true
	}
	return public(ip) && a.Addr().Zone() == "" && (len(p.Ports) == 0 || slices.Contains(p.Ports, int(a.Port())))
}
