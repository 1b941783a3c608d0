package inspect

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"overgang/rest"
	"overgang/store"
)

// Config of an inspection. Progress may be nil.
type Config struct {
	Store store.Store // that is a [store.Inspector]
	Blobs store.Blobs // that may be [store.Partials]
	Now   func() time.Time
	// Repair removes what nobody refers to and what cannot go on.
	Repair bool
	// Progress is told how much was read: rows, or bytes of content.
	Progress func(stage Stage, done, of int64) // of 0 = unknown
	// Found is told every finding as it comes.
	Found func(Finding)
}

// Stage is what is read at a time.
type Stage string

// Stages, in their order.
const (
	Rows    Stage = "rows"
	Content Stage = "content"
	Strays  Stage = "strays"
)

// Kind is what is wrong.
type Kind string

// Kinds of findings.
const (
	Damaged Kind = "damaged" // a row, or the database file
	Missing Kind = "missing" // content that a row refers to
	Altered Kind = "altered" // content has another size or sum than its row says
	Extra   Kind = "extra"   // content that no row refers to
	Stuck   Kind = "stuck"   // an upload in pieces whose pieces are gone
)

// Finding is one thing that is wrong.
type Finding struct {
	Kind     Kind
	What     string // in words for operators
	Repaired bool
}

// Report is what an inspection found.
type Report struct {
	Rows, Contents int64
	Bytes          int64 // of content that was read
	Young          int   // contents without a row that may still get one: uploads under way
	Findings       []Finding
}

// Open counts the findings that are not repaired.
func (r Report) Open() (n int) {
	for _, f := range r.Findings {
		if !f.Repaired {
			n++
		}
	}
	return n
}

// strayAge is how old content without a row must be before it is a stray, as the
// core's own sweeper has it.
const strayAge = 24 * time.Hour

// inspection is one that is under way.
type inspection struct {
	Config
	rows     store.Inspector
	partials store.Partials
	report   Report
}

// Run inspects. Its error says why it could not go on; what is wrong with the
// data is in the report.
func Run(ctx context.Context, c Config) (Report, error) {
	i := &inspection{Config: c}
	var ok bool
	if i.rows, ok = c.Store.(store.Inspector); !ok {
		return Report{}, errors.New("inspect: this store cannot be inspected")
	}
	i.partials, _ = c.Blobs.(store.Partials)
	if i.Progress == nil {
		i.Progress = func(Stage, int64, int64) {}
	}
	err := i.rows.Integrity(ctx, func(n int64) { i.report.Rows = n; i.Progress(Rows, n, 0) }, func(damage string) error {
		i.found(Damaged, damage, false)
		return nil
	})
	for _, stage := range []func(context.Context) error{i.contents, i.pieces, i.strays} {
		if err == nil {
			err = stage(ctx)
		}
	}
	return i.report, err
}

func (i *inspection) found(kind Kind, what string, repaired bool) {
	f := Finding{kind, what, repaired}
	i.report.Findings = append(i.report.Findings, f)
	if i.Found != nil {
		i.Found(f)
	}
}

// contents reads every content that a row has.
func (i *inspection) contents(ctx context.Context) error {
	var total int64
	err := i.Blobs.List(ctx, func(b store.BlobInfo) error { total += b.Size; return nil })
	if err != nil {
		return err
	}
	return i.rows.EachContent(ctx, func(c store.StoredContent) error {
		i.report.Contents++
		return i.content(ctx, c, total)
	})
}

func (i *inspection) content(ctx context.Context, c store.StoredContent, total int64) error {
	var r io.ReadCloser = io.NopCloser(bytes.NewReader(c.Content.Inline))
	if key := c.Content.Blob; key != "" {
		opened, err := i.Blobs.Open(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			if referred, err := i.referred(ctx, key); err != nil || !referred {
				return err // it went meanwhile, with its row
			}
			i.found(Missing, fmt.Sprintf("%s: content %s is not there", c.Owner, key), false)
			return nil
		}
		if err != nil {
			return err
		}
		r = opened
	}
	defer r.Close()
	sha, md := sha256.New(), md5.New()
	sums := io.Writer(sha)
	if c.Content.MD5 != nil {
		sums = io.MultiWriter(sha, md)
	}
	n, err := io.Copy(sums, &counted{r: r, i: i, total: total, ctx: ctx})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		i.found(Altered, fmt.Sprintf("%s: content %s cannot be read: %v", c.Owner, c.Content.Blob, err), false)
	case n != c.Content.Size:
		i.found(Altered, fmt.Sprintf("%s: content %s has %d bytes, and should have %d", c.Owner, c.Content.Blob, n, c.Content.Size), false)
	case [sha256.Size]byte(sha.Sum(nil)) != c.Content.SHA256, c.Content.MD5 != nil && [md5.Size]byte(md.Sum(nil)) != *c.Content.MD5:
		i.found(Altered, fmt.Sprintf("%s: content %s has another checksum than when it came", c.Owner, c.Content.Blob), false)
	}
	return nil
}

