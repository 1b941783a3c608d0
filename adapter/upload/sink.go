package upload

import (
	"context"
	"errors"

	"overgang/rest"
	"overgang/soap/codec"
)

// Sink is one large field on its way into the core. It is a [codec.Sink].
type Sink struct {
	ctx     context.Context
	uploads rest.Uploads
	dst     rest.Upload
	budget  *Budget // shared with the request's other fields; nil = none
	content rest.Content
	closed  bool
}

var _ codec.Sink = (*Sink)(nil)

// Open begins an upload. budget, if not nil, is charged for every byte.
func Open(ctx context.Context, uploads rest.Uploads, opts rest.UploadOptions, budget *Budget) (*Sink, error) {
	dst, err := uploads.Upload(ctx, opts)
	if err != nil {
		return nil, err
	}
	return &Sink{ctx: ctx, uploads: uploads, dst: dst, budget: budget}, nil
}

// Write implements io.Writer. TooLarge when the field or the request's budget is exceeded.
func (s *Sink) Write(p []byte) (int, error) {
	if s.budget != nil {
		if err := s.budget.spend(int64(len(p))); err != nil {
			return 0, err
		}
	}
	return s.dst.Write(p)
}

// Settle implements [codec.Sink].
func (s *Sink) Settle() error { return s.dst.Settle() }

// Close makes what was written durable.
func (s *Sink) Close() error {
	c, err := s.dst.Commit()
	if err != nil {
		return err
	}
	s.content, s.closed = c, true
	return nil
}

// Abort drops what was written, also what is durable already.
func (s *Sink) Abort() {
	s.dst.Abort()
	if s.closed {
		s.uploads.Discard(s.ctx, s.content)
	}
}

// Received lists the content of the fields that hold some, to be discarded
// when the request is refused after all.
func Received(fields ...*codec.Large) []rest.Content {
	var contents []rest.Content
	for _, field := range fields {
		if field == nil {
			continue
		}
		if s, ok := field.Sink.(*Sink); ok && s.closed {
			contents = append(contents, s.content)
		}
	}
	return contents
}

// errNotOurs is a large field that another operation's Sink opened: a broken table.
var errNotOurs = errors.New("upload: field was not received through this package")

// Content is what a large field received: an empty content for an absent one.
func Content(ctx context.Context, uploads rest.Uploads, field *codec.Large, opts rest.UploadOptions) (rest.Content, error) {
	if field == nil {
		empty, err := Open(ctx, uploads, opts, nil)
		if err != nil {
			return rest.Content{}, err
		}
		if err := empty.Close(); err != nil {
			return rest.Content{}, err
		}
		return empty.content, nil
	}
	s, ok := field.Sink.(*Sink)
	if !ok || !s.closed {
		return rest.Content{}, errNotOurs
	}
	return s.content, nil
}
