// Package lanes computes the MD5 (RFC 1321) of streams that arrive at the same
// time side by side: each step of the algorithm needs the one before, so one
// stream leaves a processor mostly idle, and the eight lanes of a vector
// register take eight streams in little more time than one.
//
// There is no goroutine that owns the lanes and nothing that is to be closed.
// Who has a piece says so, does its other work, and then waits: the first that
// waits sums every piece that is there. A stream whose sender is slow has none
// there, so it keeps nobody waiting.
//
// The stdlib's MD5 stays in charge of each stream. It sums a stream that is
// alone, what is too little for lanes, and everything where the processor has
// no vectors of eight lanes (AVX2) or there is no C compiler.
package lanes
