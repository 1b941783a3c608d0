package password

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"overgang/rest"
)

// Lengths of passwords, in characters. The upper bound keeps hashing bounded.
const (
	MinLength = 8
	MaxLength = 256
)

// alphabet leaves out what is easily misread: 0 O, 1 l I.
const alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// generatedLength gives 116 bits.
const generatedLength = 20

// Generate makes a random password from rand.
func Generate(rand io.Reader) (rest.Secret, error) {
	s, err := pick(rand, alphabet, generatedLength)
	return rest.Secret(s), err
}

// Digits makes a random one-time code of n digits from rand.
func Digits(rand io.Reader, n int) (rest.Secret, error) {
	s, err := pick(rand, "0123456789", n)
	return rest.Secret(s), err
}

// pick draws n characters without bias: bytes beyond the last whole multiple
// of the alphabet are drawn again.
func pick(rand io.Reader, from string, n int) (string, error) {
	limit := 256 - 256%len(from)
	out := make([]byte, 0, n)
	var buf [32]byte
	for len(out) < n {
		if _, err := io.ReadFull(rand, buf[:]); err != nil {
			return "", fmt.Errorf("password: random: %w", err)
		}
		for _, b := range buf {
			if int(b) < limit && len(out) < n {
				out = append(out, from[int(b)%len(from)])
			}
		}
	}
	return string(out), nil
}

// Check says what makes a password unfit, or nil.
func Check(p rest.Secret) error {
	s := p.Reveal()
	if !utf8.ValidString(s) {
		return errors.New("password is not UTF-8")
	}
	if n := utf8.RuneCountInString(s); n < MinLength || n > MaxLength {
		return fmt.Errorf("password has %d characters: between %d and %d are allowed", n, MinLength, MaxLength)
	}
	for _, r := range s {
		if r < 0x20 || r == 0x7f {
			return errors.New("password contains a control character")
		}
	}
	return nil
}
