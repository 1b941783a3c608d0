package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
	"overgang/store/blobfs"
)

// piece sends one piece and keeps it.
func (p *post) piece(id uuid.UUID, offset int64, text string) (*rest.PartialUpload, *rest.Transfer, error) {
	p.t.Helper()
	piece, err := p.ContinuePartial(p.ctx, p.mine, id, offset, false)
	if err != nil {
		return nil, nil, err
	}
	defer piece.Abort()
	if _, err := fmt.Fprint(piece, text); err != nil {
		return nil, nil, err
	}
	return piece.Keep()
}

func (p *post) open(id uuid.UUID, length int) {
	p.t.Helper()
	if _, err := p.StartPartial(p.ctx, p.mine, id, int64(length), rest.TransferUploadOptions{FileName: "stor.zip"}); err != nil {
		p.t.Fatal(err)
	}
}

// TestPieces: pieces survive that the process dies, what was not kept is cut
// off, and the file is whole in the end.
func TestPieces(t *testing.T) {
	p := newPost(t)
	sum := sha256.Sum256([]byte(large))
	tr := p.initiate(func(n *rest.NewTransfer) { n.Checksum = hex.EncodeToString(sum[:]) })
	p.open(tr.ID, len(large))
	at := 0
	for n := 1; at < len(large); n++ {
		next := min(len(large), at+len(large)/3)
		lost, err := p.ContinuePartial(p.ctx, p.mine, tr.ID, int64(at), false)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(lost, "these bytes are lost") // the process dies with the piece under way
		p.start()
		up, done, err := p.piece(tr.ID, int64(at), large[at:next])
		if err != nil {
			t.Fatal(err)
		}
		if at = next; int(up.Received) != at || (done != nil) != (at == len(large)) {
			t.Fatalf("piece %d: %+v, %v", n, up, done)
		}
	}
	if got, err := p.fetch(p.theirs, tr.ID); err != nil || got != large {
		t.Errorf("%d bytes came, %v", len(got), err)
	}
	if got := p.see(tr.ID); got.FileName != "stor.zip" || got.Content.SHA256 != sum || got.Content.MD5 == nil {
		t.Errorf("%+v", got)
	}
	_, err := p.PartialUpload(p.ctx, p.mine, tr.ID)
	wantKind(t, err, rest.NotFound)
	p.wantFiles(1, 0)
}

