package soap

import "io"

// source is a request's body on its way to the tokenizer: counted, bounded,
// and recorded as long as the header may be wanted as it was written.
type source struct {
	r     io.Reader
	n     int64 // bytes read
	limit int64
	ended bool // the body's end was seen

	recording bool
	recorded  []byte
	most      int // bytes to record
}

func (s *source) reset(r io.Reader, limit int64, most int) {
	if cap(s.recorded) > keptBuffer {
		s.recorded = nil
	}
	*s = source{r: r, limit: limit, recording: true, recorded: s.recorded[:0], most: most}
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if s.n > s.limit {
		return 0, errTooLarge
	}
	if s.recording {
		s.recorded = append(s.recorded, p[:min(n, s.most-len(s.recorded))]...)
	}
	switch {
	case err == io.EOF:
		s.ended = true
	case err != nil:
		err = &sourceError{err}
	}
	return n, err
}
