package config

import (
	"fmt"
	"net/netip"
)

// Network is an address or a network: "10.1.2.3", "10.0.0.0/8", "fd00::/8".
type Network struct{ netip.Prefix }

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *Network) UnmarshalText(text []byte) error {
	if a, err := netip.ParseAddr(string(text)); err == nil {
		n.Prefix = netip.PrefixFrom(a, a.BitLen())
		return nil
	}
	p, err := netip.ParsePrefix(string(text))
	if err != nil {
		return fmt.Errorf("%q is no address and no network: write it as in 10.1.2.3 or 10.0.0.0/8", text)
	}
	n.Prefix = p.Masked()
	return nil
}
