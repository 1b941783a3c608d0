package xsdform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/jacoelho/xsd"
	"github.com/jacoelho/xsd/xsderrors"
)

// Validator checks documents against one schema. It is safe for concurrent use.
type Validator interface {
	// Validate reads a document and returns what is wrong with it, in document
	// order and at most [MaxFindings]. The error is for failures of the reader
	// or of ctx only.
	Validate(ctx context.Context, document io.Reader) ([]Finding, error)
}

// Compiler makes validators.
type Compiler interface {
	// Compile compiles one self-contained XML Schema 1.0 document. Includes and
	// imports that name another document are refused: nothing is fetched.
	Compile(ctx context.Context, name string, schema []byte) (Validator, error)
}

// Finding is one thing wrong with a document.
type Finding struct {
	Line    int    // 1-based; 0 = unknown
	Path    string // element path, as far as known
	Code    string // stable: "validation.facet", "unsupported.dtd", …
	Message string
}

// MaxFindings bounds what is reported of one document.
const MaxFindings = 20

// Limits on documents, whatever their schema says.
const (
	maxDepth      = 64
	maxAttributes = 256
	maxText       = 4 << 20 // bytes of one text
	maxDocument   = 64 << 20
	maxSchema     = 8 << 20
)

// Streaming is the [Compiler] in use.
type Streaming struct{}

// Compile implements [Compiler].
func (Streaming) Compile(ctx context.Context, name string, schema []byte) (Validator, error) {
	if len(schema) > maxSchema {
		return nil, fmt.Errorf("xsdform: schema %s has %d bytes: at most %d are allowed", name, len(schema), maxSchema)
	}
	if err := wellKnownEncoding(schema); err != nil {
		return nil, fmt.Errorf("xsdform: schema %s: %w", name, err)
	}
	source := xsd.Open(name, func(context.Context) (io.ReadCloser, error) {
		r, err := decoded(bytesReader(schema))
		return io.NopCloser(r), err
	}).WithResolver(xsd.ResolverFunc(func(_ context.Context, _, location string) (xsd.SchemaSource, error) {
		return xsd.SchemaSource{}, fmt.Errorf("refers to %.200q: a schema must be one self-contained document", location)
	}))
	engine, err := xsd.CompileWithOptions(ctx, xsd.CompileOptions{
		MaxSchemaSources:           1,
		MaxSchemaDepth:             maxDepth * 2,
		MaxSchemaAttributes:        maxAttributes,
		MaxSchemaInstantiatedNodes: 500_000,
	}, source)
	if err != nil {
		return nil, fmt.Errorf("xsdform: schema %s: %w", name, err)
	}
	return newValidator(engine)
}

// validator keeps sessions for reuse: a fresh one costs 80 KB a document.
type validator struct{ sessions sync.Pool }

func newValidator(engine *xsd.Engine) (*validator, error) {
	opts := xsd.ValidateOptions{
		MaxErrors:             MaxFindings,
		MaxInstanceDepth:      maxDepth,
		MaxInstanceAttributes: maxAttributes,
		MaxInstanceTextBytes:  maxText,
		MaxInstanceBytes:      maxDocument,
	}
	first, err := engine.NewSession(opts)
	if err != nil {
		return nil, fmt.Errorf("xsdform: %w", err)
	}
	v := &validator{}
	v.sessions.New = func() any {
		s, err := engine.NewSession(opts)
		if err != nil {
			return (*xsd.Session)(nil) // its Validate reports the missing session
		}
		return s
	}
	v.sessions.Put(first)
	return v, nil
}

// Validate implements [Validator].
func (v *validator) Validate(ctx context.Context, document io.Reader) ([]Finding, error) {
	kept := &source{ctx: ctx, r: document}
	r, err := decoded(kept)
	if err != nil {
		if kept.err != nil {
			return nil, kept.err
		}
		return []Finding{{Line: 1, Code: "encoding", Message: err.Error()}}, nil
	}
	session := v.sessions.Get().(*xsd.Session)
	// The source ends with ctx: given to the session, ctx would be asked at every token.
	err = session.Validate(context.WithoutCancel(ctx), r)
	v.sessions.Put(session)
	switch {
	case err == nil:
		return nil, nil
	case kept.err != nil:
		return nil, kept.err
	}
	return findings(err), nil
}

// findings flattens the engine's errors, which may be joined.
func findings(err error) []Finding {
	var out []Finding
	var walk func(error)
	walk = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				walk(e)
			}
			return
		}
		if len(out) == MaxFindings {
			return
		}
		var e *xsderrors.Error
		if errors.As(err, &e) {
			out = append(out, Finding{Line: e.Line, Path: e.Path, Code: string(e.Code), Message: message(e)})
			return
		}
		out = append(out, Finding{Code: "xml", Message: err.Error()})
	}
	walk(err)
	return out
}

func message(e *xsderrors.Error) string {
	switch {
	case e.Message != "":
		return e.Message
	case e.Err != nil:
		return e.Err.Error()
	}
	return string(e.Code)
}

// source is what a document is read from. It ends with ctx, and remembers an
// error of its reader, so that a failing disk is not reported as an invalid form.
type source struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}
