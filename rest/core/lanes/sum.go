package lanes

import (
	"bytes"
	"crypto/md5"
	"encoding"
	"encoding/binary"
	"sync"
)

// The stdlib's MD5 tells its state and takes one (encoding.BinaryAppender): magic,
// four words, the block that is not full yet, the number of bytes so far.
const (
	wordsAt   = len("md5\x01")
	lengthAt  = wordsAt + md5.Size + md5.BlockSize
	stateSize = lengthAt + 8
)

// lane is a stream while its piece is summed beside others.
type lane struct {
	sum   *Sum
	words [4]uint32
	rest  []byte // of the piece
	taken int    // bytes of it since the words were read
}

// leastLanes is from how many streams on it is faster to sum them together than
// one after the other; where vectors cannot be had there are never enough.
var leastLanes = sync.OnceValue(func() int {
	if right() {
		return 3
	}
	return width + 1
})

// together adds its piece to each sum. false = the processor cannot, and the sums are lost.
func together(sums []*Sum) bool {
	var all [width]lane
	n := 0
	for _, s := range sums {
		if all[n].enter(s) {
			n++
		} else {
			s.md5.Write(all[n].rest)
		}
	}
	in := all[:n]
	for len(in) > 1 {
		blocks := len(in[0].rest) / md5.BlockSize
		for i := range in {
			blocks = min(blocks, len(in[i].rest)/md5.BlockSize)
		}
		if !advance(in, blocks) {
			return false
		}
		left := 0
		for i := range in {
			if l := &in[i]; l.pass(blocks * md5.BlockSize) {
				in[left] = *l
				left++
			} else {
				l.leave()
			}
		}
		in = in[:left]
	}
	for i := range in {
		in[i].leave()
	}
	return true
}

// enter reads a sum's state, once it stands at the beginning of a block. false =
// what rest has is for the stdlib alone.
func (l *lane) enter(s *Sum) bool {
	*l = lane{sum: s, rest: s.piece}
	if odd := int(s.length % md5.BlockSize); odd != 0 {
		n := min(md5.BlockSize-odd, len(l.rest))
		s.md5.Write(l.rest[:n])
		l.rest = l.rest[n:]
	}
	var err error
	s.state, err = s.md5.(encoding.BinaryAppender).AppendBinary(s.state[:0])
	if err != nil || len(s.state) != stateSize || len(l.rest) < md5.BlockSize {
		return false
	}
	for i := range l.words {
		l.words[i] = binary.BigEndian.Uint32(s.state[wordsAt+4*i:])
	}
	return true
}

// pass goes past bytes that were summed. false = there is no whole block more.
func (l *lane) pass(n int) bool {
	l.rest, l.taken = l.rest[n:], l.taken+n
	return len(l.rest) >= md5.BlockSize
}

// leave gives the state back, and has the stdlib sum what is left.
func (l *lane) leave() {
	state := l.sum.state
	for i, w := range l.words {
		binary.BigEndian.PutUint32(state[wordsAt+4*i:], w)
	}
	binary.BigEndian.PutUint64(state[lengthAt:], binary.BigEndian.Uint64(state[lengthAt:])+uint64(l.taken))
	_ = l.sum.md5.(encoding.BinaryUnmarshaler).UnmarshalBinary(state) // right does tell whether it takes its own
	l.sum.md5.Write(l.rest)
}

// right says whether streams side by side have the sums that they have alone: the
// form of the state is the stdlib's own affair, and a compiler made the lanes.
func right() bool {
	var in [width]*Sum
	pieces := make([]byte, 100*width)
	for i := range pieces {
		pieces[i] = byte(i * i >> 3)
	}
	for i := range in {
		in[i] = &Sum{md5: md5.New(), piece: pieces[100*i:][:100-i]}
	}
	if !together(in[:]) {
		return false
	}
	for _, s := range in {
		if want := md5.Sum(s.piece); !bytes.Equal(s.md5.Sum(nil), want[:]) {
			return false
		}
	}
	return true
}
