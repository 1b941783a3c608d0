// Package blobfs keeps content in files: the driver of [store.Blobs] for a
// folder on a local file system.
//
//	DIR/tmp/KEY        a blob on its way in; Open removes what a crash left
//	DIR/blobs/ab/KEY   a blob; KEY is 32 random hex digits, ab its first two
//	DIR/partial/KEY    a blob that arrives in pieces, over days if need be
//
// A blob is written and fsynced under tmp, renamed, and its folder fsynced.
// It owns no rules: which blobs are still referred to is the core's to know.
package blobfs
