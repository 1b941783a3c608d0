//go:build cgo

package lanes

/*
#include <stddef.h>
#include <stdint.h>

#cgo noescape overgang_md5_lanes
#cgo nocallback overgang_md5_lanes
int overgang_md5_lanes(uint32_t *state, size_t blocks, const uint8_t *p0, const uint8_t *p1, const uint8_t *p2, const uint8_t *p3,
	const uint8_t *p4, const uint8_t *p5, const uint8_t *p6, const uint8_t *p7);
*/
import "C"

import "unsafe"

// advance sums as many whole blocks of each lane. false = the processor cannot.
func advance(in []lane, blocks int) bool {
	var words [4][width]C.uint32_t
	var p [width]*C.uint8_t
	for i := range p {
		l := &in[min(i, len(in)-1)] // lanes that are free repeat the last
		p[i] = (*C.uint8_t)(unsafe.SliceData(l.rest))
		for j := range words {
			words[j][i] = C.uint32_t(l.words[j])
		}
	}
	if C.overgang_md5_lanes(&words[0][0], C.size_t(blocks), p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]) == 0 {
		return false
	}
	for i := range in {
		for j := range words {
			in[i].words[j] = uint32(words[j][i])
		}
	}
	return true
}
