package core

import (
	"context"
	"io"
	"time"

	"overgang/store"
)

// Scanner looks at files before their recipients may have them.
type Scanner interface {
	// Scan reads a file. An error means that it could not be scanned: it is held
	// back, and scanned again later.
	Scan(ctx context.Context, f ScannedFile) (Verdict, error)
}

// ScannedFile is a file to be scanned.
type ScannedFile struct {
	Name    string // as its sender calls it; sanitised, may be empty
	Size    int64  // bytes
	Content io.Reader
}

// Verdict is what a [Scanner] found.
type Verdict struct {
	Clean   bool
	Finding string // what is wrong with a file that is not clean, in a few words
}

// TransferConfig is how file transfers are handled. Every field has a default.
type TransferConfig struct {
	MaxSize int64         // bytes of one file; 1 GiB
	Expiry  time.Duration // from publishing on, where the service does not say; 30 days
	// Grace is how long a file is kept once all recipients have confirmed it; 24 h.
	Grace time.Duration
	// PartialLife is how long an upload in pieces may pause; 24 h.
	PartialLife time.Duration
	// Scanner is asked about every file; nil = files are published at once.
	Scanner     Scanner
	ScanTimeout time.Duration // of one file; 10 min
	ScanRetry   time.Duration // after a scan that failed; 30 s
	ScanAtOnce  int           // 2
	Every       time.Duration // how often housekeeping looks for what ended; 10 s
}

func (t *TransferConfig) complete() {
	setDefault(&t.MaxSize, 1<<30)
	setDefault(&t.Expiry, 30*24*time.Hour)
	setDefault(&t.Grace, 24*time.Hour)
	setDefault(&t.PartialLife, 24*time.Hour)
	setDefault(&t.ScanTimeout, 10*time.Minute)
	setDefault(&t.ScanRetry, 30*time.Second)
	setDefault(&t.ScanAtOnce, 2)
	setDefault(&t.Every, 10*time.Second)
}

// transfers is what the core remembers of transfers between requests.
type transfers struct {
	partials store.Partials // nil = uploads in pieces are not served
	underway claims         // transfers whose file is on its way in
	arrived  chan struct{}  // a file waits to be scanned
}

func (t *transfers) init(blobs store.Blobs) {
	t.partials, _ = blobs.(store.Partials)
	t.arrived = make(chan struct{}, 1)
}

// wakeScanner tells the scanning goroutine, if there is one, to look.
func (t *transfers) wakeScanner() {
	select {
	case t.arrived <- struct{}{}:
	default: // it will look anyway
	}
}
