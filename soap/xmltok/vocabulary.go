package xmltok

// Vocabulary interns names so that reading known ones allocates nothing. It is
// immutable and shared by all Readers.
type Vocabulary struct{ words map[string]string }

// NewVocabulary makes a Vocabulary of namespace URIs and local names, and of
// attribute values that come often.
func NewVocabulary(words ...string) *Vocabulary {
	v := &Vocabulary{words: make(map[string]string, len(words))}
	for _, w := range words {
		v.words[w] = w
	}
	return v
}

// word is the vocabulary's own copy of b, if it knows b. A nil Vocabulary knows
// nothing.
func (v *Vocabulary) word(b []byte) (string, bool) {
	if v == nil {
		return "", false
	}
	w, ok := v.words[string(b)]
	return w, ok
}

// intern is the vocabulary's own copy of s, or s.
func (v *Vocabulary) intern(s string) string {
	if v != nil {
		if w, ok := v.words[s]; ok {
			return w
		}
	}
	return s
}
