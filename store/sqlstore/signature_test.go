package sqlstore

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
)

// TestSignaturesOfTheFirstFormat: rows written before signatures had a step and
// hashes are still read.
func TestSignaturesOfTheFirstFormat(t *testing.T) {
	id, at := uuid.New(), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p := newPacker(100)
	for range 2 {
		p.int(50001)
		p.int(1023)
		p.time(at)
		for _, text := range []string{"ref", "user", "1.2", "log"} {
			p.text(text)
		}
		p.time(time.Time{})
		p.time(at)
		p.int(1)
		p.uuid(id)
	}
	got, err := unpackSignatures(p.b)
	if err != nil {
		t.Fatal(err)
	}
	one := rest.Signature{Person: 50001, System: 1023, At: at, SystemReference: "ref", SystemUser: "user", SystemVersion: "1.2", SystemLogID: "log",
		SystemSigned: at, Elements: []uuid.UUID{id}}
	if d := cmp.Diff([]rest.Signature{one, one}, got); d != "" {
		t.Error(d)
	}
	for _, damaged := range [][]byte{{9}, append([]byte{signatureFormat}, p.b[1:]...), packSignatures([]rest.Signature{one})[:20]} {
		if _, err := unpackSignatures(damaged); err == nil {
			t.Errorf("% x is read", damaged)
		}
	}
}

// TestSignaturesWithoutCertificate: rows written before signatures had a
// certificate are still read.
func TestSignaturesWithoutCertificate(t *testing.T) {
	p := newPacker(100)
	p.b[0] = textFormat
	for range 2 {
		p.int(0)
		p.int(-1<<30 - 1)
		p.time(time.Time{})
		for range 4 {
			p.text("")
		}
		p.time(time.Time{})
		p.time(time.Time{})
		p.int(0)
		p.text("Signing")
		p.int(0)
		p.text("Jeg signerer")
	}
	got, err := unpackSignatures(p.b)
	if err != nil {
		t.Fatal(err)
	}
	one := rest.Signature{System: -1<<30 - 1, Step: "Signing", Text: "Jeg signerer"}
	if d := cmp.Diff([]rest.Signature{one, one}, got); d != "" {
		t.Error(d)
	}
}
