package wssc

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"

	"overgang/soap/wss"
)

// session is what a cookie holds.
type session struct {
	id       [16]byte
	instance [16]byte // zero until the token is renewed
	created  time.Time
	expires  time.Time
	site     Site
	owner    string
	key      wss.Secret
}

const identifierPrefix = "urn:uuid:"

// uuid is the text of 16 bytes.
func uuid(b [16]byte) string {
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// identifier is the token's wsc:Identifier.
func (s *session) identifier() string { return identifierPrefix + uuid(s.id) }

// instanceName is the token's wsc:Instance, "" for the first.
func (s *session) instanceName() string {
	if s.instance == ([16]byte{}) {
		return ""
	}
	return identifierPrefix + uuid(s.instance)
}

// idOf reads an Identifier of ours. Every one has one spelling.
func idOf(name string) (id [16]byte, ok bool) {
	text, ok := strings.CutPrefix(name, identifierPrefix)
	if !ok || len(text) != 36 {
		return id, false
	}
	b, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(b) != len(id) {
		return id, false
	}
	id = [16]byte(b)
	return id, uuid(id) == text
}

// Longest texts of a session, in bytes.
const (
	longestOwner   = 128
	longestAddress = 255
)

// append writes a session: identifier and instance, created and expires in
// milliseconds since 1970, the site's generation, then key, owner and address,
// each behind its length in a byte.
func (s *session) append(dst []byte) []byte {
	dst = append(append(dst, s.id[:]...), s.instance[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(s.created.UnixMilli()))
	dst = binary.BigEndian.AppendUint64(dst, uint64(s.expires.UnixMilli()))
	dst = append(dst, byte(s.site.Generation))
	for _, text := range [...]string{string(s.key), s.owner, s.site.Address} {
		dst = append(append(dst, byte(len(text))), text...)
	}
	return dst
}

// readSession reads what append wrote.
func readSession(b []byte) (*session, bool) {
	const fixed = 16 + 16 + 8 + 8 + 1
	if len(b) < fixed {
		return nil, false
	}
	s := &session{id: [16]byte(b), instance: [16]byte(b[16:])}
	s.created = time.UnixMilli(int64(binary.BigEndian.Uint64(b[32:])))
	s.expires = time.UnixMilli(int64(binary.BigEndian.Uint64(b[40:])))
	s.site.Generation = Generation(b[48])
	var texts [3][]byte
	b = b[fixed:]
	for i := range texts {
		if len(b) == 0 || len(b) < 1+int(b[0]) {
			return nil, false
		}
		texts[i], b = b[1:1+int(b[0])], b[1+int(b[0]):]
	}
	s.key, s.owner, s.site.Address = texts[0], string(texts[1]), string(texts[2])
	return s, len(b) == 0
}
