package upload

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

	"overgang/rest"
)

func TestVerify(t *testing.T) {
	data := []byte("innhold")
	sum := md5.Sum(data)
	c := rest.Content{Size: int64(len(data)), SHA256: sha256.Sum256(data), MD5: &sum}
	for name, check := range map[string]struct {
		checksum string
		ok       bool
	}{
		"none":                    {"", true},
		"blank":                   {" \n", true},
		"MD5, hex":                {fmt.Sprintf("%x", sum), true},
		"MD5, hex, capitals":      {fmt.Sprintf(" %X ", sum), true},
		"MD5, base64":             {base64.StdEncoding.EncodeToString(sum[:]), true},
		"MD5, as BitConverter":    {fmt.Sprintf("%X-%X", sum[:8], sum[8:]), true},
		"SHA-256, hex":            {fmt.Sprintf("%x", c.SHA256), true},
		"SHA-256, base64":         {base64.StdEncoding.EncodeToString(c.SHA256[:]), true},
		"another MD5":             {"d41d8cd98f00b204e9800998ecf8427e", false},
		"half an MD5":             {fmt.Sprintf("%x", sum[:8]), false},
		"another SHA-256":         {fmt.Sprintf("%x", sha256.Sum256(nil)), false},
		"nonsense":                {"feil sjekksum", false},
		"nonsense, long as hex":   {"zz1d8cd98f00b204e9800998ecf8427e", false},
		"MD5 with something more": {fmt.Sprintf("%x00", sum), false},
	} {
		if err := Verify(c, check.checksum, "fil"); (err == nil) != check.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.MD5 = nil
	if err := Verify(c, fmt.Sprintf("%x", sum), "fil"); rest.KindOf(err) != rest.Invalid || err == nil {
		t.Errorf("an MD5 that was not computed: %v", err)
	}
}

// kept is a core that keeps what it is given until it is told to discard it.
type kept map[string]bool

func (k kept) Upload(context.Context, rest.UploadOptions) (rest.Upload, error) {
	return keptUpload{k}, nil
}

func (k kept) Discard(_ context.Context, contents ...rest.Content) {
	for _, c := range contents {
		delete(k, c.Blob)
	}
}

type keptUpload struct{ k kept }

func (u keptUpload) Write(p []byte) (int, error) { return len(p), nil }
func (u keptUpload) Settle() error               { return nil }
func (u keptUpload) Abort()                      {}
func (u keptUpload) Commit() (rest.Content, error) {
	u.k["blob"] = true
	return rest.Content{Blob: "blob"}, nil
}

// TestAbortAfterClose: content of a message that is given up after all goes.
func TestAbortAfterClose(t *testing.T) {
	k := kept{}
	s, err := Open(t.Context(), k, rest.UploadOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil || !k["blob"] {
		t.Fatal(k, err)
	}
	if s.Abort(); k["blob"] {
		t.Error("the content is still there")
	}
}

func TestBudget(t *testing.T) {
	b := Budget{Limit: 10}
	for i, step := range []struct {
		n  int64
		ok bool
	}{{4, true}, {6, true}, {0, true}, {1, false}} {
		if err := b.spend(step.n); (err == nil) != step.ok {
			t.Errorf("step %d: %v", i, err)
		}
	}
}
