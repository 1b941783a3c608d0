package password

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"overgang/rest"
)

// cheap keeps the tests fast; the format is the same.
var cheap = Params{Memory: 64, Time: 1, Threads: 1}

func TestHashVerify(t *testing.T) {
	h, err := Hash(rand.Reader, "hemmelig æøå", cheap)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(h, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hash = %q", h)
	}
	for password, want := range map[rest.Secret]bool{"hemmelig æøå": true, "hemmelig aoa": false, "": false} {
		if ok, err := Verify(h, password); err != nil || ok != want {
			t.Errorf("Verify(%q) = %v, %v; want %v", password.Reveal(), ok, err, want)
		}
	}
	again, err := Hash(rand.Reader, "hemmelig æøå", cheap)
	if err != nil || again == h {
		t.Errorf("same salt twice (err %v)", err)
	}
}

func TestDefaultCosts(t *testing.T) {
	h, err := Hash(bytes.NewReader([]byte("saltsaltsaltsalt")), "hemmelig1", Default)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(h, "$argon2id$v=19$m=9216,t=4,p=1$c2FsdHNhbHRzYWx0c2FsdA$") {
		t.Errorf("hash = %q", h)
	}
}

func TestVerifyRefusesDamaged(t *testing.T) {
	for _, h := range []string{
		"", "x", "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=18$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1,p=1$*$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAA",
	} {
		if _, err := Verify(h, "x"); !errors.Is(err, ErrMalformed) {
			t.Errorf("Verify(%q): %v", h, err)
		}
	}
}

func TestGenerate(t *testing.T) {
	seen := map[rest.Secret]bool{}
	for range 100 {
		p, err := Generate(rand.Reader)
		if err != nil || len(p.Reveal()) != generatedLength || seen[p] {
			t.Fatalf("Generate = %q, %v", p.Reveal(), err)
		}
		if err := Check(p); err != nil {
			t.Fatal(err)
		}
		seen[p] = true
	}
	d, err := Digits(rand.Reader, 6)
	if err != nil || len(d.Reveal()) != 6 || strings.Trim(d.Reveal(), "0123456789") != "" {
		t.Fatalf("Digits = %q, %v", d.Reveal(), err)
	}
	if _, err := Digits(bytes.NewReader(nil), 6); err == nil {
		t.Error("no error without randomness")
	}
}

func TestCheck(t *testing.T) {
	for p, ok := range map[rest.Secret]bool{
		"kort": false, "langtnok": true, "med\nlinjeskift": false, "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8": false,
		rest.Secret(strings.Repeat("x", MaxLength+1)): false,
	} {
		if err := Check(p); (err == nil) != ok {
			t.Errorf("Check(%q) = %v", p.Reveal(), err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	h, err := Hash(rand.Reader, "hemmelig1", Default)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if ok, err := Verify(h, "hemmelig1"); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
