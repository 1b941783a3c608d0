package store

import (
	"context"

	"overgang/rest"
)

// Inspector is a store that can be read as a whole while it is in use.
type Inspector interface {
	// Integrity reads every row and calls fn for everything that is damaged, in
	// words for operators, until fn returns an error, which Integrity returns.
	// read, if not nil, is told now and then how many rows were read.
	Integrity(ctx context.Context, read func(rows int64), fn func(damage string) error) error
	// EachContent calls fn for every content that a row has. What comes or goes
	// meanwhile may be missed, or told of though it is gone.
	EachContent(ctx context.Context, fn func(StoredContent) error) error
	// EachPartial calls fn for every upload in pieces.
	EachPartial(ctx context.Context, fn func(rest.PartialUpload) error) error
	// Snapshot writes a consistent copy of all rows to a file that is not there
	// yet, durably. Uploads in pieces are left out: their bytes change.
	Snapshot(ctx context.Context, path string) error
}

// StoredContent is a content with the row that has it.
type StoredContent struct {
	Owner   string // in words for operators: "element 0190a1b2-…"
	Content rest.Content
}
