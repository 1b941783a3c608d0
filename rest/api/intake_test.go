package api

import (
	"context"
	"errors"
	"strings"
	"testing"

	"overgang/rest"
)

// oneFits is a core whose disk is full once a content is durable.
type oneFits struct{ kept map[string]bool }

func (o oneFits) Upload(context.Context, rest.UploadOptions) (rest.Upload, error) {
	return oneUpload{o}, nil
}

func (o oneFits) Discard(_ context.Context, contents ...rest.Content) {
	for _, c := range contents {
		delete(o.kept, c.Blob)
	}
}

var errNoRoom = errors.New("no room")

type oneUpload struct{ o oneFits }

func (u oneUpload) Write(p []byte) (int, error) { return len(p), nil }
func (u oneUpload) Settle() error               { return nil }
func (u oneUpload) Abort()                      {}
func (u oneUpload) Commit() (rest.Content, error) {
	if len(u.o.kept) > 0 {
		return rest.Content{}, errNoRoom
	}
	u.o.kept["blob"] = true
	return rest.Content{Blob: "blob"}, nil
}

// TestIntakeIsAllOrNothing: contents of a request of which one cannot be made
// durable leave none behind.
func TestIntakeIsAllOrNothing(t *testing.T) {
	o := oneFits{kept: map[string]bool{}}
	in := &intake{core: o}
	defer in.abort()
	for range 2 {
		if err := in.take(t.Context(), rest.NewElement{}, strings.NewReader("content"), 100); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.commit(t.Context()); !errors.Is(err, errNoRoom) {
		t.Errorf("commit: %v", err)
	}
	if len(o.kept) > 0 {
		t.Errorf("left behind: %v", o.kept)
	}
}
