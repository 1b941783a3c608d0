// Package upload bridges the codec's large fields to the core's uploads: what
// a client sends streams from the tokenizer to disk, and never lies in memory.
package upload
