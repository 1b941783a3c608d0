// Package attacks runs the hostile requests of testdata/attacks against the
// real binary: each is answered as written down there, within its time, and
// leaves nothing behind. It has tests only.
package attacks
