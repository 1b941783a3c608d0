package sqlstore

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func TestContentIsKeptPacked(t *testing.T) {
	s := openInternal(t)
	random := make([]byte, 10_000)
	rand.Read(random)
	for name, c := range map[string]struct {
		content []byte
		shorter bool
	}{
		"empty":  {[]byte{}, false},
		"short":  {[]byte(strings.Repeat("x", packFrom-1)), false},
		"form":   {[]byte(strings.Repeat("<felt><navn>beløp</navn><verdi>1200</verdi></felt>", 300)), true},
		"random": {random, false},
	} {
		i := rest.Instance{ID: uuid.New(), App: rest.AppID{Org: "ttd", App: "melding"}, Owner: 1, Version: 1, Created: time.Now(), Changed: time.Now(), Step: "FormFilling"}
		i.Elements = []rest.Element{{ID: uuid.New(), Type: "default", Version: 1, Content: rest.Content{Size: int64(len(c.content)), SHA256: sha256.Sum256(c.content), Inline: c.content}}}
		if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateInstance(&i) }); err != nil {
			t.Fatal(err)
		}
		var kept int64
		var got rest.Content
		err := s.View(t.Context(), func(r store.Reader) (err error) {
			if err = r.(*reader).c.queryText("SELECT length(bytes) FROM content WHERE element = ?", func(row *row) error { kept = row.int(); return nil }, i.Elements[0].Number); err != nil {
				return err
			}
			got, err = r.ElementContent(i.Elements[0].ID)
			return err
		})
		if err != nil || !bytes.Equal(got.Inline, c.content) || kept < got.Size != c.shorter {
			t.Errorf("%s: %d bytes kept as %d, read back %d, %v", name, len(c.content), kept, len(got.Inline), err)
		}
	}
}

func TestDamagedContent(t *testing.T) {
	var scratch []byte
	content := []byte(strings.Repeat("<felt>1200</felt>", 300))
	packed := bytes.Clone(packContent(content, &scratch))
	for name, c := range map[string]struct {
		kept []byte
		size int
	}{
		"cut":                 {packed[:len(packed)-3], len(content)},
		"other size":          {packed, len(content) + 1},
		"never packed":        {[]byte("plain"), 4},
		"a size of terabytes": {[]byte{0xff, 0xff, 0xff, 0xff, 0x7f}, 10},
	} {
		if got, err := unpackContent(c.kept, int64(c.size)); !errors.Is(err, errPacked) || !bytes.Equal(got, c.kept) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}
