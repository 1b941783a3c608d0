package sqlstore

import (
	"github.com/google/uuid"

	"overgang/rest"
)

// packSignatures packs an instance's signatures; none is NULL.
func packSignatures(list []rest.Signature) []byte {
	if len(list) == 0 {
		return nil
	}
	p := newPacker(128 * len(list))
	for _, s := range list {
		p.int(int64(s.Person))
		p.int(int64(s.System))
		p.time(s.At)
		p.text(s.SystemReference)
		p.text(s.SystemUser)
		p.text(s.SystemVersion)
		p.text(s.SystemLogID)
		p.time(s.SystemLogin)
		p.time(s.SystemSigned)
		p.int(int64(len(s.Elements)))
		for _, id := range s.Elements {
			p.uuid(id)
		}
	}
	return p.b
}

func unpackSignatures(b []byte) ([]rest.Signature, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var list []rest.Signature
	u := newUnpacker(b)
	for u.more() {
		s := rest.Signature{
			Person: rest.PartyID(u.int()), System: rest.SystemID(u.int()), At: u.time(),
			SystemReference: u.text(), SystemUser: u.text(), SystemVersion: u.text(), SystemLogID: u.text(),
			SystemLogin: u.time(), SystemSigned: u.time(),
		}
		if n := u.count(); n > 0 {
			s.Elements = make([]uuid.UUID, n)
			for i := range s.Elements {
				s.Elements[i] = u.uuid()
			}
		}
		list = append(list, s)
	}
	return list, u.err
}
