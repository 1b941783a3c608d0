package seed

import (
	"context"

	"overgang/rest"
)

// Brought is what became of one list of a file.
type Brought struct {
	What     string
	All, New int // of all, those that were not there already
}

// Brings says that the file has what Bring brings.
func (f *File) Brings() bool {
	return len(f.Cases)+len(f.Submissions)+len(f.Correspondences)+len(f.Lookups) > 0
}

// Bring starts the file's cases, sends its submissions in and its messages out,
// archives its lookups, and then the cases that are to be. It stops at the first
// thing that is wrong; what was brought until then stays, and is recognised when
// the file is brought again.
func (f *File) Bring(ctx context.Context, core rest.Core) (done []Brought, err error) {
	for _, list := range []struct {
		what  string
		all   int
		bring func(context.Context, rest.Core) (int, error)
	}{
		{"cases", len(f.Cases), f.Start},
		{"submissions", len(f.Submissions), f.Submit},
		{"correspondences", len(f.Correspondences), f.Send},
		{"lookups", len(f.Lookups), f.Answer},
	} {
		n, err := list.bring(ctx, core)
		if err != nil {
			return done, err
		}
		if list.all > 0 {
			done = append(done, Brought{list.what, list.all, n})
		}
	}
	return done, f.End(ctx, core)
}
