package rest

import (
	"encoding/binary"
	"time"
)

// ServiceCertificate is an X.509 certificate that forms are encrypted for.
type ServiceCertificate struct {
	DER       []byte
	Label     string // for lists; may be empty
	ValidFrom time.Time
	ValidTo   time.Time
}

// Number is the certificate's legacy number, by which senders name it in what
// they encrypt. It is made from the certificate, from 1 on: the same on every
// gateway, also when the certificate is registered anew.
func (c *ServiceCertificate) Number() int32 {
	sum := ThumbprintOf(c.DER)
	return int32(binary.BigEndian.Uint32(sum[:4])&0x3fffffff) + 1
}

// ValidAt says whether the certificate is valid at t.
func (c *ServiceCertificate) ValidAt(t time.Time) bool {
	return !t.Before(c.ValidFrom) && !t.After(c.ValidTo)
}