// counted tells how much was read.
type counted struct {
	r     io.Reader
	i     *inspection
	total int64
	ctx   context.Context
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.i.report.Bytes += int64(n)
	c.i.Progress(Content, c.i.report.Bytes, c.total)
	return n, err
}

func (i *inspection) referred(ctx context.Context, key string) (is bool, err error) {
	err = i.Store.View(ctx, func(r store.Reader) (err error) {
		is, err = r.BlobReferred(key)
		return err
	})
	return is, err
}

// sizes are those of all pieces, and of contents that may have been pieces until
// now: finished, but for their rows.
func (i *inspection) sizes(ctx context.Context) (map[string]int64, error) {
	sizes := map[string]int64{}
	list := func(b store.BlobInfo) error { sizes[b.Key] = b.Size; return nil }
	err := i.partials.ListPartials(ctx, list)
	if err == nil {
		err = i.Blobs.List(ctx, func(b store.BlobInfo) error {
			if _, ok := sizes[b.Key]; !ok {
				return list(b)
			}
			return nil
		})
	}
	return sizes, err
}

// pieces looks whether uploads in pieces have what was acknowledged. One that
// went on between the two looks is looked at again: its bytes are there before
// its row says so.
func (i *inspection) pieces(ctx context.Context) error {
	if i.partials == nil {
		return nil
	}
	sizes, err := i.sizes(ctx)
	if err != nil {
		return err
	}
	var short []rest.PartialUpload
	lacking := func(p rest.PartialUpload) bool { size, ok := sizes[p.Blob]; return !ok || size < p.Received }
	err = i.rows.EachPartial(ctx, func(p rest.PartialUpload) error {
		if lacking(p) {
			short = append(short, p)
		}
		return nil
	})
	if err == nil && len(short) > 0 {
		sizes, err = i.sizes(ctx)
	}
	for _, p := range short {
		if err == nil && lacking(p) {
			err = i.stuck(ctx, p)
		}
	}
	return err
}

// stuck tells of an upload whose bytes are not there, unless it has ended.
func (i *inspection) stuck(ctx context.Context, p rest.PartialUpload) error {
	err := i.Store.View(ctx, func(r store.Reader) error {
		now, err := r.PartialUpload(p.Transfer)
		if err == nil && now.Blob != p.Blob {
			err = store.ErrNotFound
		}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	repaired := false
	if err == nil && i.Repair && i.Now().Sub(p.Changed) > time.Hour {
		err = i.Store.Update(ctx, func(tx store.Tx) error { return tx.DeletePartial(p.Transfer) })
		repaired = err == nil
	}
	if err == nil {
		i.found(Stuck, fmt.Sprintf("upload in pieces of transfer %s: its %d bytes are not there; its sender begins anew", p.Transfer, p.Received), repaired)
	}
	return err
}

// strays looks for content that no row refers to.
func (i *inspection) strays(ctx context.Context) error {
	before := i.Now().Add(-strayAge)
	looked := int64(0)
	look := func(what string, remove func(context.Context, string) error) func(store.BlobInfo) error {
		return func(b store.BlobInfo) error {
			looked++
			i.Progress(Strays, looked, 0)
			referred, err := i.referred(ctx, b.Key)
			if err != nil || referred {
				return err
			}
			if !b.Changed.Before(before) {
				i.report.Young++
				return nil
			}
			if i.Repair {
				if err := remove(ctx, b.Key); err != nil {
					return err
				}
			}
			i.found(Extra, fmt.Sprintf("%s %s, %d bytes: no row refers to it", what, b.Key, b.Size), i.Repair)
			return nil
		}
	}
	err := i.Blobs.List(ctx, look("content", i.Blobs.Delete))
	if err == nil && i.partials != nil {
		err = i.partials.ListPartials(ctx, look("piece", i.partials.DropPartial))
	}
	return err
}
