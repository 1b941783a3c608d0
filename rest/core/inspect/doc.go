// Package inspect is the operators' look at everything that is stored: every
// row, every content, against each other. It may run beside a gateway that is
// in use.
//
// What it repairs is only what can lose nothing: content that no row refers to
// and uploads in pieces that cannot go on.
package inspect
