package password

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"

	"overgang/rest"
)

// Params are the costs of a hash. The zero value is not usable: take [Default].
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// Default is one of the minimums for argon2id that OWASP's Password Storage Cheat
// Sheet gives as equally strong, from 46 MiB in one pass to 7 MiB in five: the
// less memory, the less a login adds to what the process holds.
var Default = Params{Memory: 9 << 10, Time: 4, Threads: 1}

const (
	saltSize = 16
	hashSize = 32
)

// Bounds on what a stored hash may ask for, so that a damaged row cannot take
// the process down.
const (
	maxMemory = 1 << 20 // KiB
	maxTime   = 64
)

// ErrMalformed is a stored hash that this package did not write.
var ErrMalformed = errors.New("password: malformed hash")

// Hash hashes a password with a salt read from rand.
func Hash(rand io.Reader, password rest.Secret, p Params) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return "", fmt.Errorf("password: salt: %w", err)
	}
	sum := argon2.IDKey([]byte(password.Reveal()), salt, p.Time, p.Memory, p.Threads, hashSize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.Memory, p.Time, p.Threads, b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

// Verify says whether the password is the one that was hashed. It takes as
// long for a wrong one as for the right one.
func Verify(encoded string, password rest.Secret) (bool, error) {
	p, salt, want, err := decode(encoded)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey([]byte(password.Reveal()), salt, p.Time, p.Memory, p.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func decode(encoded string) (p Params, salt, sum []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, ErrMalformed
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); err != nil {
		return p, nil, nil, ErrMalformed
	}
	if p.Memory == 0 || p.Memory > maxMemory || p.Time == 0 || p.Time > maxTime || p.Threads == 0 {
		return p, nil, nil, ErrMalformed
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(salt) < 8 {
		return p, nil, nil, ErrMalformed
	}
	if sum, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(sum) < 16 || len(sum) > 64 {
		return p, nil, nil, ErrMalformed
	}
	return p, salt, sum, nil
}
