package sqlstore

import (
	"crypto/sha256"

	"github.com/google/uuid"

	"overgang/rest"
)

// Formats of signatures: each adds to what the one before has, the first to
// packFormat.
const (
	hashesFormat    = 2 // each signature's step, and its elements' hashes
	textFormat      = 3 // its text
	signatureFormat = 4 // its certificate
)

// packSignatures packs an instance's signatures; none is NULL.
func packSignatures(list []rest.Signature) []byte {
	if len(list) == 0 {
		return nil
	}
	p := newPacker(128 * len(list))
	p.b[0] = signatureFormat
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
		p.text(s.Step)
		p.int(int64(len(s.Hashes)))
		for _, h := range s.Hashes {
			p.text(string(h[:]))
		}
		p.text(s.Text)
		p.text(string(s.Certificate))
	}
	return p.b
}

func unpackSignatures(b []byte) ([]rest.Signature, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var list []rest.Signature
	u := &unpacker{b: b}
	format := u.byte()
	if format < packFormat || format > signatureFormat {
		u.fail()
	}
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
		if format >= hashesFormat {
			s.Step, s.Hashes = u.text(), u.hashes()
		}
		if format >= textFormat {
			s.Text = u.text()
		}
		if format >= signatureFormat {
			if der := u.text(); der != "" {
				s.Certificate = []byte(der)
			}
		}
		list = append(list, s)
	}
	return list, u.err
}

func (u *unpacker) hashes() [][sha256.Size]byte {
	n := u.count()
	if n == 0 {
		return nil
	}
	list := make([][sha256.Size]byte, n)
	for i := range list {
		if copy(list[i][:], u.text()) != sha256.Size {
			u.fail()
		}
	}
	return list
}
