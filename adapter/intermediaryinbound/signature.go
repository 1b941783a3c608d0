package intermediaryinbound

import (
	"time"

	"overgang/rest"
)

// Signature is what an end-user system tells of a signing that it did. The
// gateway keeps it as it came.
type Signature struct {
	EndUserSystemReference         string
	EndUserSystemUserId            string
	EndUserSystemLoginDateTime     time.Time
	EndUserSystemSignatureDateTime time.Time
	EndUserSystemVersion           string
	EndUserSystemSignatureLogId    string

	// CompleteAndSignShipmentEC only, and unused: a time that is not specified is
	// the zero time.
	EndUserSystemLoginDateTimeSpecified     bool
	EndUserSystemSignatureDateTimeSpecified bool
}

// signature reads what was sent, nil when it was absent or says nothing:
// serializers of some clients always write the empty element.
func (s *Signature) signature(c rest.Caller) *rest.Signature {
	if s == nil || *s == (Signature{}) {
		return nil
	}
	return &rest.Signature{
		Person:          c.Person,
		System:          c.System,
		SystemReference: s.EndUserSystemReference,
		SystemUser:      s.EndUserSystemUserId,
		SystemVersion:   s.EndUserSystemVersion,
		SystemLogID:     s.EndUserSystemSignatureLogId,
		SystemLogin:     s.EndUserSystemLoginDateTime,
		SystemSigned:    s.EndUserSystemSignatureDateTime,
	}
}

func signatures(l []Signature, c rest.Caller) []rest.Signature {
	var out []rest.Signature
	for i := range l {
		if s := l[i].signature(c); s != nil {
			out = append(out, *s)
		}
	}
	return out
}
