package upload

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"overgang/rest"
)

// CodeChecksum is the code of the error that says content and checksum differ.
const CodeChecksum = "checksum-mismatch"

// Verify compares content with the checksum that its sender gave: MD5 or
// SHA-256, as hex (any case, dashes as .NET's BitConverter writes them) or as
// base64. No checksum is no error.
func Verify(c rest.Content, checksum, name string) error {
	checksum = strings.TrimSpace(checksum)
	if checksum == "" {
		return nil
	}
	mismatch := rest.Errorf(rest.Invalid, CodeChecksum, "The checksum of attachment %q does not match its data", name)
	sum := decode(checksum)
	switch {
	case len(sum) == len(c.SHA256):
		if string(sum) == string(c.SHA256[:]) {
			return nil
		}
	case c.MD5 != nil && len(sum) == len(c.MD5):
		if string(sum) == string(c.MD5[:]) {
			return nil
		}
	}
	return mismatch
}

// decode reads hex or base64; nil when it is neither.
func decode(s string) []byte {
	if b, err := hex.DecodeString(strings.ReplaceAll(s, "-", "")); err == nil {
		return b
	}
	if b, err := base64.StdEncoding.DecodeString(s); err == nil {
		return b
	}
	return nil
}
