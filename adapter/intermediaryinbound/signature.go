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
}

// Signatures is ArrayOfSignature.
type Signatures struct{ Signature []Signature }

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

func (l *Signatures) signatures(c rest.Caller) []rest.Signature {
	if l == nil {
		return nil
	}
	var out []rest.Signature
	for i := range l.Signature {
		if s := l.Signature[i].signature(c); s != nil {
			out = append(out, *s)
		}
	}
	return out
}
