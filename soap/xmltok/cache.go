package xmltok

import "hash/maphash"

// What a Reader has met before it finds again without allocating. The caches
// are of fixed size, four entries a set, and replace in turn: whatever a client
// sends, they cost an allocation at a miss and nothing else. The hash is seeded,
// so no document can aim at a set.
const (
	cacheSets = 128
	cacheWays = 4
	// cacheLongest bounds what a cache keeps alive: 512 strings of this length.
	cacheLongest = 128
)

// qname is a lexically checked qualified name.
type qname struct {
	raw    string // as written
	prefix string
	local  string
	hash   uint8 // of the prefix; of the declared prefix where this declares one
	kind   nameKind
}

// nameKind tells namespace declarations from other names.
type nameKind uint8

const (
	plainName       nameKind = iota
	defaultDeclared          // xmlns
	prefixDeclared           // xmlns:local
)

type nameEntry struct {
	tag uint32
	q   *qname
}

// nameCache keeps qualified names as written.
type nameCache struct {
	sets [cacheSets][cacheWays]nameEntry
	turn uint8
}

func (c *nameCache) get(hash uint64, raw []byte) *qname {
	set := &c.sets[hash%cacheSets]
	tag := uint32(hash >> 32)
	for i := range set {
		if e := &set[i]; e.tag == tag && e.q != nil && e.q.raw == string(raw) {
			return e.q
		}
	}
	return nil
}

func (c *nameCache) put(hash uint64, q *qname) {
	if len(q.raw) > cacheLongest {
		return
	}
	set := &c.sets[hash%cacheSets]
	for i := range set {
		if set[i].q == nil {
			set[i] = nameEntry{uint32(hash >> 32), q}
			return
		}
	}
	c.turn++
	set[c.turn%cacheWays] = nameEntry{uint32(hash >> 32), q}
}

type wordEntry struct {
	tag  uint32
	word string
}

// wordCache keeps namespace URIs and short attribute values.
type wordCache struct {
	sets [cacheSets][cacheWays]wordEntry
	turn uint8
}

// get is a string equal to b: the vocabulary's, an earlier one, or a new one.
func (c *wordCache) get(seed maphash.Seed, v *Vocabulary, b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > cacheLongest {
		if w, ok := v.word(b); ok {
			return w
		}
		return string(b)
	}
	hash := maphash.Bytes(seed, b)
	set := &c.sets[hash%cacheSets]
	tag := uint32(hash >> 32)
	for i := range set {
		if e := &set[i]; e.tag == tag && e.word == string(b) {
			return e.word
		}
	}
	w, ok := v.word(b)
	if !ok {
		w = string(b)
	}
	c.turn++
	set[c.turn%cacheWays] = wordEntry{tag, w}
	return w
}