// TestFinishedTwice: a process that died between making the file and noting it
// is made good for by an empty piece.
func TestFinishedTwice(t *testing.T) {
	p := newPost(t)
	tr := p.initiate()
	p.open(tr.ID, len(large))
	piece, err := p.ContinuePartial(p.ctx, p.mine, tr.ID, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(piece, large)
	if err := piece.(*partialPiece).save(p.ctx); err != nil {
		t.Fatal(err)
	}
	up, err := p.PartialUpload(p.ctx, p.mine, tr.ID)
	if err != nil || up.Received != up.Length {
		t.Fatalf("%+v, %v", up, err)
	}
	if err := p.transfers.partials.Finish(p.ctx, up.Blob); err != nil {
		t.Fatal(err)
	}
	p.start()
	p.clock.add(23 * time.Hour)
	p.run(p.sweep)
	if _, done, err := p.piece(tr.ID, up.Received, ""); err != nil || done == nil {
		t.Fatalf("%v, %v", done, err)
	}
	if got, err := p.fetch(p.theirs, tr.ID); err != nil || got != large {
		t.Errorf("%d bytes came, %v", len(got), err)
	}
}

func TestPiecesThatAreRefused(t *testing.T) {
	p := newPost(t)
	tr := p.initiate(func(n *rest.NewTransfer) { n.Checksum = strings.Repeat("0", 32) })
	_, err := p.StartPartial(p.ctx, p.mine, tr.ID, 1<<20+1, rest.TransferUploadOptions{})
	wantKind(t, err, rest.TooLarge)
	_, _, err = p.piece(tr.ID, 0, "x")
	wantKind(t, err, rest.NotFound)
	p.open(tr.ID, 10)
	p.open(tr.ID, 10) // in its place
	p.wantFiles(0, 1)
	_, _, err = p.piece(tr.ID, 1, "x")
	wantKind(t, err, rest.Conflict)
	_, _, err = p.piece(tr.ID, 0, "more than ten bytes")
	wantKind(t, err, rest.TooLarge)
	one, err := p.ContinuePartial(p.ctx, p.mine, tr.ID, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = p.piece(tr.ID, 0, "x")
	wantKind(t, err, rest.Conflict)
	one.Abort()
	_, _, err = p.piece(tr.ID, 0, "0123456789") // whole, but not what was declared
	wantKind(t, err, rest.Invalid)
	p.wantFiles(0, 0)
	_, err = p.PartialUpload(p.ctx, p.mine, tr.ID)
	wantKind(t, err, rest.NotFound)

	p.open(tr.ID, 10)
	if err := p.DropPartial(p.ctx, p.mine, tr.ID); err != nil {
		t.Fatal(err)
	}
	wantKind(t, p.DropPartial(p.ctx, p.mine, tr.ID), rest.NotFound)
	p.wantFiles(0, 0)
}

// TestPiecesExpire: an upload that makes no progress goes, one that does stays,
// and what a crash left behind is swept.
func TestPiecesExpire(t *testing.T) {
	p := newPost(t)
	idle, busy := p.initiate(), p.initiate()
	p.open(idle.ID, 10)
	p.open(busy.ID, 10)
	p.clock.add(23 * time.Hour)
	if _, _, err := p.piece(busy.ID, 0, "01234"); err != nil {
		t.Fatal(err)
	}
	p.clock.add(time.Hour + time.Second)
	_, err := p.PartialUpload(p.ctx, p.mine, idle.ID)
	wantKind(t, err, rest.NotFound)
	if n := p.run(p.expirePartials); n != 1 {
		t.Errorf("%d dropped", n)
	}
	p.wantFiles(0, 1)
	stray := filepath.Join(p.dir, "partial", strings.Repeat("ab", 16))
	if err := os.WriteFile(stray, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	old := p.clock.now().Add(-25 * time.Hour)
	if err := os.Chtimes(stray, old, old); err != nil {
		t.Fatal(err)
	}
	if n := p.run(p.sweepPartials); n != 1 {
		t.Errorf("%d swept", n)
	}
	if _, done, err := p.piece(busy.ID, 5, "56789"); err != nil || done == nil {
		t.Errorf("%v, %v", done, err)
	}
}

// TestPieceUnderWayDoesNotExpire: a clock that jumps takes nothing from under a
// sender who is sending.
func TestPieceUnderWayDoesNotExpire(t *testing.T) {
	p := newPost(t)
	tr, idle := p.initiate(), p.initiate()
	p.open(tr.ID, len(large))
	p.open(idle.ID, len(large))
	piece, err := p.ContinuePartial(p.ctx, p.mine, tr.ID, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprint(piece, large[:1000]); err != nil {
		t.Fatal(err)
	}
	p.clock.add(25 * time.Hour)
	if n := p.run(p.expirePartials); n != 1 {
		t.Errorf("%d dropped", n)
	}
	if _, _, err := piece.Keep(); err != nil {
		t.Fatal(err)
	}
	if _, done, err := p.piece(tr.ID, 1000, large[1000:]); err != nil || done == nil {
		t.Errorf("%v, %v", done, err)
	}
}

// TestPieceSavesOnTheWay: of a long piece most survives that the process dies.
func TestPieceSavesOnTheWay(t *testing.T) {
	p := newPost(t, func(c *Config) { c.Transfers.MaxSize = 1 << 30 })
	tr := p.initiate()
	if err := p.enlarge(); err != nil {
		t.Fatal(err)
	}
	p.open(tr.ID, 200<<20)
	piece, err := p.ContinuePartial(p.ctx, p.mine, tr.ID, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	chunk := make([]byte, 1<<20)
	for range 70 {
		if _, err := piece.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	p.start()
	up, err := p.PartialUpload(p.ctx, p.mine, tr.ID)
	if err != nil || up.Received != saveEvery {
		t.Errorf("%+v, %v", up, err)
	}
}

// enlarge lifts the service's limit on files.
func (p *post) enlarge() error {
	put, err := p.admin.PutService(p.ctx, rest.Application{ID: filesApp, Service: filesService, Broker: &rest.BrokerService{}})
	if err == nil {
		err = p.admin.Apply(p.ctx, put)
	}
	if err == nil {
		err = p.Refresh(p.ctx)
	}
	return err
}

// wantPartial wants the one upload in pieces to take so many bytes of the disk.
func (p *post) wantPartial(size int64) {
	p.t.Helper()
	names, err := filepath.Glob(filepath.Join(p.dir, "partial", "*"))
	if err != nil || len(names) != 1 {
		p.t.Fatal(names, err)
	}
	if info, err := os.Stat(names[0]); err != nil || info.Size() != size {
		p.t.Errorf("%v, %v; want %d bytes", info.Size(), err, size)
	}
}

// full is a disk that is full when it is told to be.
type full struct {
	*blobfs.Blobs
	is *atomic.Bool
}

func (f full) Create(ctx context.Context) (store.BlobWriter, error) {
	w, err := f.Blobs.Create(ctx)
	return fullWriter{w, f.is}, err
}

func (f full) Append(ctx context.Context, key string, at int64) (store.PartialWriter, error) {
	w, err := f.Blobs.Append(ctx, key, at)
	return fullPiece{w, f.is}, err
}

type fullWriter struct {
	store.BlobWriter
	is *atomic.Bool
}

func (w fullWriter) Write(p []byte) (int, error) {
	if w.is.Load() {
		return 0, store.ErrFull
	}
	return w.BlobWriter.Write(p)
}

type fullPiece struct {
	store.PartialWriter
	is *atomic.Bool
}

func (w fullPiece) Write(p []byte) (int, error) {
	if w.is.Load() {
		return 0, store.ErrFull
	}
	return w.PartialWriter.Write(p)
}

// TestFullDisk: a file that finds no place is refused as such, leaves nothing,
// and may be sent again; what came of one in pieces stays.
func TestFullDisk(t *testing.T) {
	var is atomic.Bool
	p := newPost(t, func(c *Config) { c.Blobs = full{c.Blobs.(*blobfs.Blobs), &is} })
	whole, pieces := p.initiate(), p.initiate()
	p.open(pieces.ID, len(large))
	if _, _, err := p.piece(pieces.ID, 0, large[:1000]); err != nil {
		t.Fatal(err)
	}
	is.Store(true)
	_, err := p.send(whole.ID, large)
	if e := new(rest.Error); !errors.As(err, &e) || e.Kind != rest.Unavailable || e.Code != "storage-full" {
		t.Errorf("whole: %v", err)
	}
	_, _, err = p.piece(pieces.ID, 1000, large[1000:])
	if e := new(rest.Error); !errors.As(err, &e) || e.Kind != rest.Unavailable || e.Code != "storage-full" {
		t.Errorf("in pieces: %v", err)
	}
	p.wantFiles(0, 1)
	is.Store(false)
	piece, err := p.ContinuePartial(p.ctx, p.mine, pieces.ID, 1000, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprint(piece, large[1000:50_000]); err != nil {
		t.Fatal(err)
	}
	is.Store(true)
	if _, err := fmt.Fprint(piece, large[50_000:]); err == nil {
		t.Error("written to a full disk")
	}
	if _, _, err := piece.Keep(); err == nil {
		t.Error("a piece that found no place was kept")
	}
	p.wantPartial(1000) // or the disk stays full
	is.Store(false)
	if _, err := p.send(whole.ID, large); err != nil {
		t.Error(err)
	}
	if _, done, err := p.piece(pieces.ID, 1000, large[1000:]); err != nil || done == nil {
		t.Errorf("%v, %v", done, err)
	}
	if got, err := p.fetch(p.theirs, pieces.ID); err != nil || got != large {
		t.Errorf("%d bytes came, %v", len(got), err)
	}
}
